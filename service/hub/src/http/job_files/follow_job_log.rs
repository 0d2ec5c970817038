//! `GET /jobs/{job}/log`: what a job prints, to the end or as it comes.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use http::{HeaderMap, header};
use tieline_model::{Error, JobId, RelPath, Result};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::job_files::{FollowJobLog, LogStream};

use super::read_job_file::send;
use crate::App;
use crate::app::files::{job_files, logs};
use crate::app::people::access;
use crate::http::extract::{Path, Query};
use crate::http::{Caller, Fault};

/// What a job prints. With `follow` the answer goes on while the job runs, looked for once a second, and ends when the job
/// has ended and all of it was sent.
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
    let large = |_| Error::invalid("no file has so many bytes").field("tail");
    let offset = query.tail.map(i64::try_from).transpose().map_err(large)?.map_or(0, |bytes| -bytes);
    let nosniff = [(header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    if query.tail == Some(0) {
        return Err(Error::invalid("must be at least 1").field("tail").into());
    }
    let bytes = logs::follow(&app, found, offset).await?;
    // It may go on for days; whoever is kept out meanwhile hears no more.
    let bytes = bytes.take_until(access::is_over(app, caller));
    Ok((text, nosniff, Body::from_stream(bytes)).into_response())
}
