//! What gateways tell of their machines. A gateway speaks of machines of its own center only.

use serde_json::json;
use tieline_fault::around;
use tieline_model::machine::{Description, Reading};
use tieline_model::{Error, GatewayId, MachineId, MachineName, Result};
use tieline_store_hub::machines::{self, Machine};
use tieline_store_hub::{Tx, attempts, gateways};
use tieline_wire_gateway::v1;

use super::must_operate;
use crate::App;
use crate::app::people::audit::Actor;
use crate::app::people::caller::Caller;
use crate::app::signals::ring;
use crate::points;

/// The largest text of a description or a reading, in bytes.
const TEXT_MAX: usize = 8 << 20;
/// The longest text of a scheduler in a reading, in bytes.
const RAW_MAX: usize = 16 << 10;

/// A gateway says what a machine is. A machine that is new to its center is added.
///
/// # Errors
/// `Invalid` for a malformed description, `Forbidden` for a machine another gateway of the center serves.
pub async fn described(app: &App, gateway: GatewayId, message: &v1::Description) -> Result<()> {
    let description: Description = parse(&message.body)?;
    if description.name.as_str() != message.machine {
        return Err(Error::invalid("the message and the description name different machines"));
    }
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let center = gateways::by_id(&tx, gateway).await?.ok_or_else(|| Error::unauthenticated("the gateway is gone"))?.center;
    let mut handed = 0;
    match machines::of_center(&tx, center, &description.name).await? {
        Some(machine) => {
            if machine.gateway != gateway {
                may_take_over(app, &tx, &machine, gateway).await?;
                handed = attempts::hand_over(&tx, machine.id, machine.gateway, gateway).await?;
                let actor = Actor { name: format!("gateway {gateway}"), ..app.platform() };
                app.audit(&tx, actor, "machine.move", machine.id, json!({ "from": machine.gateway, "to": gateway })).await?;
            }
            machines::described(&tx, machine.id, gateway, &description, now).await?;
        }
        None => {
            let id = app.clock.id::<MachineId>();
            let name = description.name.clone();
            let machine = Machine { id, center, gateway, name, description, reading: None, enabled: true, last_seen: now };
            machines::insert(&tx, &machine, now).await?;
            let actor = Actor { name: format!("gateway {gateway}"), ..app.platform() };
            app.audit(&tx, actor, "machine.add", id, json!({ "center": center, "name": machine.name })).await?;
        }
    }
    around(points::CENTER_COMMIT, tx.commit()).await?;
    ring(&app.signals.placing);
    if handed > 0 {
        // When it comes back it hears all that is wanted, as something that was kept before: it looks for what already runs.
        app.links.cut(gateway);
    }
    Ok(())
}

/// A gateway says how a machine is. The latest wins.
///
/// # Errors
/// `Invalid` where the numbers do not add up, `Forbidden` where the machine is not this gateway's.
pub async fn read(app: &App, gateway: GatewayId, message: &v1::Reading) -> Result<()> {
    let reading = parse::<Reading>(&message.body)?.checked()?;
    if reading.raw.len() > RAW_MAX {
        return Err(Error::too_large(format!("the scheduler's own words have {} bytes, at most {RAW_MAX} are kept", reading.raw.len())));
    }
    let name = message.machine.parse::<MachineName>()?;
    let tx = app.store.begin().await?;
    let center = gateways::by_id(&tx, gateway).await?.ok_or_else(|| Error::unauthenticated("the gateway is gone"))?.center;
    let machine = machines::of_center(&tx, center, &name).await?.filter(|machine| machine.gateway == gateway);
    let machine = machine.ok_or_else(|| Error::forbidden(format!("the machine {name} is not described by this gateway")))?;
    machines::read(&tx, machine.id, &reading, app.clock.now()).await?;
    around(points::CENTER_COMMIT, tx.commit()).await?;
    ring(&app.signals.placing);
    Ok(())
}

/// Lets jobs be placed on a machine, or not.
///
/// # Errors
/// `NotFound`; `Forbidden` for all but the center's operators and platform administrators.
pub async fn set_enabled(app: &App, caller: &Caller, id: MachineId, enabled: bool) -> Result<Machine> {
    let tx = app.store.begin().await?;
    let mut machine = machines::by_id(&tx, id).await?.ok_or_else(|| Error::not_found(format!("there is no machine {id}")))?;
    must_operate(caller, machine.center)?;
    machines::set_enabled(&tx, id, enabled).await?;
    app.audit(&tx, caller, "machine.enable", id, json!({ "enabled": enabled })).await?;
    around(points::CENTER_COMMIT, tx.commit()).await?;
    machine.enabled = enabled;
    ring(&app.signals.placing);
    Ok(machine)
}

/// A machine moves to another gateway of its center where the one it had is kept out, or was never heard of again after the
/// other was enrolled. So a gateway that lost its disk is replaced by enrolling another, and two living ones never quarrel.
async fn may_take_over(app: &App, tx: &Tx, machine: &Machine, gateway: GatewayId) -> Result<()> {
    let before = gateways::by_id(tx, machine.gateway).await?;
    let enrolled = gateways::by_id(tx, gateway).await?.map(|gateway| gateway.created);
    let gone = !app.links.is_connected(machine.gateway)
        && before.as_ref().is_none_or(|before| before.revoked || before.last_seen.is_none() || before.last_seen < enrolled);
    if gone {
        return Ok(());
    }
    Err(Error::forbidden(format!("the machine {} is served by the gateway {}", machine.name, machine.gateway)))
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    if text.len() > TEXT_MAX {
        return Err(Error::too_large(format!("has {} bytes, at most {TEXT_MAX} are taken", text.len())));
    }
    serde_json::from_str(text).map_err(|error| Error::invalid(format!("not what it should be: {error}")))
}
