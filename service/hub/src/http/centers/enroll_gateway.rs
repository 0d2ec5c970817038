//! `POST /gateways/enroll`: a gateway comes for the first time, with a join token as its proof.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::centers::{EnrollGateway, GatewayEnrolled};

use crate::App;
use crate::app::centers;
use crate::http::extract::Body;
use crate::http::{Fault, Origin};
use crate::link::control_url;

/// Enrols a gateway: spends the token and signs the gateway's certificate.
#[utoipa::path(post, path = "/gateways/enroll", operation_id = "enroll_gateway", tag = "centers", request_body = EnrollGateway, responses(
    (status = 201, body = GatewayEnrolled),
    (status = 403, body = ErrorBody, description = "the token is unknown, used or too old"),
    (status = 422, body = ErrorBody, description = "the certificate request is not good"),
))]
pub(super) async fn enroll_gateway(
    State(app): State<App>,
    origin: Origin,
    Body(ask): Body<EnrollGateway>,
) -> Result<(StatusCode, Json<GatewayEnrolled>), Fault> {
    let address = app.links.address().unwrap_or(app.config.gateways.listen);
    let (gateway, issued) = centers::enroll(&app, &origin, &ask).await?;
    let enrolled = GatewayEnrolled {
        gateway: gateway.id,
        center: gateway.center,
        certificate_pem: issued.pem,
        authority_pem: app.authority.pem().to_owned(),
        control: control_url(&app.config, address),
    };
    Ok((StatusCode::CREATED, Json(enrolled)))
}
