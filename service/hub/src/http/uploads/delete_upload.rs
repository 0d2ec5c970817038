//! `DELETE /uploads/{upload}`: gives an upload up.

use axum::extract::State;
use http::StatusCode;
use tieline_model::{Result, UploadId};
use tieline_wire_api::ErrorBody;

use crate::App;
use crate::app::files::uploads;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// Gives an upload up and removes its bytes. A file it has become stays.
#[utoipa::path(delete, path = "/uploads/{upload}", operation_id = "delete_upload", tag = "files",
    params(("upload" = String, Path), ("Tus-Resumable" = String, Header)),
    responses((status = 204), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn delete_upload(State(app): State<App>, caller: Caller, Path(upload): Path<UploadId>) -> Result<StatusCode, Fault> {
    uploads::remove(&app, &caller, upload).await?;
    Ok(StatusCode::NO_CONTENT)
}
