//! `GET /prices`: what jobs cost. Prices for one account are shown to its members.

use axum::Json;
use axum::extract::State;
use tieline_store_hub::{accounts, machines, prices};
use tieline_wire_api::money::{ListPrices, Price};
use tieline_wire_api::{ErrorBody, Page};

use super::view;
use crate::App;
use crate::http::extract::Query;
use crate::http::{Caller, Fault};

/// All editions, those of one machine together, youngest first.
#[utoipa::path(get, path = "/prices", operation_id = "list_prices", tag = "money", params(ListPrices),
    responses((status = 200, body = Page<Price>), (status = 404, body = ErrorBody)))]
pub(super) async fn list_prices(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListPrices>,
) -> Result<Json<Page<Price>>, Fault> {
    let db = app.store.read();
    let machine = match query.machine {
        Some(text) => Some(machines::find(db, &text).await.map_err(|error| error.field("machine"))?.id),
        None => None,
    };
    let machines = machines::all(db).await?;
    let mut items = Vec::new();
    for price in prices::all(db, machine).await? {
        let hidden = match price.account {
            Some(account) => !caller.roles.is_administrator() && !accounts::is_member(db, account, caller.user).await?,
            None => false,
        };
        if !hidden {
            items.push(view::price(price, &machines));
        }
    }
    Ok(Json(Page { items, next: None }))
}
