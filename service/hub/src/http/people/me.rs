//! `GET /me`: who the hub takes the caller for.

use axum::Json;
use axum::extract::State;
use tieline_model::Error;
use tieline_store_hub::users;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::people::User;

use super::convert;
use crate::App;
use crate::http::{Caller, Fault};

/// Who the caller is and what they may do.
#[utoipa::path(get, path = "/me", operation_id = "me", tag = "people", responses(
    (status = 200, body = User),
    (status = 401, body = ErrorBody),
))]
pub(super) async fn me(State(app): State<App>, caller: Caller) -> Result<Json<User>, Fault> {
    let user = users::by_id(app.store.read(), caller.user).await?;
    let user = user.ok_or_else(|| Error::unauthenticated("this user is gone"))?;
    Ok(Json(convert::user(user)))
}
