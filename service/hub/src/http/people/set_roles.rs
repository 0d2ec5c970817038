//! `PUT /users/{user}/roles`: what a person may do.

use axum::Json;
use axum::extract::State;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::people::{SetRoles, User};

use super::convert;
use crate::App;
use crate::app::people::users;
use crate::http::extract::{Body, Path};
use crate::http::{Caller, Fault};

/// Replaces a person's roles. The last platform administrator stays one.
#[utoipa::path(put, path = "/users/{user}/roles", operation_id = "set_roles", tag = "users", params(("user" = String, Path)),
    request_body = SetRoles, responses(
    (status = 200, body = User),
    (status = 401, body = ErrorBody),
    (status = 403, body = ErrorBody),
    (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody, description = "the last platform administrator"),
    (status = 422, body = ErrorBody),
))]
pub(super) async fn set_roles(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    Body(ask): Body<SetRoles>,
) -> Result<Json<User>, Fault> {
    caller.must_administer()?;
    let roles = convert::roles(&ask.roles)?;
    let user = users::find(&app, &user).await?;
    Ok(Json(convert::user(users::set_roles(&app, &caller, user.id, roles).await?)))
}
