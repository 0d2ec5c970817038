//! `PATCH /jobs/{job}`: name a job, or note something about it.

use axum::Json;
use axum::extract::State;
use tieline_model::JobId;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::jobs::{Job, UpdateJob};

use super::view::Machines;
use crate::App;
use crate::app::jobs::control::update;
use crate::http::extract::{Body, Path};
use crate::http::{Caller, Fault};

/// Changes the job's name or remark; what is not given stays.
#[utoipa::path(patch, path = "/jobs/{job}", operation_id = "update_job", tag = "jobs", params(("job" = String, Path)),
    request_body = UpdateJob, responses((status = 200, body = Job), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn update_job(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<JobId>,
    Body(change): Body<UpdateJob>,
) -> Result<Json<Job>, Fault> {
    let job = update(&app, &caller, id, change.name.as_deref(), change.remark.as_deref()).await?;
    Ok(Json(Machines::read(&app).await?.job(job)))
}
