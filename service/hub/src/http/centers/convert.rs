//! From the store's centers and machines to those on the wire, as far as the reader may see them.

use std::collections::HashMap;

use tieline_model::machine::Reading;
use tieline_model::{CenterId, CenterName, Error, Id, Result, Seconds};
use tieline_store_hub::{ConnectionTrait, centers, gateways, machines};
use tieline_wire_api::centers as wire;
use tieline_wire_api::machines as machine_wire;
use tieline_wire_api::machines::Sees;

use crate::App;
use crate::app::centers::Join;
use crate::http::Caller;

/// A reading older than this says little about the present.
const STALE: Seconds = Seconds(120);

pub(super) fn center(app: &App, center: centers::Center, gateways: &[gateways::Gateway], caller: Option<&Caller>) -> wire::Center {
    let connected = gateways.iter().any(|gateway| gateway.center == center.id && app.links.is_connected(gateway.id));
    wire::Center {
        id: center.id,
        name: center.name,
        title: center.title,
        description: center.description,
        organisation: center.organisation,
        contact: caller.map(|_| center.contact),
        connected,
        created_at: center.created,
    }
}

pub(super) fn join(join: Join) -> wire::JoinToken {
    wire::JoinToken { token: join.text, expires_at: join.expires }
}

pub(super) fn gateway(app: &App, gateway: gateways::Gateway) -> wire::Gateway {
    wire::Gateway {
        id: gateway.id,
        center: gateway.center,
        connected: app.links.is_connected(gateway.id),
        revoked: gateway.revoked,
        version: gateway.version,
        serial: gateway.serial,
        expires_at: gateway.expires,
        clock_offset_micros: gateway.clock_offset_micros,
        created_at: gateway.created,
        last_seen_at: gateway.last_seen,
    }
}

/// How much of a machine of this center the caller may see.
pub(super) fn sees(caller: Option<&Caller>, center: CenterId) -> Sees {
    match caller {
        None => Sees::Public,
        Some(caller) if caller.roles.operates(center) => Sees::Operator,
        Some(_) => Sees::SignedIn,
    }
}

/// A machine as the reader may see it. Lists and single machines show its reading in different ways.
pub(super) fn machine(
    app: &App,
    machine: machines::Machine,
    names: &HashMap<CenterId, CenterName>,
    sees: Sees,
    show: impl FnOnce(Reading) -> machine_wire::Reading,
) -> Result<machine_wire::Machine> {
    let mut reading = machine.reading;
    let storage = reading.as_mut().map(|reading| std::mem::take(&mut reading.storage)).unwrap_or_default();
    let connected = app.links.is_connected(machine.gateway);
    let center_name = names.get(&machine.center).cloned();
    Ok(machine_wire::Machine {
        id: machine.id,
        name: machine.name,
        center: machine.center,
        center_name: center_name.ok_or_else(|| Error::internal(format!("the center of machine {} is missing", machine.id)))?,
        connected,
        enabled: machine.enabled,
        stale: !connected || app.clock.now().since(machine.last_seen) > STALE,
        last_seen_at: machine.last_seen,
        description: machine_wire::Description::of(machine.description, storage, sees),
        reading: reading.map(show),
    })
}

/// The names of all centers.
pub(super) async fn center_names(db: &impl ConnectionTrait) -> Result<HashMap<CenterId, CenterName>> {
    let all = centers::list(db, None, i64::MAX.unsigned_abs()).await?;
    Ok(all.into_iter().map(|center| (center.id, center.name)).collect())
}

/// Every gateway there is: few, beside what they serve.
pub(super) async fn gateways(db: &impl ConnectionTrait) -> Result<Vec<gateways::Gateway>> {
    gateways::list(db, None, None, i64::MAX.unsigned_abs()).await
}

/// The row a page begins after.
pub(super) fn after<I: Id>(cursor: Option<&str>) -> Result<Option<I>> {
    let wrong = |_| Error::invalid("is not the `next` of a page of this list").field("after");
    cursor.map(|text| text.parse::<I>().map_err(wrong)).transpose()
}

/// Where the next page begins, if this one was read with one row more than it may have.
pub(super) fn next<T, I: Id>(rows: &mut Vec<T>, limit: u64, id: impl Fn(&T) -> I) -> Option<String> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return None;
    }
    rows.truncate(limit);
    rows.last().map(|row| id(row).to_string())
}
