//! Operations about the hub itself.

pub(super) mod docs;
mod get_openapi;
mod version;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(version::version)).routes(routes!(get_openapi::get_openapi))
}
