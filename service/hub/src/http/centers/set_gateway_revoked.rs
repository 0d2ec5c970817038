//! `PUT /gateways/{gateway}/revoked`: keeps a gateway out, or lets it in again.

use axum::Json;
use axum::extract::State;
use tieline_model::GatewayId;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::centers::{Gateway, SetGatewayRevoked};

use super::convert;
use crate::App;
use crate::app::centers;
use crate::http::extract::{Body, Path};
use crate::http::{Caller, Fault};

/// Keeps a gateway out at once, whatever its certificate says; or lets it in again.
#[utoipa::path(put, path = "/gateways/{gateway}/revoked", operation_id = "set_gateway_revoked", tag = "centers",
    params(("gateway" = String, Path)), request_body = SetGatewayRevoked, responses(
    (status = 200, body = Gateway),
    (status = 404, body = ErrorBody, description = "no such gateway, or none that the caller operates"),
))]
pub(super) async fn set_gateway_revoked(
    State(app): State<App>,
    caller: Caller,
    Path(gateway): Path<GatewayId>,
    Body(ask): Body<SetGatewayRevoked>,
) -> Result<Json<Gateway>, Fault> {
    let gateway = centers::set_revoked(&app, &caller, gateway, ask.revoked).await?;
    Ok(Json(convert::gateway(&app, gateway)))
}
