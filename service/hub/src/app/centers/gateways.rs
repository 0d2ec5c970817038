//! Letting gateways in, and keeping them out.

use serde_json::json;
use tieline_fault::around;
use tieline_model::name::line;
use tieline_model::{Error, GatewayId, Result, Timestamp};
use tieline_store_hub::gateways::{self, Gateway};
use tieline_store_hub::join_tokens;
use tieline_wire_api::centers::EnrollGateway;

use super::{checksum, must_operate};
use crate::App;
use crate::app::people::audit::Actor;
use crate::app::people::caller::{Caller, Origin};
use crate::authority::Issued;
use crate::points;

/// Enrols a gateway by its one-time token. A gateway that comes with a new token is a new gateway.
///
/// # Errors
/// `Invalid` for a bad certificate request; one and the same `Forbidden` for a token that is unknown, used or too old.
pub async fn enroll(app: &App, origin: &Origin, ask: &EnrollGateway) -> Result<(Gateway, Issued)> {
    let version = line("version", &ask.version, 64)?;
    let now = app.clock.now();
    // People paste the whole token; the part behind the dot is for the gateway to check us with.
    let secret = checksum(ask.token.trim().split('.').next().unwrap_or_default());
    // Whoever has no token makes us sign nothing, and nobody wait for the writer.
    if !join_tokens::is_good(app.store.read(), secret, now).await? {
        return Err(not_good());
    }
    let id = app.clock.id::<GatewayId>();
    let issued = app.authority.sign_gateway(id, &ask.csr_pem, &app.clock)?;
    let tx = app.store.begin().await?;
    let (token, center) = join_tokens::spend(&tx, secret, now).await?.ok_or_else(not_good)?;
    let (serial, expires) = (issued.serial.clone(), issued.expires);
    let gateway =
        Gateway { id, center, serial, expires, revoked: false, version, clock_offset_micros: None, created: now, last_seen: None };
    gateways::insert(&tx, &gateway).await?;
    let detail = json!({ "center": center, "token": token, "serial": gateway.serial, "version": gateway.version });
    app.audit(&tx, Actor::named(format!("gateway {id}"), origin), "gateway.enroll", id, detail).await?;
    around(points::CENTER_COMMIT, tx.commit()).await?;
    Ok((gateway, issued))
}

fn not_good() -> Error {
    Error::forbidden("the join token is not good: it is unknown, was used before, or is older than 15 minutes")
        .field("token")
        .hint("ask an operator of the center for a new one")
}

/// Lets a gateway in that showed a certificate of ours.
///
/// # Errors
/// `Unauthenticated` where the hub does not know it or keeps it out.
pub async fn admit(app: &App, id: GatewayId) -> Result<Gateway> {
    let gateway = gateways::by_id(app.store.read(), id).await?;
    gateway.filter(|gateway| !gateway.revoked).ok_or_else(|| Error::unauthenticated(format!("the gateway {id} is not let in")))
}

/// Signs a fresh certificate for a gateway that still has a good one.
///
/// # Errors
/// `Invalid` for a bad certificate request.
pub async fn renew(app: &App, id: GatewayId, csr_pem: &str) -> Result<Issued> {
    let issued = app.authority.sign_gateway(id, csr_pem, &app.clock)?;
    let tx = app.store.begin().await?;
    gateways::renewed(&tx, id, &issued.serial, issued.expires).await?;
    let actor = Actor { name: format!("gateway {id}"), ..app.platform() };
    app.audit(&tx, actor, "gateway.renew", id, json!({ "serial": issued.serial, "expires_at": issued.expires })).await?;
    around(points::CENTER_COMMIT, tx.commit()).await?;
    Ok(issued)
}

/// Notes that a gateway came, and how far its clock is off.
///
/// # Errors
/// Where the database fails.
pub async fn greeted(app: &App, id: GatewayId, version: &str, clock: Timestamp) -> Result<()> {
    let now = app.clock.now();
    let version = line("version", version, 64)?;
    let tx = app.store.begin().await?;
    gateways::greeted(&tx, id, &version, clock.micros().saturating_sub(now.micros()), now).await?;
    around(points::CENTER_COMMIT, tx.commit()).await
}

/// Notes that a gateway is alive.
///
/// # Errors
/// Where the database fails.
pub async fn seen(app: &App, id: GatewayId) -> Result<()> {
    let tx = app.store.begin().await?;
    gateways::seen(&tx, id, app.clock.now()).await?;
    around(points::CENTER_COMMIT, tx.commit()).await
}

/// Keeps a gateway out, at once, or lets it in again.
///
/// # Errors
/// `NotFound`; `Forbidden` for all but the center's operators and platform administrators.
pub async fn set_revoked(app: &App, caller: &Caller, id: GatewayId, revoked: bool) -> Result<Gateway> {
    let tx = app.store.begin().await?;
    let known = gateways::by_id(&tx, id).await?.filter(|gateway| caller.roles.operates(gateway.center));
    let mut gateway = known.ok_or_else(|| Error::not_found(format!("there is no gateway {id} that you operate")))?;
    must_operate(caller, gateway.center)?;
    gateways::set_revoked(&tx, id, revoked).await?;
    app.audit(&tx, caller, "gateway.revoke", id, json!({ "revoked": revoked })).await?;
    around(points::CENTER_COMMIT, tx.commit()).await?;
    gateway.revoked = revoked;
    if revoked {
        app.links.cut(id);
    }
    Ok(gateway)
}
