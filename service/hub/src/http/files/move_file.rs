//! `PUT /files/{file}`: gives a file another path.

use axum::Json;
use axum::extract::State;
use tieline_model::{FileId, RelPath, Result};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::files::{FileDetail, MoveFile};

use super::shape;
use crate::App;
use crate::app::files::spaces;
use crate::http::extract::{Body, Path};
use crate::http::{Caller, Fault};

/// Gives a file another path in the same space.
#[utoipa::path(put, path = "/files/{file}", operation_id = "move_file", tag = "files", params(("file" = String, Path)), request_body = MoveFile,
    responses((status = 200, body = FileDetail), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn move_file(
    State(app): State<App>,
    caller: Caller,
    Path(file): Path<FileId>,
    Body(wanted): Body<MoveFile>,
) -> Result<Json<FileDetail>, Fault> {
    let id = file;
    spaces::rename(&app, &caller, id, &wanted.path.parse::<RelPath>()?).await?;
    let (file, locations) = spaces::get(&app, caller.user, id).await?;
    Ok(Json(FileDetail { file: shape::file(file), locations }))
}
