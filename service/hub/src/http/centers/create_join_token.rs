//! `POST /centers/{center}/join-tokens`: the right to enrol one more gateway.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::centers::JoinToken;

use super::convert;
use crate::App;
use crate::app::centers;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// Makes a one-time token, good for 15 minutes, with which one gateway of this center enrols.
#[utoipa::path(post, path = "/centers/{center}/join-tokens", operation_id = "create_join_token", tag = "centers",
    params(("center" = String, Path)), responses(
    (status = 201, body = JoinToken),
    (status = 403, body = ErrorBody, description = "only operators of the center and platform administrators"),
    (status = 404, body = ErrorBody),
))]
pub(super) async fn create_join_token(
    State(app): State<App>,
    caller: Caller,
    Path(center): Path<String>,
) -> Result<(StatusCode, Json<JoinToken>), Fault> {
    let join = centers::create_join_token(&app, &caller, &center).await?;
    Ok((StatusCode::CREATED, Json(convert::join(join))))
}
