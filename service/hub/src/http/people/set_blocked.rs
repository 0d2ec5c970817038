//! `PUT /users/{user}/blocked`: keeps a person out, or lets them in again.

use axum::Json;
use axum::extract::State;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::people::{SetBlocked, User};

use super::convert;
use crate::App;
use crate::app::people::users;
use crate::http::extract::{Body, Path};
use crate::http::{Caller, Fault};

/// Keeps a person out and ends their sessions, or lets them in again. The last platform administrator stays in.
#[utoipa::path(put, path = "/users/{user}/blocked", operation_id = "set_blocked", tag = "users", params(("user" = String, Path)),
    request_body = SetBlocked, responses(
    (status = 200, body = User),
    (status = 401, body = ErrorBody),
    (status = 403, body = ErrorBody),
    (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody, description = "the last platform administrator"),
))]
pub(super) async fn set_blocked(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    Body(ask): Body<SetBlocked>,
) -> Result<Json<User>, Fault> {
    caller.must_administer()?;
    let user = users::find(&app, &user).await?;
    Ok(Json(convert::user(users::set_blocked(&app, &caller, user.id, ask.blocked).await?)))
}
