//! `DELETE /files/{file}`: removes a file.

use axum::extract::State;
use http::StatusCode;
use tieline_model::{FileId, Result};
use tieline_wire_api::ErrorBody;

use crate::App;
use crate::app::files::spaces;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// Removes a file. Jobs that took it as input and have not ended still get it.
#[utoipa::path(delete, path = "/files/{file}", operation_id = "delete_file", tag = "files", params(("file" = String, Path)),
    responses((status = 204), (status = 404, body = ErrorBody)))]
pub(super) async fn delete_file(State(app): State<App>, caller: Caller, Path(file): Path<FileId>) -> Result<StatusCode, Fault> {
    spaces::delete(&app, &caller, file).await?;
    Ok(StatusCode::NO_CONTENT)
}
