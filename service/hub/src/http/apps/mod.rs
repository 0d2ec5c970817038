//! Operations about apps; open to everybody.

mod get_app;
mod list_apps;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_apps::list_apps)).routes(routes!(get_app::get_app))
}
