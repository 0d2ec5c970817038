//! `GET /jobs/{job}/files/{path}`: the bytes of a job's file, also while the job runs.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use tieline_model::{Error, JobId, RelPath, Result};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::job_files::ReadJobFile;

use crate::App;
use crate::app::files::job_files::{self, Found};
use crate::http::bytes::{Content, Span, asked};
use crate::http::extract::{Path, Query};
use crate::http::{Fault, Reader};

/// The bytes of a job's file: from the hub where it was brought back, else streamed from the machine, also while the job
/// runs. One range can be asked for, or the last `tail` bytes. 503 where the file lies at a center that is away.
#[utoipa::path(get, path = "/jobs/{job}/files/{*path}", operation_id = "read_job_file", tag = "files",
    params(("job" = String, Path), ("path" = String, Path, description = "Below the job's folder."), ReadJobFile),
    responses((status = 200, content_type = "application/octet-stream"), (status = 206, content_type = "application/octet-stream"),
        (status = 304), (status = 404, body = ErrorBody), (status = 416, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub(super) async fn read_job_file(
    State(app): State<App>,
    Reader(caller): Reader,
    Path((job, path)): Path<(JobId, String)>,
    Query(query): Query<ReadJobFile>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let found = job_files::find(&app, &caller, job, query.attempt, path.parse::<RelPath>()?).await?;
    Ok(send(&app, &found, query.tail, &headers).await?)
}

/// Answers with a file of a job. `tail` is a whole answer of its own; a range in the headers then counts for nothing.
pub(super) async fn send(app: &App, found: &Found, tail: Option<u64>, headers: &HeaderMap) -> Result<Response> {
    let sha256 = found.kept.map(|(sha256, _)| sha256);
    let content = |size| Content { name: found.path.file_name(), size, sha256 };
    if tail.is_none()
        && let Some(response) = content(0).unchanged(headers)
    {
        return Ok(response);
    }
    let span = match tail {
        Some(bytes) => Some(Span::Last(bytes)),
        None => asked(headers, content(0).tag().as_deref()),
    };
    let (offset, length) = span.as_ref().map_or((Some(0), 0), Span::of_unknown_size);
    let large = || Error::invalid("no file has so many bytes").field("Range");
    let (size, bytes) = found.read(app, offset.ok_or_else(large)?, length).await?;
    let part = match &span {
        None => 0..size,
        Some(span) => match span.within(size) {
            Some(part) => part,
            None if tail.is_some() => size..size,
            None => return Ok(content(size).outside()),
        },
    };
    // Zero means all to the machine; nothing was asked for here.
    let bytes = if part.is_empty() { Box::pin(futures::stream::empty()) } else { bytes };
    Ok(if tail.is_some() { content(size).end(part, bytes) } else { content(size).answer(part, bytes) })
}
