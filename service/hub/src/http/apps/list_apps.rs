//! `GET /apps`: what one can run.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use tieline_store_hub::jobs::last_of_each_app;
use tieline_wire_api::Page;
use tieline_wire_api::apps;

use super::view::Machines;
use crate::App;
use crate::app::apps::{Edition, current};
use crate::http::{Fault, MaybeCaller};

/// Every app with the machines where it is ready, and when the caller last ran it.
#[utoipa::path(get, path = "/apps", operation_id = "list_apps", tag = "apps", responses((status = 200, body = Page<apps::App>)))]
pub(super) async fn list_apps(State(app): State<App>, MaybeCaller(caller): MaybeCaller) -> Result<Json<Page<apps::App>>, Fault> {
    let machines = Machines::read(&app).await?;
    let used: HashMap<_, _> = match caller {
        Some(caller) => last_of_each_app(app.store.read(), caller.user).await?.into_iter().collect(),
        None => HashMap::new(),
    };
    let shown = |edition: &Edition| apps::App { last_used_at: used.get(&edition.row.app).copied(), ..machines.app(edition) };
    Ok(Json(Page { items: current(&app).await?.iter().map(shown).collect(), next: None }))
}
