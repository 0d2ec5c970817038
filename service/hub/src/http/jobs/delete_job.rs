//! `DELETE /jobs/{job}`: put a job away.

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

/// Takes a job that is over out of the lists; it can be brought back.
#[utoipa::path(delete, path = "/jobs/{job}", operation_id = "delete_job", tag = "jobs", params(("job" = String, Path)),
    responses((status = 200, body = Job), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn delete_job(State(app): State<App>, caller: Caller, Path(id): Path<JobId>) -> Result<Json<Job>, Fault> {
    let job = set_deleted(&app, &caller, id, true).await?;
    Ok(Json(Machines::read(&app).await?.job(job)))
}
