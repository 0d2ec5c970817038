//! `GET /files/{file}/content`: the bytes of a file, or a range of them.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use tieline_model::{FileId, Result};
use tieline_wire_api::ErrorBody;
use tokio_util::io::ReaderStream;

use crate::App;
use crate::app::files::spaces;
use crate::http::bytes::{Content, PIECE, asked};
use crate::http::extract::Path;
use crate::http::{Fault, Reader};

/// The bytes of a file, as a stream of any size. One range can be asked for; the `ETag` is the SHA-256.
#[utoipa::path(get, path = "/files/{file}/content", operation_id = "download_file", tag = "files", params(("file" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 206, content_type = "application/octet-stream"),
        (status = 304), (status = 404, body = ErrorBody), (status = 416, body = ErrorBody)))]
pub(super) async fn download_file(
    State(app): State<App>,
    Reader(caller): Reader,
    Path(file): Path<FileId>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let (file, _) = spaces::get(&app, caller.user, file).await?;
    let content = Content { name: file.path.file_name(), size: file.size, sha256: Some(file.sha256) };
    if let Some(response) = content.unchanged(&headers) {
        return Ok(response);
    }
    let part = match asked(&headers, content.tag().as_deref()) {
        None => 0..file.size,
        Some(span) => match span.within(file.size) {
            Some(part) => part,
            None => return Ok(content.outside()),
        },
    };
    let (_, reader) = app.blobs.open(file.sha256, part.start).await?;
    let reader = tokio::io::AsyncReadExt::take(reader, part.end - part.start);
    Ok(content.answer(part, ReaderStream::with_capacity(reader, PIECE)))
}
