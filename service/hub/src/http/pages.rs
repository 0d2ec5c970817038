//! The pages, as they were built (`make web`) and put inside the program. Each of their addresses is answered with the one
//! document that starts them; a hub that was built without them says so and serves its API alone.

use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Built;

const DOCUMENT: &str = "index.html";
/// Scripts and contents come from this hub alone. Ant Design writes its styles into the page, so these may stand there.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
                      font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";
/// Where the names hold a hash of the contents.
const HASHED: &str = "assets/";

/// The answer to a request that no operation answers; `None` where it asks for nothing that a browser would show.
pub(super) fn serve(method: &Method, path: &str, headers: &HeaderMap) -> Option<Response> {
    if ![Method::GET, Method::HEAD].contains(method) || path.starts_with("/api/") {
        return None;
    }
    let path = path.trim_start_matches('/');
    if let Some(file) = find(path) {
        return Some(send(path, file, headers));
    }
    // What is no file is an address of the pages' own, but for what a page that is gone once asked for.
    if path.starts_with(HASHED) {
        return None;
    }
    Some(find(DOCUMENT).map_or_else(|| (StatusCode::NOT_FOUND, WITHOUT).into_response(), |document| send(DOCUMENT, document, headers)))
}

const WITHOUT: &str = "This hub was built without its pages. Its API is documented at /docs; `make web` builds the pages.\n";

fn find(path: &str) -> Option<EmbeddedFile> {
    Built::get(&format!("pages/{path}"))
}

fn send(name: &str, plain: EmbeddedFile, headers: &HeaderMap) -> Response {
    let accepts = |encoding: &str| {
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        accepted.split(',').any(|one| one.split(';').next().is_some_and(|word| word.trim() == encoding))
    };
    let squeezed = accepts("br").then(|| find(&format!("{name}.br"))).flatten();
    let compressed = squeezed.is_some();
    let mut response = squeezed.unwrap_or(plain).data.into_response();
    let kept = if name.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut set = |header, value: &'static str| response.headers_mut().insert(header, HeaderValue::from_static(value));
    set(CONTENT_TYPE, kind(name));
    set(CACHE_CONTROL, kept);
    set(VARY, "accept-encoding");
    if compressed {
        set(CONTENT_ENCODING, "br");
    }
    if name == DOCUMENT {
        set(CONTENT_SECURITY_POLICY, POLICY);
    }
    response
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "woff2" => "font/woff2",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}
