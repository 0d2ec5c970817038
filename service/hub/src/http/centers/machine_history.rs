//! `GET /machines/{machine}/history`: how a machine was.

use axum::Json;
use axum::extract::State;
use tieline_model::{Error, MachineId, Seconds};
use tieline_store_hub::machines;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::machines::{History, HistoryQuery, Moment, Reading};

use crate::App;
use crate::http::extract::{Path, Query};
use crate::http::{Caller, Fault};

/// One reading for every five minutes of at most 30 days; the last day when nothing is given.
#[utoipa::path(get, path = "/machines/{machine}/history", operation_id = "machine_history", tag = "machines",
    params(("machine" = String, Path), HistoryQuery), responses(
    (status = 200, body = History),
    (status = 404, body = ErrorBody),
    (status = 422, body = ErrorBody),
))]
pub(super) async fn machine_history(
    State(app): State<App>,
    _caller: Caller,
    Path(machine): Path<MachineId>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<History>, Fault> {
    let until = query.until.unwrap_or_else(|| app.clock.now());
    let since = query.since.unwrap_or(until - Seconds::days(1));
    if since > until {
        return Err(Fault(Error::invalid("lies after `until`").field("since")));
    }
    let db = app.store.read();
    machines::by_id(db, machine).await?.ok_or_else(|| Error::not_found(format!("there is no machine {machine}")))?;
    let since = since.max(until - machines::HISTORY);
    let rows = machines::history(db, machine, since, until, machines::HISTORY.0 / machines::SLOT.0 + 1).await?;
    Ok(Json(History { items: rows.into_iter().map(|(at, reading)| Moment { at, reading: Reading::brief(reading) }).collect() }))
}
