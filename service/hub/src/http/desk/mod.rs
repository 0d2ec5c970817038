//! Operations on what people arrange for themselves.

mod create_template;
mod delete_template;
mod get_preferences;
mod list_templates;
mod set_preferences;

use tieline_model::{Error, Result};
use tieline_store_hub::templates;
use tieline_wire_api::desk::Template;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_preferences::get_preferences, set_preferences::set_preferences))
        .routes(routes!(list_templates::list_templates, create_template::create_template))
        .routes(routes!(delete_template::delete_template))
}

fn template(row: templates::Template) -> Result<Template> {
    let broken = |error: serde_json::Error| Error::internal(format!("the request of template {}: {error}", row.id));
    let request = serde_json::from_str(&row.request).map_err(broken)?;
    Ok(Template { id: row.id, app: row.app, name: row.name, request, created_at: row.created })
}
