//! `GET /tokens`: the caller's personal API tokens.

use axum::Json;
use axum::extract::State;
use tieline_store_hub::tokens;
use tieline_wire_api::people::Token;
use tieline_wire_api::{ErrorBody, Page, PageQuery};

use super::convert;
use crate::App;
use crate::http::extract::{Query, cursor, page};
use crate::http::{Caller, Fault};

/// The caller's tokens without their secrets, newest first.
#[utoipa::path(get, path = "/tokens", operation_id = "list_tokens", tag = "tokens", params(PageQuery), responses(
    (status = 200, body = Page<Token>),
    (status = 401, body = ErrorBody),
))]
pub(super) async fn list_tokens(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Token>>, Fault> {
    let limit = page(query.limit)?;
    let rows = tokens::of_user(app.store.read(), caller.user, cursor(query.after.as_deref())?, limit + 1).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id.to_string(), convert::token)))
}
