//! `GET /users`: all people.

use axum::Json;
use axum::extract::State;
use tieline_model::UserName;
use tieline_store_hub::users;
use tieline_wire_api::people::User;
use tieline_wire_api::{ErrorBody, Page, PageQuery};

use super::convert;
use crate::App;
use crate::http::extract::{Query, cursor, page};
use crate::http::{Caller, Fault};

/// All people, by name.
#[utoipa::path(get, path = "/users", operation_id = "list_users", tag = "users", params(PageQuery), responses(
    (status = 200, body = Page<User>),
    (status = 401, body = ErrorBody),
    (status = 403, body = ErrorBody),
))]
pub(super) async fn list_users(State(app): State<App>, caller: Caller, Query(query): Query<PageQuery>) -> Result<Json<Page<User>>, Fault> {
    caller.must_administer()?;
    let limit = page(query.limit)?;
    let after = cursor::<UserName>(query.after.as_deref())?;
    let rows = users::list(app.store.read(), after.as_ref(), limit + 1).await?;
    Ok(Json(Page::of(rows, limit, |row| row.name.to_string(), convert::user)))
}
