//! `GET /jobs/{job}/scripts`: what the package's scripts did and said.

use axum::Json;
use axum::extract::State;
use tieline_model::JobId;
use tieline_store_hub::facts;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::jobs::ScriptRun;

use super::view;
use crate::App;
use crate::app::jobs::visible;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// Every run of a script for this job, oldest first.
#[utoipa::path(get, path = "/jobs/{job}/scripts", operation_id = "job_scripts", tag = "jobs", params(("job" = String, Path)),
    responses((status = 200, body = Vec<ScriptRun>), (status = 404, body = ErrorBody)))]
pub(super) async fn job_scripts(State(app): State<App>, caller: Caller, Path(id): Path<JobId>) -> Result<Json<Vec<ScriptRun>>, Fault> {
    visible(&app, &caller, id).await?;
    Ok(Json(view::scripts(&facts::of_job(app.store.read(), id).await?)))
}
