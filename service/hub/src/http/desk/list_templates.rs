//! `GET /templates`: the caller's templates.

use axum::Json;
use axum::extract::State;
use tieline_model::AppName;
use tieline_store_hub::templates;
use tieline_wire_api::desk::{ListTemplates, Template};
use tieline_wire_api::{ErrorBody, Page};

use super::template;
use crate::App;
use crate::http::extract::Query;
use crate::http::{Caller, Fault};

/// The caller's templates by app and name, all at once.
#[utoipa::path(get, path = "/templates", operation_id = "list_templates", tag = "jobs", params(ListTemplates),
    responses((status = 200, body = Page<Template>), (status = 401, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn list_templates(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListTemplates>,
) -> Result<Json<Page<Template>>, Fault> {
    let of = query.app.map(|name| name.parse::<AppName>().map_err(|error| error.field("app"))).transpose()?;
    let rows = templates::of_user(app.store.read(), caller.user, of.as_ref()).await?;
    Ok(Json(Page { items: rows.into_iter().map(template).collect::<Result<_, _>>()?, next: None }))
}
