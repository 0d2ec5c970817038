//! `GET /machines/{machine}`: one machine.

use axum::Json;
use axum::extract::State;
use tieline_store_hub::machines;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::machines::{Machine, Reading};

use super::convert;
use crate::App;
use crate::http::extract::Path;
use crate::http::{Fault, MaybeCaller};

/// One machine by its id, or by its name where only one center has it. Open to everybody; who is signed in also sees its
/// nodes, and its operators what the scheduler printed.
#[utoipa::path(get, path = "/machines/{machine}", operation_id = "get_machine", tag = "machines", params(("machine" = String, Path)), responses(
    (status = 200, body = Machine),
    (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody, description = "several centers have a machine of this name"),
))]
pub(super) async fn get_machine(
    State(app): State<App>,
    MaybeCaller(caller): MaybeCaller,
    Path(machine): Path<String>,
) -> Result<Json<Machine>, Fault> {
    let row = machines::find(app.store.read(), &machine).await?;
    let sees = convert::sees(caller.as_ref(), row.center);
    let names = convert::center_names(app.store.read()).await?;
    Ok(Json(convert::machine(&app, row, &names, sees, |reading| Reading::of(reading, sees))?))
}
