//! `OPTIONS /uploads`: what of the protocol the hub speaks. Open to everybody.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::tus;
use crate::App;

/// What of the tus protocol the hub speaks, and the largest file.
#[utoipa::path(options, path = "/uploads", operation_id = "upload_options", tag = "files", responses((status = 204)))]
pub(super) async fn upload_options(State(app): State<App>) -> Response {
    let headers = [
        (tus::RESUMABLE, tus::VERSION.to_owned()),
        (tus::SUPPORTED, tus::VERSION.to_owned()),
        (http::HeaderName::from_static("tus-extension"), "creation,checksum,expiration,termination".to_owned()),
        (http::HeaderName::from_static("tus-max-size"), app.config.limits.file_bytes.to_string()),
        (http::HeaderName::from_static("tus-checksum-algorithm"), "sha256".to_owned()),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
