//! `GET /quota`: what the caller has, and may have.

use axum::Json;
use axum::extract::State;
use tieline_model::Result;
use tieline_wire_api::files::Quota;

use crate::App;
use crate::app::files::spaces;
use crate::http::{Caller, Fault};

/// What the caller has, and may have.
#[utoipa::path(get, path = "/quota", operation_id = "my_quota", tag = "files", responses((status = 200, body = Quota)))]
pub(super) async fn my_quota(State(app): State<App>, caller: Caller) -> Result<Json<Quota>, Fault> {
    let quota = spaces::quota(&app, caller.user).await?;
    Ok(Json(Quota {
        files: quota.used.files,
        file_bytes: quota.used.file_bytes,
        upload_bytes: quota.used.upload_bytes,
        limit_bytes: quota.limit,
        file_limit_bytes: app.config.limits.file_bytes,
    }))
}
