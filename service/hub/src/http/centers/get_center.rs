//! `GET /centers/{center}`: one center.

use axum::Json;
use axum::extract::State;
use tieline_model::CenterId;
use tieline_store_hub::centers;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::centers::Center;

use super::convert;
use crate::App;
use crate::app::centers::missing;
use crate::http::extract::Path;
use crate::http::{Fault, MaybeCaller};

/// One center. Open to everybody.
#[utoipa::path(get, path = "/centers/{center}", operation_id = "get_center", tag = "centers", params(("center" = String, Path)), responses(
    (status = 200, body = Center),
    (status = 404, body = ErrorBody),
))]
pub(super) async fn get_center(
    State(app): State<App>,
    MaybeCaller(caller): MaybeCaller,
    Path(center): Path<CenterId>,
) -> Result<Json<Center>, Fault> {
    let found = centers::by_id(app.store.read(), center).await?.ok_or_else(|| missing(center))?;
    let gateways = convert::gateways(app.store.read()).await?;
    Ok(Json(convert::center(&app, found, &gateways, caller.as_ref())))
}
