//! `GET /me/preferences`: how the caller wants their pages.

use axum::Json;
use axum::extract::State;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::desk::Preferences;

use crate::App;
use crate::app::people::desk;
use crate::http::{Caller, Fault};

/// The caller's preferences; the usual ones where nothing was ever changed.
#[utoipa::path(get, path = "/me/preferences", operation_id = "get_preferences", tag = "people",
    responses((status = 200, body = Preferences), (status = 401, body = ErrorBody)))]
pub(super) async fn get_preferences(State(app): State<App>, caller: Caller) -> Result<Json<Preferences>, Fault> {
    let kept = desk::preferences(&app, &caller).await?;
    Ok(Json(kept.and_then(|document| serde_json::from_str(&document).ok()).unwrap_or_default()))
}
