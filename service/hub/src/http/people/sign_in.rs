//! `POST /sessions`: a name and a password for a session.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, header};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::people::{SignIn, SignedIn};

use super::cookie;
use crate::App;
use crate::app::people::sessions;
use crate::http::extract::Body;
use crate::http::{Fault, Origin};

/// Signs in. The answer carries a short access token; the refresh token is set as a cookie, or is in the body for a client
/// that sends `X-Tieline-Client: shell`.
#[utoipa::path(post, path = "/sessions", operation_id = "sign_in", tag = "sessions", request_body = SignIn, responses(
    (status = 200, body = SignedIn),
    (status = 401, body = ErrorBody, description = "the name or the password is wrong"),
    (status = 429, body = ErrorBody, description = "too many failures", headers(("Retry-After" = u64, description = "seconds to wait"))),
))]
pub(super) async fn sign_in(
    State(app): State<App>,
    origin: Origin,
    headers: HeaderMap,
    Body(ask): Body<SignIn>,
) -> Result<Response, Fault> {
    let client = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("unknown");
    let proof = sessions::sign_in(&app, &origin, &ask.name, ask.password, client).await?;
    Ok(cookie::signed_in(&app, proof, cookie::is_shell(&headers)))
}
