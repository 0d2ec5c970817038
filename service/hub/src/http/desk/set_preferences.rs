//! `PUT /me/preferences`: how the caller wants their pages from now on.

use axum::Json;
use axum::extract::State;
use tieline_model::Error;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::desk::Preferences;

use crate::App;
use crate::app::people::desk;
use crate::http::extract::Body;
use crate::http::{Caller, Fault};

/// Keeps the caller's preferences in place of those before.
#[utoipa::path(put, path = "/me/preferences", operation_id = "set_preferences", tag = "people", request_body = Preferences,
    responses((status = 200, body = Preferences), (status = 401, body = ErrorBody), (status = 413, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub(super) async fn set_preferences(
    State(app): State<App>,
    caller: Caller,
    Body(wanted): Body<Preferences>,
) -> Result<Json<Preferences>, Fault> {
    let is_word = |word: &String| (1..=20).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase());
    if let Some((name, _)) = wanted.tiles.iter().find(|(_, colour)| !is_word(colour)) {
        return Err(Fault(Error::invalid("must be a word of 1 to 20 small letters").field(format!("tiles.{name}"))));
    }
    let document = serde_json::to_string(&wanted).map_err(|error| Error::internal(error.to_string()))?;
    desk::prefer(&app, &caller, document).await?;
    Ok(Json(wanted))
}
