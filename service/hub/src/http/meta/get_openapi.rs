//! `GET /openapi.json`: the API as a document, made from the same registration as the routes.

use std::sync::LazyLock;

use axum::response::IntoResponse;
use http::header;

use crate::http::openapi;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| openapi().to_json().unwrap_or_default());

/// This document. Open to everybody.
#[utoipa::path(get, path = "/openapi.json", operation_id = "get_openapi", tag = "meta",
    responses((status = 200, content_type = "application/json", description = "OpenAPI 3.1")))]
pub(super) async fn get_openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}
