//! `GET /accounts/{account}/charges`: an account's statement.

use axum::Json;
use axum::extract::State;
use tieline_model::Error;
use tieline_store_hub::books;
use tieline_wire_api::money::Charge;
use tieline_wire_api::{ErrorBody, Page, PageQuery};

use super::view;
use crate::App;
use crate::app::people::accounts::find;
use crate::http::extract::{Path, Query, page};
use crate::http::{Caller, Fault};

/// Everything that moved the account's money, newest first.
#[utoipa::path(get, path = "/accounts/{account}/charges", operation_id = "list_charges", tag = "money",
    params(("account" = String, Path), PageQuery),
    responses((status = 200, body = Page<Charge>), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn list_charges(
    State(app): State<App>,
    caller: Caller,
    Path(account): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Charge>>, Fault> {
    let (account, _) = find(&app, &caller, &account).await?;
    let limit = page(query.limit)?;
    let after = query.after.map(|text| text.parse()).transpose().map_err(|error: Error| error.field("after"))?;
    let mut found = books::statement(app.store.read(), account.id, after, limit + 1).await?;
    let more = found.len() as u64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| more).map(|entry| entry.id.to_string());
    Ok(Json(Page { items: found.into_iter().map(view::charge).collect(), next }))
}
