//! `GET /sessions`: where the caller is signed in.

use axum::Json;
use axum::extract::State;
use tieline_store_hub::sessions;
use tieline_wire_api::people::Session;
use tieline_wire_api::{ErrorBody, Page, PageQuery};

use super::convert;
use crate::App;
use crate::http::extract::{Query, cursor, page};
use crate::http::{Caller, Fault};

/// The caller's open sessions, newest first.
#[utoipa::path(get, path = "/sessions", operation_id = "list_sessions", tag = "sessions", params(PageQuery), responses(
    (status = 200, body = Page<Session>),
    (status = 401, body = ErrorBody),
))]
pub(super) async fn list_sessions(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Session>>, Fault> {
    let limit = page(query.limit)?;
    let rows = sessions::open_of_user(app.store.read(), caller.user, app.clock.now(), cursor(query.after.as_deref())?, limit + 1).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id.to_string(), |row| convert::session(row, caller.session))))
}
