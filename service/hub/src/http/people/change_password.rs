//! `PUT /me/password`: a new password for oneself.

use axum::extract::State;
use http::StatusCode;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::people::ChangePassword;

use crate::App;
use crate::app::people::users;
use crate::http::extract::Body;
use crate::http::{Caller, Fault};

/// Changes the caller's password and ends their other sessions.
#[utoipa::path(put, path = "/me/password", operation_id = "change_password", tag = "people", request_body = ChangePassword, responses(
    (status = 204),
    (status = 401, body = ErrorBody),
    (status = 403, body = ErrorBody, description = "the old password is wrong, or the caller is an API token"),
    (status = 422, body = ErrorBody, description = "the new password is too weak"),
    (status = 429, body = ErrorBody, description = "too many failures", headers(("Retry-After" = u64, description = "seconds to wait"))),
))]
pub(super) async fn change_password(State(app): State<App>, caller: Caller, Body(ask): Body<ChangePassword>) -> Result<StatusCode, Fault> {
    users::change_password(&app, &caller, ask.old, ask.new).await?;
    Ok(StatusCode::NO_CONTENT)
}
