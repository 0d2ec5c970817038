//! `GET /accounts`: the accounts one may use.

use axum::Json;
use axum::extract::State;
use tieline_store_hub::accounts;
use tieline_wire_api::accounts::Account;
use tieline_wire_api::{ErrorBody, Page, PageQuery};

use super::convert;
use crate::App;
use crate::http::extract::{Query, cursor, page};
use crate::http::{Caller, Fault};

/// The accounts the caller is a member of; for platform administrators all. Oldest first.
#[utoipa::path(get, path = "/accounts", operation_id = "list_accounts", tag = "accounts", params(PageQuery), responses(
    (status = 200, body = Page<Account>),
    (status = 401, body = ErrorBody),
))]
pub(super) async fn list_accounts(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Account>>, Fault> {
    let limit = page(query.limit)?;
    let after = cursor(query.after.as_deref())?;
    let rows = if caller.roles.is_administrator() {
        accounts::all(app.store.read(), after, limit + 1).await?
    } else {
        accounts::of_user(app.store.read(), caller.user, after, limit + 1).await?
    };
    Ok(Json(Page::of(rows, limit, |row| row.id.to_string(), convert::account)))
}
