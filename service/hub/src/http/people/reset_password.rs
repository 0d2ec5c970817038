//! `PUT /users/{user}/password`: a new password for somebody else.

use axum::extract::State;
use http::StatusCode;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::people::ResetPassword;

use crate::App;
use crate::app::people::users;
use crate::http::extract::{Body, Path};
use crate::http::{Caller, Fault};

/// Sets a person's password and ends their sessions.
#[utoipa::path(put, path = "/users/{user}/password", operation_id = "reset_password", tag = "users", params(("user" = String, Path)),
    request_body = ResetPassword, responses(
    (status = 204),
    (status = 401, body = ErrorBody),
    (status = 403, body = ErrorBody),
    (status = 404, body = ErrorBody),
    (status = 422, body = ErrorBody, description = "the new password is too weak"),
))]
pub(super) async fn reset_password(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    Body(ask): Body<ResetPassword>,
) -> Result<StatusCode, Fault> {
    caller.must_administer()?;
    let user = users::find(&app, &user).await?;
    users::reset_password(&app, &caller, user.id, ask.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
