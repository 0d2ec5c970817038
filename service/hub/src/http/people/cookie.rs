//! The cookie that holds a browser's refresh token, and who may send it.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use tieline_model::{Error, Result};
use tieline_wire_api::people::SignedIn;

use super::convert;
use crate::App;
use crate::app::people::sessions::{IDLE, Proof};
use crate::http::BASE;

const NAME: &str = "tieline_refresh";

/// Where a refresh token came from.
pub(super) enum Given {
    /// The body, as shells send it.
    Body(String),
    /// The cookie, as browsers send it.
    Cookie(String),
}

impl Given {
    /// The refresh token in the body or else the cookie. A cookie counts only from our own pages.
    pub(super) fn find(app: &App, headers: &HeaderMap, body: Option<String>) -> Result<Option<Self>> {
        if let Some(token) = body {
            return Ok(Some(Self::Body(token)));
        }
        let Some(token) = read(headers) else { return Ok(None) };
        must_be_ours(app, headers)?;
        Ok(Some(Self::Cookie(token)))
    }

    pub(super) fn token(&self) -> &str {
        let (Self::Body(token) | Self::Cookie(token)) = self;
        token
    }
}

/// The answer to a sign-in or a refresh: a shell has the refresh token in the body, a browser in the cookie.
pub(super) fn signed_in(app: &App, proof: Proof, shell: bool) -> Response {
    let Proof { user, access, expires, refresh, .. } = proof;
    let (body, cookie) = if shell { (refresh, None) } else { (None, refresh) };
    let answer = SignedIn { access_token: access, expires_at: expires, user: convert::user(user), refresh_token: body };
    let mut response = Json(answer).into_response();
    if let Some(token) = cookie {
        set(app, &mut response, &token, IDLE.0);
    }
    response
}

/// Whether the client is a shell: it keeps the refresh token itself.
pub(super) fn is_shell(headers: &HeaderMap) -> bool {
    headers.get("x-tieline-client").is_some_and(|client| client == "shell")
}

/// Takes the cookie away from the browser.
pub(super) fn clear(app: &App, response: &mut Response) {
    set(app, response, "", 0);
}

fn set(app: &App, response: &mut Response, token: &str, seconds: u64) {
    let secure = if app.config.is_https() { "; Secure" } else { "" };
    let text = format!("{NAME}={token}; Path={BASE}/sessions; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

fn read(headers: &HeaderMap) -> Option<String> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    let mut found = pairs.filter_map(|pair| pair.trim().split_once('=')).filter(|(name, _)| *name == NAME);
    found.next().map(|(_, value)| value.to_owned())
}

/// A browser says which page sends a request; only pages of this hub may use the cookie.
fn must_be_ours(app: &App, headers: &HeaderMap) -> Result<()> {
    let refused = || Error::forbidden("the request comes from another site").code("cross_site");
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return Err(refused());
    }
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()).ok_or_else(refused)?;
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let (_, from) = origin.split_once("://").ok_or_else(refused)?;
    let ours = origin == app.config.http.public_url.trim_end_matches('/') || host.is_some_and(|host| host == from);
    if ours { Ok(()) } else { Err(refused()) }
}
