//! `POST /uploads`: announces a file.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tieline_model::{Error, Result};
use tieline_wire_api::ErrorBody;

use super::{metadata, tus};
use crate::App;
use crate::app::files::uploads::{self, Wanted};
use crate::http::{BASE, Caller, Fault};

const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const DEFER: HeaderName = HeaderName::from_static("upload-defer-length");

/// Announces a file; its bytes follow by `PATCH` to the `Location`. `Upload-Metadata` carries `filename`, the path in the
/// space, and may carry `sha256`, 64 hexadecimal digits that the whole must hash to.
#[utoipa::path(post, path = "/uploads", operation_id = "create_upload", tag = "files",
    params(("Tus-Resumable" = String, Header), ("Upload-Length" = u64, Header), ("Upload-Metadata" = String, Header)),
    responses((status = 201), (status = 409, body = ErrorBody), (status = 413, body = ErrorBody), (status = 422, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub(super) async fn create_upload(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Result<Response, Fault> {
    if headers.contains_key(DEFER) {
        return Err(Error::invalid("the length of an upload must be known when it is announced").field("Upload-Defer-Length").into());
    }
    let size = tus::number(&headers, tus::LENGTH)?;
    let metadata = metadata::read(headers.get(METADATA).map_or(b"", HeaderValue::as_bytes))?;
    let progress = uploads::create(&app, &caller, Wanted { path: metadata.path, size, sha256: metadata.sha256 }).await?;
    let location = [(http::header::LOCATION, format!("{BASE}/uploads/{}", progress.id))];
    Ok((StatusCode::CREATED, location, tus::headers(&progress)).into_response())
}
