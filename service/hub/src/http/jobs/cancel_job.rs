//! `POST /jobs/{job}/cancel`: want a job ended.

use axum::Json;
use axum::extract::State;
use tieline_model::JobId;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::jobs::{CancelJob, Job};

use super::view::Machines;
use crate::App;
use crate::app::jobs::control::cancel;
use crate::http::extract::{OptionalBody, Path};
use crate::http::{Caller, Fault};

/// Ends a job in whatever state it is; asking again, or for one that is over, changes nothing.
#[utoipa::path(post, path = "/jobs/{job}/cancel", operation_id = "cancel_job", tag = "jobs", params(("job" = String, Path)),
    request_body = Option<CancelJob>, responses((status = 200, body = Job), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(super) async fn cancel_job(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<JobId>,
    OptionalBody(why): OptionalBody<CancelJob>,
) -> Result<Json<Job>, Fault> {
    let reason = why.and_then(|why| why.reason);
    let job = cancel(&app, &caller, id, reason.as_deref()).await?;
    Ok(Json(Machines::read(&app).await?.job(job)))
}
