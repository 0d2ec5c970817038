//! Personal API tokens: for programs that act for a person without a password.

use serde_json::json;
use tieline_fault::around;
use tieline_model::name::line;
use tieline_model::{Error, Result, Seconds, TokenId};
use tieline_store_hub::tokens::{self, Token};

use super::access::TOKEN_PREFIX;
use super::caller::Caller;
use super::secret;
use crate::App;
use crate::points;

/// Makes a token and gives its secret, which is never seen again. `days` is until it ends; `None` is never.
///
/// # Errors
/// `Invalid` for a name of more than one line or days out of 1 to 3650; `Forbidden` for a caller who is a token.
pub async fn create(app: &App, caller: &Caller, name: &str, days: Option<u32>) -> Result<(String, Token)> {
    caller.must_be_signed_in()?;
    let name = line("name", name, 100)?;
    if let Some(days) = days.filter(|days| !(1..=3650).contains(days)) {
        return Err(Error::invalid(format!("is {days}, it must be from 1 to 3650")).field("expires_in_days"));
    }
    let now = app.clock.now();
    let secret = format!("{TOKEN_PREFIX}{}", secret::letters(app.clock.bytes()));
    let expires = days.map(|days| now + Seconds::days(u64::from(days)));
    let hash = secret::hash(&secret);
    let token = Token { id: app.clock.id(), user: caller.user, name, hash, created: now, expires, used: None };
    let tx = app.store.begin().await?;
    tokens::insert(&tx, &token).await?;
    app.audit(&tx, caller, "token.create", token.id, json!({ "name": token.name, "expires_at": token.expires })).await?;
    around(points::PEOPLE_COMMIT, tx.commit()).await?;
    Ok((secret, token))
}

/// Removes one of the caller's tokens.
///
/// # Errors
/// `NotFound`.
pub async fn revoke(app: &App, caller: &Caller, id: TokenId) -> Result<()> {
    let tx = app.store.begin().await?;
    if !tokens::remove(&tx, caller.user, id).await? {
        return Err(Error::not_found(format!("you have no token {id}")));
    }
    app.audit(&tx, caller, "token.revoke", id, json!({})).await?;
    around(points::PEOPLE_COMMIT, tx.commit()).await
}
