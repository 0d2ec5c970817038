//! `GET /jobs/{job}/files`: what lies in a job's folder.

use axum::Json;
use axum::extract::State;
use tieline_model::{JobId, RelPath, Result};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::job_files::{JobFile, JobFolder, ListJobFiles};

use crate::App;
use crate::app::files::job_files::{self, Folder, Line};
use crate::http::extract::{Path, Query};
use crate::http::{Caller, Fault};

/// What lies in a folder of a job: outputs the hub keeps, and what the machine shows now, where it can be asked.
#[utoipa::path(get, path = "/jobs/{job}/files", operation_id = "list_job_files", tag = "files",
    params(("job" = String, Path), ListJobFiles),
    responses((status = 200, body = JobFolder), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn list_job_files(
    State(app): State<App>,
    caller: Caller,
    Path(job): Path<JobId>,
    Query(query): Query<ListJobFiles>,
) -> Result<Json<JobFolder>, Fault> {
    let folder = match query.path.as_deref().map(|path| path.trim_end_matches('/')) {
        None | Some("" | ".") => None,
        Some(path) => Some(path.parse::<RelPath>()?),
    };
    let listed = job_files::list(&app, &caller, job, query.attempt, folder.as_ref()).await?;
    let Folder { attempt, lines, live, expires, notice } = listed;
    Ok(Json(JobFolder { items: lines.into_iter().map(line).collect(), next: None, attempt, live, expires, notice }))
}

fn line(line: Line) -> JobFile {
    let Line { path, is_folder, size, modified, sha256, gone } = line;
    JobFile { path, folder: is_folder, size, modified, sha256, kept: sha256.is_some(), gone }
}
