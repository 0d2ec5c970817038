//! `GET /centers/{center}`: one center.

use axum::Json;
use axum::extract::State;
use tieline_store_hub::centers;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::centers::Center;

use super::convert;
use crate::App;
use crate::http::extract::Path;
use crate::http::{Fault, MaybeCaller};

/// One center, by its id or name. Open to everybody.
#[utoipa::path(get, path = "/centers/{center}", operation_id = "get_center", tag = "centers", params(("center" = String, Path)), responses(
    (status = 200, body = Center),
    (status = 404, body = ErrorBody),
))]
pub(super) async fn get_center(
    State(app): State<App>,
    MaybeCaller(caller): MaybeCaller,
    Path(center): Path<String>,
) -> Result<Json<Center>, Fault> {
    let found = centers::find(app.store.read(), &center).await?;
    let gateways = convert::gateways(app.store.read()).await?;
    Ok(Json(convert::center(&app, found, &gateways, caller.as_ref())))
}
