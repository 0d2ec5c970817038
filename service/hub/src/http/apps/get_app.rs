//! `GET /apps/{app}`: an app with its form.

use axum::Json;
use axum::extract::State;
use tieline_pack::{Language, form_schema};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::apps::{AppDetail, AppEdition};

use super::view::Machines;
use crate::App;
use crate::app::apps::{edition, editions};
use crate::http::Fault;
use crate::http::extract::Path;

/// An app's description, its form in every language and its editions.
#[utoipa::path(get, path = "/apps/{app}", operation_id = "get_app", tag = "apps", params(("app" = String, Path)),
    responses((status = 200, body = AppDetail), (status = 404, body = ErrorBody)))]
pub(super) async fn get_app(State(app): State<App>, Path(name): Path<String>) -> Result<Json<AppDetail>, Fault> {
    let current = edition(&app, &name, None).await?;
    let form = [("en", Language::En), ("zh", Language::Zh)];
    let form = form.into_iter().map(|(word, language)| (word.to_owned(), form_schema(&current.manifest, language))).collect();
    let versions = editions(&app, &name).await?.into_iter().map(|edition| AppEdition {
        id: edition.id,
        version: edition.version,
        current: edition.current,
        created_at: edition.created,
    });
    Ok(Json(AppDetail { app: Machines::read(&app).await?.app(&current), form, versions: versions.collect() }))
}
