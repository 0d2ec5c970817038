//! `POST /centers`: a new owner of machines.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::centers::{CenterCreated, CreateCenter};

use super::convert;
use crate::App;
use crate::app::centers;
use crate::http::extract::Body;
use crate::http::{Caller, Fault};

/// Makes a center. The answer carries the one-time token its first gateway enrols with.
#[utoipa::path(post, path = "/centers", operation_id = "create_center", tag = "centers", request_body = CreateCenter, responses(
    (status = 201, body = CenterCreated),
    (status = 403, body = ErrorBody, description = "only platform administrators"),
    (status = 409, body = ErrorBody, description = "the name is taken"),
    (status = 422, body = ErrorBody),
))]
pub(super) async fn create_center(
    State(app): State<App>,
    caller: Caller,
    Body(ask): Body<CreateCenter>,
) -> Result<(StatusCode, Json<CenterCreated>), Fault> {
    let (center, join) = centers::create(&app, &caller, ask).await?;
    let center = convert::center(&app, center, &[], Some(&caller));
    Ok((StatusCode::CREATED, Json(CenterCreated { center, join: convert::join(join) })))
}
