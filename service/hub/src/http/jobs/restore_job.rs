//! `POST /jobs/{job}/restore`: bring a job back that was put away.

use axum::Json;
use axum::extract::State;
use tieline_model::JobId;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::jobs::Job;

use super::view::Machines;
use crate::App;
use crate::app::jobs::control::set_deleted;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// Brings a job back into the lists.
#[utoipa::path(post, path = "/jobs/{job}/restore", operation_id = "restore_job", tag = "jobs", params(("job" = String, Path)),
    responses((status = 200, body = Job), (status = 404, body = ErrorBody)))]
pub(super) async fn restore_job(State(app): State<App>, caller: Caller, Path(id): Path<JobId>) -> Result<Json<Job>, Fault> {
    let job = set_deleted(&app, &caller, id, false).await?;
    Ok(Json(Machines::read(&app).await?.job(job)))
}
