//! `GET /centers`: all centers.

use axum::Json;
use axum::extract::State;
use tieline_store_hub::centers;
use tieline_wire_api::centers::Center;
use tieline_wire_api::{ErrorBody, Page, PageQuery};

use super::convert;
use crate::App;
use crate::http::extract::{Query, page};
use crate::http::{Fault, MaybeCaller};

/// All centers, in the order they were made. Open to everybody.
#[utoipa::path(get, path = "/centers", operation_id = "list_centers", tag = "centers", params(PageQuery), responses(
    (status = 200, body = Page<Center>),
    (status = 422, body = ErrorBody),
))]
pub(super) async fn list_centers(
    State(app): State<App>,
    MaybeCaller(caller): MaybeCaller,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Center>>, Fault> {
    let limit = page(query.limit)?;
    let mut rows = centers::list(app.store.read(), convert::after(query.after.as_deref())?, limit + 1).await?;
    let next = convert::next(&mut rows, limit, |center| center.id);
    let gateways = convert::gateways(app.store.read()).await?;
    let items = rows.into_iter().map(|center| convert::center(&app, center, &gateways, caller.as_ref())).collect();
    Ok(Json(Page { items, next }))
}
