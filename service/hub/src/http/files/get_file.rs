//! `GET /files/{file}`: one file, and where its bytes lie.

use axum::Json;
use axum::extract::State;
use tieline_model::{FileId, Result};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::files::FileDetail;

use super::shape;
use crate::App;
use crate::app::files::spaces;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// One file, and where its bytes lie.
#[utoipa::path(get, path = "/files/{file}", operation_id = "get_file", tag = "files", params(("file" = String, Path)),
    responses((status = 200, body = FileDetail), (status = 404, body = ErrorBody)))]
pub(super) async fn get_file(State(app): State<App>, caller: Caller, Path(file): Path<FileId>) -> Result<Json<FileDetail>, Fault> {
    let (file, locations) = spaces::get(&app, caller.user, file).await?;
    Ok(Json(FileDetail { file: shape::file(file), locations }))
}
