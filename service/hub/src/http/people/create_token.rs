//! `POST /tokens`: a personal API token.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::people::{CreateToken, CreatedToken};

use super::convert;
use crate::App;
use crate::app::people::tokens;
use crate::http::extract::Body;
use crate::http::{Caller, Fault};

/// Makes a personal API token. Its secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/tokens", operation_id = "create_token", tag = "tokens", request_body = CreateToken, responses(
    (status = 201, body = CreatedToken),
    (status = 401, body = ErrorBody),
    (status = 403, body = ErrorBody, description = "the caller is an API token"),
    (status = 422, body = ErrorBody),
))]
pub(super) async fn create_token(
    State(app): State<App>,
    caller: Caller,
    Body(ask): Body<CreateToken>,
) -> Result<(StatusCode, Json<CreatedToken>), Fault> {
    let (token, info) = tokens::create(&app, &caller, &ask.name, ask.expires_in_days).await?;
    Ok((StatusCode::CREATED, Json(CreatedToken { token, info: convert::token(info) })))
}
