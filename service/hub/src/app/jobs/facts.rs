//! What gateways saw: applied once, in order, in the transaction that moves the cursor.

use tieline_model::{Error, GatewayId, IncarnationId, Result};
use tieline_store_hub::facts::{Origin, cursor as stored_cursor, move_cursor};
use tieline_store_hub::{attempts, facts};
use tieline_wire_gateway::{convert, v1};

use super::record::record;
use crate::App;

/// The number after which this life of the gateway should send its facts.
///
/// # Errors
/// Where the database fails.
pub async fn cursor(app: &App, gateway: GatewayId, incarnation: IncarnationId) -> Result<u64> {
    stored_cursor(app.store.read(), gateway, incarnation).await
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
        let theirs = attempts::by_key(&tx, key).await?.is_none_or(|attempt| attempt.gateway == Some(gateway));
        if theirs {
            let origin = Origin::Gateway { gateway, incarnation, sequence: wire.number };
            newest = record(&tx, &app.clock, origin, key, at, body).await?;
        } else {
            tracing::error!(%gateway, attempt = %key, "a gateway spoke of another gateway's job; its fact is ignored");
        }
        applied = wire.number;
    }
    if applied == before {
        return Ok(applied);
    }
    move_cursor(&tx, gateway, incarnation, applied).await?;
    tx.commit().await?;
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
