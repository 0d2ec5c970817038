//! `POST /jobs/{job}/retry`: try a job again.

use axum::Json;
use axum::extract::State;
use tieline_model::JobId;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::jobs::Job;

use super::view::Machines;
use crate::App;
use crate::app::jobs::control::retry;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// A new attempt of a job that failed or was canceled.
#[utoipa::path(post, path = "/jobs/{job}/retry", operation_id = "retry_job", tag = "jobs", params(("job" = String, Path)),
    responses((status = 200, body = Job), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn retry_job(State(app): State<App>, caller: Caller, Path(id): Path<JobId>) -> Result<Json<Job>, Fault> {
    let job = retry(&app, &caller, id).await?;
    Ok(Json(Machines::read(&app).await?.job(job)))
}
