//! `GET /jobs/{job}`: everything known of a job.

use axum::Json;
use axum::extract::State;
use tieline_model::JobId;
use tieline_store_hub::{attempts, facts};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::jobs::JobDetail;

use super::view;
use crate::App;
use crate::app::apps::pinned;
use crate::app::jobs::visible_in;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// A job with its attempts, their transitions and the evidence of each.
#[utoipa::path(get, path = "/jobs/{job}", operation_id = "get_job", tag = "jobs", params(("job" = String, Path)),
    responses((status = 200, body = JobDetail), (status = 404, body = ErrorBody)))]
pub(super) async fn get_job(State(app): State<App>, caller: Caller, Path(id): Path<JobId>) -> Result<Json<JobDetail>, Fault> {
    // A step and the record it comes from are seen together, or neither.
    let moment = app.store.snapshot().await?;
    let job = visible_in(&moment, &caller, id).await?;
    let facts = facts::of_job(&moment, id).await?;
    let mut tries = Vec::new();
    for attempt in attempts::of_job(&moment, id).await? {
        tries.push(view::attempt(&app, &moment, attempt, &facts).await?);
    }
    drop(moment);
    let edition = pinned(&app, job.app_version).await?;
    let machines = view::Machines::read(&app).await?;
    Ok(Json(JobDetail {
        app_version: job.app_version,
        request: view::request(&job, &edition.row.version)?,
        version: edition.row.version,
        attempts: tries,
        last_seen_at: machines.unreachable_since(&app, &job),
        job: machines.job(job),
    }))
}
