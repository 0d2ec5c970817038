//! `GET /jobs/{job}/lines/{path}`: a page of lines of a job's file.

use axum::Json;
use axum::extract::State;
use tieline_model::{JobId, RelPath, Result};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::job_files::{JobFileLines, ReadJobFileLines};

use super::within;
use crate::App;
use crate::app::files::{job_files, lines};
use crate::http::extract::{Path, Query};
use crate::http::{Caller, Fault};

/// Lines of a job's file by number, wherever it lies and however large it is, also while the job runs.
#[utoipa::path(get, path = "/jobs/{job}/lines/{*path}", operation_id = "read_job_file_lines", tag = "files",
    params(("job" = String, Path), ("path" = String, Path, description = "Below the job's folder."), ReadJobFileLines),
    responses((status = 200, body = JobFileLines), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody),
        (status = 503, body = ErrorBody)))]
pub(super) async fn read_job_file_lines(
    State(app): State<App>,
    caller: Caller,
    Path((job, path)): Path<(JobId, String)>,
    Query(query): Query<ReadJobFileLines>,
) -> Result<Json<JobFileLines>, Fault> {
    let first = within("first", query.first.unwrap_or(1), 1, u64::MAX)?;
    let count = within("count", query.count.unwrap_or(500), 1, 5000)?;
    let found = job_files::find(&app, &caller, job, query.attempt, path.parse::<RelPath>()?).await?;
    let lines::Page { lines, total, next, reached } = lines::page(&app, &found, first, count).await?;
    Ok(Json(JobFileLines { first, lines, total, next, reached }))
}
