//! `DELETE /templates/{template}`: drops a template.

use axum::extract::State;
use http::StatusCode;
use tieline_model::TemplateId;
use tieline_wire_api::ErrorBody;

use crate::App;
use crate::app::people::desk;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// Drops one of the caller's templates.
#[utoipa::path(delete, path = "/templates/{template}", operation_id = "delete_template", tag = "jobs",
    params(("template" = String, Path)),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(super) async fn delete_template(State(app): State<App>, caller: Caller, Path(template): Path<TemplateId>) -> Result<StatusCode, Fault> {
    desk::drop(&app, &caller, template).await?;
    Ok(StatusCode::NO_CONTENT)
}
