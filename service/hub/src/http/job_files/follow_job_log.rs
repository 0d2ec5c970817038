//! `GET /jobs/{job}/log`: what a job prints, to the end or as it comes.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use http::{HeaderMap, header};
use tieline_model::{Error, JobId, RelPath, Result};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::job_files::{FollowJobLog, LOG_OFFSET_HEADER, LogStream};

use super::read_job_file::send;
use crate::App;
use crate::app::files::{job_files, logs};
use crate::app::people::access;
use crate::http::extract::{Path, Query};
use crate::http::{Caller, Fault};

/// What a job prints. With `follow` the answer goes on while the job runs, looked for once a second, and ends when the job
/// has ended and all of it was sent; `Tieline-Log-Offset` says at which byte it begins.
#[utoipa::path(get, path = "/jobs/{job}/log", operation_id = "follow_job_log", tag = "files", params(("job" = String, Path), FollowJobLog),
    responses((status = 200, content_type = "text/plain"), (status = 404, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub(super) async fn follow_job_log(
    State(app): State<App>,
    caller: Caller,
    Path(job): Path<JobId>,
    Query(query): Query<FollowJobLog>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    // The names the job's wrapper gives to what the program prints.
    let path: RelPath = match query.stream.unwrap_or_default() {
        LogStream::Stdout => "stdout.txt",
        LogStream::Stderr => "stderr.txt",
    }
    .parse()?;
    let found = job_files::find(&app, &caller, job, query.attempt, path).await?;
    let text = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CONTENT_DISPOSITION, "inline")];
    if !query.follow.unwrap_or(false) {
        let mut response = send(&app, &found, query.tail, &headers).await?;
        for (name, value) in text {
            response.headers_mut().insert(name, http::HeaderValue::from_static(value));
        }
        return Ok(response);
    }
    let nosniff = [(header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    let (begin, bytes) = logs::follow(&app, found, offset(&query)?).await?;
    // It may go on for days; whoever is kept out meanwhile hears no more.
    let bytes = bytes.take_until(access::is_over(app, caller));
    Ok((text, nosniff, [(LOG_OFFSET_HEADER, begin.to_string())], Body::from_stream(bytes)).into_response())
}

/// Where to begin; before the beginning means so many bytes before the end.
fn offset(query: &FollowJobLog) -> Result<i64> {
    let number = |field: &str, bytes: u64| i64::try_from(bytes).map_err(|_| Error::invalid("no file has so many bytes").field(field));
    match (query.tail, query.from) {
        (Some(_), Some(_)) => Err(Error::invalid("cannot be given beside tail").field("from")),
        (Some(0), None) => Err(Error::invalid("must be at least 1").field("tail")),
        (Some(bytes), None) => number("tail", bytes).map(|bytes| -bytes),
        (None, from) => number("from", from.unwrap_or_default()),
    }
}
