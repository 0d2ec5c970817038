//! Keeps the gateway's certificate good: in the last third of its life it is exchanged for a fresh one with a fresh key.

use std::sync::Arc;
use std::time::Duration;

use tieline_fault::around;
use tieline_model::Result;
use tieline_wire_gateway::v1;
use tokio::sync::watch;

use super::Wires;
use crate::io::identity::{Identity, request};
use crate::io::{clock, uplink};
use crate::points;

/// How often the certificate's age is looked at, and how soon a failed renewal is tried again.
const LOOK: Duration = Duration::from_secs(600);

pub(super) async fn run(wires: Wires, address: String, renewed: watch::Sender<Arc<Identity>>) -> Result<()> {
    loop {
        let identity = Arc::clone(&renewed.borrow());
        if identity.validity()?.wants_renewal(clock::now()) {
            match renew(&wires, &identity, &address).await {
                Ok(fresh) => {
                    tracing::info!("the gateway has a fresh certificate");
                    renewed.send_replace(Arc::new(fresh));
                }
                Err(error) => tracing::error!(%error, "the gateway's certificate cannot be renewed yet"),
            }
        }
        tokio::select! {
            () = wires.token.cancelled() => return Ok(()),
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn renew(wires: &Wires, identity: &Identity, address: &str) -> Result<Identity> {
    let (key_pem, csr_pem) = request()?;
    let mut client = wires.center.bulk.client();
    let asked = around(points::CERTIFICATE_RENEW, client.renew(v1::RenewRequest { csr_pem })).await;
    let reply = asked.map_err(uplink::refused)?.into_inner();
    let authority_pem = if reply.authority_pem.is_empty() { identity.authority_pem.clone() } else { reply.authority_pem };
    let fresh = Identity { certificate_pem: reply.certificate_pem, authority_pem, key_pem, ..identity.clone() };
    fresh.validity()?;
    fresh.save(&wires.center.config.state)?;
    wires.center.bulk.renew(&fresh, address)?;
    Ok(fresh)
}
