//! `GET /apps`: what one can run.

use axum::Json;
use axum::extract::State;
use tieline_wire_api::Page;
use tieline_wire_api::apps;

use super::view::Machines;
use crate::App;
use crate::app::apps::current;
use crate::http::Fault;

/// Every app with the machines where it is ready.
#[utoipa::path(get, path = "/apps", operation_id = "list_apps", tag = "apps", responses((status = 200, body = Page<apps::App>)))]
pub(super) async fn list_apps(State(app): State<App>) -> Result<Json<Page<apps::App>>, Fault> {
    let machines = Machines::read(&app).await?;
    let items = current(&app).await?.iter().map(|edition| machines.app(edition)).collect();
    Ok(Json(Page { items, next: None }))
}
