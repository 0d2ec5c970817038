//! `HEAD /uploads/{upload}`: how far an upload has come.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tieline_model::{Result, UploadId};

use super::tus;
use crate::App;
use crate::app::files::uploads;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// How far an upload has come: `Upload-Offset` bytes are on the hub's disk for good. Once it is complete, `Tieline-File`
/// names the file.
#[utoipa::path(head, path = "/uploads/{upload}", operation_id = "show_upload", tag = "files",
    params(("upload" = String, Path), ("Tus-Resumable" = String, Header)), responses((status = 200), (status = 404), (status = 409)))]
pub(super) async fn show_upload(State(app): State<App>, caller: Caller, Path(upload): Path<UploadId>) -> Result<Response, Fault> {
    let progress = uploads::progress(&app, &caller, upload).await?;
    Ok((StatusCode::OK, tus::headers(&progress)).into_response())
}
