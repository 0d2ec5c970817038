//! What gateways saw: applied once, in order, in the transaction that moves the cursor.

use tieline_fault::around;
use tieline_ledger::applicable;
use tieline_model::job::JobFact;
use tieline_model::{Error, GatewayId, IncarnationId, Result};
use tieline_store_hub::attempts::Attempt;
use tieline_store_hub::facts::{Origin, cursor as stored_cursor, move_cursor};
use tieline_store_hub::{Tx, attempts, facts, jobs, machines, prices};
use tieline_wire_gateway::{convert, v1};

use super::record::record;
use super::wanted::Wanted;
use crate::App;
use crate::app::money::set_aside;
use crate::points;

/// The number after which this life of the gateway should send its facts.
///
/// # Errors
/// Where the database fails.
pub async fn cursor(app: &App, gateway: GatewayId, incarnation: IncarnationId) -> Result<u64> {
    stored_cursor(app.store.read(), gateway, incarnation).await
}

/// Goes on after a later number than the one that was applied last. A gateway keeps what was acknowledged for seven days:
/// where this hub was restored from a copy older than that, what lies between is nowhere any more.
///
/// # Errors
/// Where the database fails.
pub async fn skip(app: &App, gateway: GatewayId, incarnation: IncarnationId, to: u64) -> Result<()> {
    let tx = app.store.begin().await?;
    let applied = stored_cursor(&tx, gateway, incarnation).await?;
    tracing::error!(%gateway, first = applied + 1, last = to, "a gateway no longer has these facts: what happened then is lost");
    move_cursor(&tx, gateway, incarnation, to.max(applied)).await?;
    around(points::FACTS_COMMIT, tx.commit()).await
}

/// Applies a batch and returns up to which number the gateway may count its facts as kept for good.
/// What was applied before is skipped; a gap is refused, since facts never overtake each other.
///
/// # Errors
/// `Conflict` on a gap; `Invalid` on a malformed fact: nothing of the batch is applied then.
pub async fn apply(app: &App, gateway: GatewayId, incarnation: IncarnationId, batch: Vec<v1::Fact>) -> Result<u64> {
    let tx = app.store.begin().await?;
    let before = stored_cursor(&tx, gateway, incarnation).await?;
    let mut applied = before;
    let mut newest = 0;
    for wire in batch.iter().filter(|wire| wire.number > before) {
        if wire.number != applied + 1 {
            return Err(Error::conflict(format!("fact {} came after fact {applied}: the ones between are missing", wire.number)));
        }
        let (at, key, body) = convert::fact_from_wire(wire)?;
        applied = wire.number;
        match attempts::by_key(&tx, key).await? {
            Some(attempt) if attempt.gateway.is_none() && !attempt.state.is_final() => adopt(app, &tx, attempt, gateway).await?,
            Some(attempt) if attempt.gateway != Some(gateway) => {
                tracing::error!(%gateway, attempt = %key, "a gateway spoke of another gateway's job; its fact is ignored");
                continue;
            }
            Some(_) | None => {}
        }
        let origin = Origin::Gateway { gateway, incarnation, sequence: wire.number };
        newest = record(&tx, &app.clock, origin, key, at, body).await?;
    }
    if applied == before {
        return Ok(applied);
    }
    move_cursor(&tx, gateway, incarnation, applied).await?;
    around(points::FACTS_COMMIT, tx.commit()).await?;
    app.signals.facts.send_if_modified(|last| std::mem::replace(last, newest.max(*last)) < newest);
    Ok(applied)
}

/// The newest fact's number, for somebody who begins to listen.
///
/// # Errors
/// Where the database fails.
pub async fn newest(app: &App) -> Result<u64> {
    facts::newest(app.store.read()).await
}

/// A gateway has an attempt that this hub has not given to anybody: it did so in a life of which only an older copy was
/// restored. The attempt is that gateway's, so that it is not given away a second time. Where it is known on which machine,
/// it counts as placed there, under today's price.
async fn adopt(app: &App, tx: &Tx, mut attempt: Attempt, gateway: GatewayId) -> Result<()> {
    let key = attempt.key;
    tracing::warn!(%gateway, attempt = %key, "a gateway has a job that this hub has not placed: it was placed before the hub was restored");
    attempt.gateway = Some(gateway);
    attempts::save(tx, &attempt).await?;
    let Some(job) = jobs::by_id(tx, key.job).await? else { return Ok(()) };
    let wanted = Wanted::of(&job)?;
    let mut served: Vec<_> = machines::all(tx).await?.into_iter().filter(|machine| machine.gateway == gateway).collect();
    served.retain(|machine| wanted.machine.is_none_or(|named| named == machine.id));
    let (Some(machine), true) = (served.pop(), served.is_empty()) else { return Ok(()) };
    let prices = prices::all(tx, Some(machine.id)).await?;
    if let Some(price) = applicable(&prices, machine.id, wanted.queue.as_ref(), job.account) {
        set_aside(tx, &app.clock, job.account, key, machine.center, price, &wanted.wish).await?;
    }
    let reason = "it was placed there before the hub was restored from a backup".to_owned();
    let placed = JobFact::Placed { machine: machine.id, queue: wanted.queue, reason };
    record(tx, &app.clock, Origin::Hub, key, app.clock.now(), placed).await?;
    Ok(())
}
