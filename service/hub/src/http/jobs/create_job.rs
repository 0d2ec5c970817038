//! `POST /jobs`: run an app. With an `Idempotency-Key`, a request that is sent again answers with the same job.

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use tieline_model::Error;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::jobs::{CreateJob, Job};

use super::view::{Machines, asked};
use crate::App;
use crate::app::jobs::create::create;
use crate::http::extract::Body;
use crate::http::{Caller, Fault};

/// Makes a job: everything is checked first, and nothing is made when something is wrong.
#[utoipa::path(post, path = "/jobs", operation_id = "create_job", tag = "jobs", request_body = CreateJob,
    params(("Idempotency-Key" = Option<String>, Header, description = "A word of your own: the same word again answers with the same job.")),
    responses(
        (status = 201, body = Job),
        (status = 402, description = "The account cannot pay; the message names the sum.", body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, description = "No such app, version, file, machine or account.", body = ErrorBody),
        (status = 422, body = ErrorBody),
        (status = 503, description = "No machine can run it at the moment.", body = ErrorBody),
    ))]
pub(super) async fn create_job(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Body(request): Body<CreateJob>,
) -> Result<(StatusCode, Json<Job>), Fault> {
    let key = headers.get("idempotency-key").map(|value| value.to_str());
    let key = key.transpose().map_err(|_| Error::invalid("must be visible ASCII characters").field("idempotency-key"))?;
    let job = create(&app, &caller, asked(request), key).await?;
    Ok((StatusCode::CREATED, Json(Machines::read(&app).await?.job(job))))
}
