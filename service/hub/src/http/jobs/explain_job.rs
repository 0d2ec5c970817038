//! `GET /jobs/{job}/explain`: why a job is where it is.

use axum::Json;
use axum::extract::State;
use tieline_model::JobId;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::jobs::Explanation;

use super::view::Machines;
use crate::App;
use crate::app::jobs::explain::explain;
use crate::app::jobs::visible;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// One sentence, and the evaluation that decided where the job runs.
#[utoipa::path(get, path = "/jobs/{job}/explain", operation_id = "explain_job", tag = "jobs", params(("job" = String, Path)),
    responses((status = 200, body = Explanation), (status = 404, body = ErrorBody)))]
pub(super) async fn explain_job(State(app): State<App>, caller: Caller, Path(id): Path<JobId>) -> Result<Json<Explanation>, Fault> {
    let job = visible(&app, &caller, id).await?;
    let (sentence, evaluation) = explain(&app, &job).await?;
    let machines = Machines::read(&app).await?;
    Ok(Json(Explanation {
        job: job.id,
        state: job.state,
        sentence,
        candidates: evaluation.as_ref().map(|evaluation| machines.candidates(evaluation)).unwrap_or_default(),
        evaluated_at: evaluation.map(|evaluation| evaluation.at),
    }))
}
