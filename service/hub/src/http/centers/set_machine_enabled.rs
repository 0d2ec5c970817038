//! `PUT /machines/{machine}/enabled`: whether jobs may be placed on a machine.

use axum::Json;
use axum::extract::State;
use tieline_model::MachineId;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::machines::{Machine, Reading, SetMachineEnabled};

use super::convert;
use crate::App;
use crate::app::centers;
use crate::http::extract::{Body, Path};
use crate::http::{Caller, Fault};

/// Lets jobs be placed on a machine, or not. What runs there goes on.
#[utoipa::path(put, path = "/machines/{machine}/enabled", operation_id = "set_machine_enabled", tag = "machines",
    params(("machine" = String, Path)), request_body = SetMachineEnabled, responses(
    (status = 200, body = Machine),
    (status = 403, body = ErrorBody, description = "only operators of the center and platform administrators"),
    (status = 404, body = ErrorBody),
))]
pub(super) async fn set_machine_enabled(
    State(app): State<App>,
    caller: Caller,
    Path(machine): Path<MachineId>,
    Body(ask): Body<SetMachineEnabled>,
) -> Result<Json<Machine>, Fault> {
    let row = centers::set_enabled(&app, &caller, machine, ask.enabled).await?;
    let sees = convert::sees(Some(&caller), row.center);
    let names = convert::center_names(app.store.read()).await?;
    Ok(Json(convert::machine(&app, row, &names, sees, Reading::brief)?))
}
