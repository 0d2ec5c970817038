//! `POST /templates`: keeps a form to use it again.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use tieline_model::Error;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::desk::{CreateTemplate, Template};

use super::template;
use crate::App;
use crate::app::people::desk;
use crate::http::extract::Body;
use crate::http::{Caller, Fault};

/// Keeps a request under a name. It is checked when a job is made of it, not before.
#[utoipa::path(post, path = "/templates", operation_id = "create_template", tag = "jobs", request_body = CreateTemplate,
    responses((status = 201, body = Template), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn create_template(
    State(app): State<App>,
    caller: Caller,
    Body(wanted): Body<CreateTemplate>,
) -> Result<(StatusCode, Json<Template>), Fault> {
    let request = serde_json::to_string(&wanted.request).map_err(|error| Error::internal(error.to_string()))?;
    let kept = desk::keep(&app, &caller, &wanted.name, &wanted.request.app, request).await?;
    Ok((StatusCode::CREATED, Json(template(kept)?)))
}
