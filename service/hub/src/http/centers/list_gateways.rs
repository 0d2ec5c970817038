//! `GET /gateways`: the gateways of the centers one operates.

use axum::Json;
use axum::extract::State;
use tieline_model::{CenterId, Error};
use tieline_store_hub::gateways;
use tieline_wire_api::centers::Gateway;
use tieline_wire_api::{ErrorBody, Page, PageQuery};

use super::convert;
use crate::App;
use crate::http::extract::{Query, page};
use crate::http::{Caller, Fault};

/// Gateways, in the order they were enrolled: all of them for platform administrators, their centers' for operators.
#[utoipa::path(get, path = "/gateways", operation_id = "list_gateways", tag = "centers", params(PageQuery), responses(
    (status = 200, body = Page<Gateway>),
    (status = 403, body = ErrorBody, description = "only operators and platform administrators"),
))]
pub(super) async fn list_gateways(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Gateway>>, Fault> {
    let limit = page(query.limit)?;
    let operated = caller.roles.operated().collect::<Vec<CenterId>>();
    let of = (!caller.roles.is_administrator()).then_some(operated);
    if of.as_ref().is_some_and(Vec::is_empty) {
        return Err(Fault(Error::forbidden("only operators of a center and platform administrators may see gateways")));
    }
    let mut rows = gateways::list(app.store.read(), of.as_deref(), convert::after(query.after.as_deref())?, limit + 1).await?;
    let next = convert::next(&mut rows, limit, |gateway| gateway.id);
    Ok(Json(Page { items: rows.into_iter().map(|gateway| convert::gateway(&app, gateway)).collect(), next }))
}
