//! `DELETE /sessions/current`: ends the caller's own session.

use axum::extract::{FromRequestParts, Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tieline_model::Error;
use tieline_wire_api::ErrorBody;

use super::cookie::{self, Given};
use crate::App;
use crate::app::people::sessions;
use crate::http::{Caller, Fault, MaybeCaller, Origin};

/// Signs out: by the access token, or by the cookie from our own pages, also when the access token has ended.
#[utoipa::path(delete, path = "/sessions/current", operation_id = "sign_out", tag = "sessions", responses(
    (status = 204),
    (status = 401, body = ErrorBody, description = "nobody is signed in"),
    (status = 403, body = ErrorBody, description = "a cookie from another site's page, or an API token"),
))]
pub(super) async fn sign_out(State(app): State<App>, origin: Origin, request: Request) -> Result<Response, Fault> {
    let (mut parts, _body) = request.into_parts();
    let given = Given::find(&app, &parts.headers, None)?;
    let caller = MaybeCaller::from_request_parts(&mut parts, &app).await;
    match (caller, &given) {
        (Ok(MaybeCaller(Some(caller))), _) => sessions::end(&app, &caller, session_of(&caller)?).await?,
        (_, Some(given)) => sessions::end_by_refresh(&app, &origin, given.token()).await?,
        (Err(fault), None) => return Err(fault),
        (Ok(MaybeCaller(None)), None) => return Err(Fault(Error::unauthenticated("nobody is signed in"))),
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    cookie::clear(&app, &mut response);
    Ok(response)
}

fn session_of(caller: &Caller) -> Result<tieline_model::SessionId, Error> {
    caller.session.ok_or_else(|| Error::forbidden("an API token has no session; revoke the token instead"))
}
