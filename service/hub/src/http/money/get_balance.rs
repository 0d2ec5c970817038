//! `GET /accounts/{account}/balance`: what an account has, by currency.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use tieline_ledger::LedgerAccount;
use tieline_model::Currency;
use tieline_store_hub::{books, holds};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::money::Balance;

use crate::App;
use crate::app::money::funds;
use crate::app::people::accounts::find;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// What the account has, what of it is set aside and what is left, in every currency it ever had.
#[utoipa::path(get, path = "/accounts/{account}/balance", operation_id = "get_balance", tag = "money", params(("account" = String, Path)),
    responses((status = 200, body = Vec<Balance>), (status = 404, body = ErrorBody)))]
pub(super) async fn get_balance(State(app): State<App>, caller: Caller, Path(account): Path<String>) -> Result<Json<Vec<Balance>>, Fault> {
    let db = app.store.read();
    let (account, _) = find(&app, &caller, &account).await?;
    let had = books::balances(db, LedgerAccount::Account(account.id)).await?.into_iter().map(|sum| sum.currency);
    let held = holds::open(db, account.id).await?.into_iter().map(|hold| hold.sum.currency);
    let mut currencies: BTreeSet<Currency> = had.chain(held).collect();
    if currencies.is_empty() {
        currencies.insert(Currency::CNY);
    }
    let mut all = Vec::new();
    for currency in currencies {
        let funds = funds(db, account.id, currency).await?;
        let available = funds.balance.plus(funds.held.negated())?;
        all.push(Balance { balance: funds.balance.into(), held: funds.held.into(), available: available.into() });
    }
    Ok(Json(all))
}
