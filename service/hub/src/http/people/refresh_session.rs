//! `POST /sessions/refresh`: a new access token, and the next refresh token, for a refresh token.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use tieline_model::Error;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::people::{Refresh, SignedIn};

use super::cookie::{self, Given};
use crate::App;
use crate::app::people::sessions;
use crate::http::extract::OptionalBody;
use crate::http::{Fault, Origin};

/// Refreshes a session. The refresh token comes from the body or, from our own pages, from the cookie; it is good once.
/// Using an old one again ends the whole session.
#[utoipa::path(post, path = "/sessions/refresh", operation_id = "refresh_session", tag = "sessions", request_body = Option<Refresh>, responses(
    (status = 200, body = SignedIn),
    (status = 401, body = ErrorBody, description = "the session has ended"),
    (status = 403, body = ErrorBody, description = "a cookie from another site's page"),
))]
pub(super) async fn refresh_session(
    State(app): State<App>,
    origin: Origin,
    headers: HeaderMap,
    OptionalBody(ask): OptionalBody<Refresh>,
) -> Result<Response, Fault> {
    let given = Given::find(&app, &headers, ask.and_then(|ask| ask.refresh_token))?;
    let given = given.ok_or_else(|| Error::unauthenticated("there is no refresh token").hint("sign in again"))?;
    let proof = sessions::refresh(&app, &origin, given.token()).await?;
    Ok(cookie::signed_in(&app, proof, matches!(given, Given::Body(_))))
}
