//! `DELETE /sessions/{session}`: ends one session.

use axum::extract::State;
use http::StatusCode;
use tieline_model::SessionId;
use tieline_wire_api::ErrorBody;

use crate::App;
use crate::app::people::sessions;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// Ends one of the caller's sessions; a platform administrator may end anybody's.
#[utoipa::path(delete, path = "/sessions/{session}", operation_id = "revoke_session", tag = "sessions", params(("session" = String, Path)), responses(
    (status = 204),
    (status = 401, body = ErrorBody),
    (status = 404, body = ErrorBody),
))]
pub(super) async fn revoke_session(State(app): State<App>, caller: Caller, Path(session): Path<SessionId>) -> Result<StatusCode, Fault> {
    sessions::end(&app, &caller, session).await?;
    Ok(StatusCode::NO_CONTENT)
}
