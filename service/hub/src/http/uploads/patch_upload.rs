//! `PATCH /uploads/{upload}`: the next bytes of an upload.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::TryStreamExt;
use http::{HeaderMap, HeaderName, StatusCode};
use tieline_model::{Error, Result, Sha256, UploadId};
use tieline_wire_api::ErrorBody;

use super::tus;
use crate::App;
use crate::app::files::uploads;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

const KIND: &str = "application/offset+octet-stream";
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
/// The protocol's own status for a piece that is not what its checksum says.
const CHECKSUM_MISMATCH: u16 = 460;

/// The next bytes of an upload, at `Upload-Offset`. Bytes that arrived before a connection broke are kept. The piece that
/// completes the file is answered with `Tieline-File`.
#[utoipa::path(patch, path = "/uploads/{upload}", operation_id = "patch_upload", tag = "files",
    params(("upload" = String, Path), ("Tus-Resumable" = String, Header), ("Upload-Offset" = u64, Header), ("Upload-Checksum" = Option<String>, Header)),
    request_body(content_type = "application/offset+octet-stream"),
    responses((status = 204), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody), (status = 422, body = ErrorBody), (status = 460, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub(super) async fn patch_upload(
    State(app): State<App>,
    caller: Caller,
    Path(upload): Path<UploadId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Fault> {
    if headers.get(http::header::CONTENT_TYPE).is_none_or(|kind| kind != KIND) {
        let error = Error::invalid(format!("the bytes of an upload are sent as {KIND}")).field("Content-Type");
        return Ok((StatusCode::UNSUPPORTED_MEDIA_TYPE, Json(ErrorBody::from(&error))).into_response());
    }
    let offset = tus::number(&headers, tus::OFFSET)?;
    let checksum = headers.get(CHECKSUM).map(|value| read_checksum(value.as_bytes())).transpose()?;
    let cut = |error: axum::Error| Error::invalid("the connection broke while the bytes arrived").because(error);
    match uploads::append(&app, &caller, upload, offset, body.into_data_stream().map_err(cut), checksum).await {
        Ok(progress) => Ok((StatusCode::NO_CONTENT, tus::headers(&progress)).into_response()),
        Err(error) if error.word() == "piece_mismatch" => {
            let status = StatusCode::from_u16(CHECKSUM_MISMATCH).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            Ok((status, Json(ErrorBody::from(&error))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn read_checksum(header: &[u8]) -> Result<Sha256> {
    let wrong = || Error::invalid("Upload-Checksum must be 'sha256' and 32 bytes in base 64").field("Upload-Checksum");
    let text = std::str::from_utf8(header).map_err(|_| wrong())?;
    let digest = text.strip_prefix("sha256 ").ok_or_else(wrong)?;
    let bytes = STANDARD.decode(digest.trim()).map_err(|_| wrong())?;
    bytes.try_into().map(Sha256).map_err(|_| wrong())
}
