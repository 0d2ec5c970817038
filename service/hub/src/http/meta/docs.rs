//! The page that shows the API to people, from our own files only.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header;

use crate::App;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page and its two files.
pub(in crate::http) fn routes() -> Router<App> {
    Router::new()
        .route("/docs", get(|| file("text/html; charset=utf-8", include_str!("page/index.html"))))
        .route("/docs/page.css", get(|| file("text/css; charset=utf-8", include_str!("page/page.css"))))
        .route("/docs/page.js", get(|| file("text/javascript; charset=utf-8", include_str!("page/page.js"))))
}

async fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-cache")], text)
}
