//! `DELETE /tokens/{token}`: ends a personal API token.

use axum::extract::State;
use http::StatusCode;
use tieline_model::TokenId;
use tieline_wire_api::ErrorBody;

use crate::App;
use crate::app::people::tokens;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// Ends one of the caller's tokens.
#[utoipa::path(delete, path = "/tokens/{token}", operation_id = "revoke_token", tag = "tokens", params(("token" = String, Path)), responses(
    (status = 204),
    (status = 401, body = ErrorBody),
    (status = 404, body = ErrorBody),
))]
pub(super) async fn revoke_token(State(app): State<App>, caller: Caller, Path(token): Path<TokenId>) -> Result<StatusCode, Fault> {
    tokens::revoke(&app, &caller, token).await?;
    Ok(StatusCode::NO_CONTENT)
}
