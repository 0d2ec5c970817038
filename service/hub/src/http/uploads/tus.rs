//! What all requests of the protocol have in common: the version, and the headers that say how far an upload is.

use axum::Json;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tieline_model::{Error, Result};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::files::FILE_HEADER;

use crate::app::files::uploads::Progress;

pub(super) const VERSION: &str = "1.0.0";
pub(super) const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub(super) const SUPPORTED: HeaderName = HeaderName::from_static("tus-version");
pub(super) const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(super) const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

/// Refuses other versions of the protocol, and marks every answer with ours.
pub(super) async fn speak(request: Request, next: Next) -> Response {
    let spoken = request.headers().get(RESUMABLE).cloned();
    let mut response = if spoken.as_ref().is_some_and(|version| version == VERSION) {
        next.run(request).await
    } else {
        let error = Error::invalid("uploads are sent by the tus protocol, version 1.0.0").field("Tus-Resumable");
        (StatusCode::PRECONDITION_FAILED, Json(ErrorBody::from(&error))).into_response()
    };
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(VERSION));
    response.headers_mut().insert(SUPPORTED, HeaderValue::from_static(VERSION));
    response
}

/// The headers that say how far an upload is.
pub(super) fn headers(progress: &Progress) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(OFFSET, HeaderValue::from(progress.offset));
    headers.insert(LENGTH, HeaderValue::from(progress.size));
    headers.insert(http::header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    put(&mut headers, EXPIRES, progress.expires.rfc9110());
    if let (Some(file), Ok(name)) = (progress.file, HeaderName::try_from(FILE_HEADER)) {
        put(&mut headers, name, file.to_string());
    }
    headers
}

/// A number in a header.
pub(super) fn number(headers: &HeaderMap, name: HeaderName) -> Result<u64> {
    let Some(value) = headers.get(&name) else {
        return Err(Error::invalid(format!("the header {name} is missing")).field(name.as_str()));
    };
    let text = String::from_utf8_lossy(value.as_bytes());
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text.parse().ok() } else { None };
    number.ok_or_else(|| Error::invalid(format!("'{}' is not a number of bytes", text.escape_debug())).field(name.as_str()))
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: String) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}
