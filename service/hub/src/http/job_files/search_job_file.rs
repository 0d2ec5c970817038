//! `GET /jobs/{job}/search/{path}`: the lines of a job's file that hold a text.

use axum::Json;
use axum::extract::State;
use tieline_model::{JobId, RelPath, Result};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::job_files::{JobFileHits, LineHit, SearchJobFile};

use super::within;
use crate::App;
use crate::app::files::{job_files, lines};
use crate::http::extract::{Path, Query};
use crate::http::{Caller, Fault};

/// Looks for a text in a job's file. A large file takes several requests: each goes on where `next` says.
#[utoipa::path(get, path = "/jobs/{job}/search/{*path}", operation_id = "search_job_file", tag = "files",
    params(("job" = String, Path), ("path" = String, Path, description = "Below the job's folder."), SearchJobFile),
    responses((status = 200, body = JobFileHits), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody),
        (status = 503, body = ErrorBody)))]
pub(super) async fn search_job_file(
    State(app): State<App>,
    caller: Caller,
    Path((job, path)): Path<(JobId, String)>,
    Query(query): Query<SearchJobFile>,
) -> Result<Json<JobFileHits>, Fault> {
    within("text", query.text.chars().count(), 1, 1000)?;
    let from = within("from", query.from.unwrap_or(1), 1, u64::MAX)?;
    let limit = within("limit", query.limit.unwrap_or(100), 1, 1000)?;
    let found = job_files::find(&app, &caller, job, query.attempt, path.parse::<RelPath>()?).await?;
    let lines::Hits { hits, next, searched_to } = lines::search(&app, &found, &query.text, from, limit).await?;
    let hits = hits.into_iter().map(|(line, text)| LineHit { line, text }).collect();
    Ok(Json(JobFileHits { hits, next, searched_to }))
}
