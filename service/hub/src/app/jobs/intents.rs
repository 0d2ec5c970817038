//! What gateways should do: read from the store whenever a link is made or a signal rings.

use prost::Message;
use tieline_fault::around;
use tieline_model::job::AttemptKey;
use tieline_model::{Error, GatewayId, Id, IntentId, Result};
use tieline_store_hub::intents::{Intent, keep};
use tieline_store_hub::{Tx, intents};
use tieline_wire_gateway::v1;
use tieline_wire_gateway::v1::intent::Body;

use crate::App;
use crate::points;

/// Everything this gateway still has to do, as it is sent when a link is made.
///
/// # Errors
/// Where the database fails.
pub async fn open(app: &App, gateway: GatewayId) -> Result<Vec<v1::Intent>> {
    intents::open(app.store.read(), gateway).await?.iter().map(to_wire).collect()
}

/// What this gateway has not yet said to keep.
///
/// # Errors
/// Where the database fails.
pub async fn unkept(app: &App, gateway: GatewayId) -> Result<Vec<v1::Intent>> {
    let open = intents::open(app.store.read(), gateway).await?;
    open.iter().filter(|intent| intent.kept.is_none()).map(to_wire).collect()
}

/// The intent lies on the gateway's disk.
///
/// # Errors
/// Where the database fails.
pub async fn kept(app: &App, gateway: GatewayId, id: IntentId) -> Result<()> {
    let tx = app.store.begin().await?;
    keep(&tx, gateway, id, app.clock.now()).await?;
    around(points::INTENT_COMMIT, tx.commit()).await
}

/// Writes an intent into the transaction of its cause. The caller rings `signals.intents` after the commit.
///
/// # Errors
/// Where the database fails.
pub async fn want(app: &App, tx: &Tx, gateway: GatewayId, key: AttemptKey, body: Body) -> Result<()> {
    let id = app.clock.id::<IntentId>();
    let kind = match &body {
        Body::Run(_) => "run",
        Body::Cancel(_) => "cancel",
        Body::Purge(_) => "purge",
    };
    if intents::is_open(tx, key, kind).await? {
        return Ok(());
    }
    let wire =
        v1::Intent { id: id.bytes().to_vec(), job: key.job.bytes().to_vec(), attempt: key.number, kept_before: false, body: Some(body) };
    let intent = Intent { id, gateway, key, kind: kind.to_owned(), body: wire.encode_to_vec(), created: app.clock.now(), kept: None };
    intents::insert(tx, &intent).await
}

fn to_wire(intent: &Intent) -> Result<v1::Intent> {
    let mut wire = v1::Intent::decode(intent.body.as_slice()).map_err(|error| Error::internal(format!("intent {}: {error}", intent.id)))?;
    wire.kept_before = intent.kept.is_some();
    Ok(wire)
}
