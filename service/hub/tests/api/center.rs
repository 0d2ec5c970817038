//! The center that `olga` operates, with a gateway and a machine, as they lie in the store.

use rcgen::{CertificateParams, KeyPair};
use tieline_hub::app::centers::{create_join_token, enroll};
use tieline_hub::app::people::caller::Caller;
use tieline_model::machine::{Description, SchedulerKind};
use tieline_model::{GatewayId, MachineId};
use tieline_store_hub::centers::{self, Center};
use tieline_store_hub::machines::{self, Machine};
use tieline_wire_api::centers::EnrollGateway;

use crate::TestHub;

/// What a request about a center needs.
#[derive(Debug)]
pub struct Staged {
    pub gateway: GatewayId,
    pub machine: MachineId,
    /// The secret of a join token that was not used yet.
    pub join: String,
}

/// A certificate request.
pub fn request() -> String {
    CertificateParams::default().serialize_request(&KeyPair::generate().unwrap()).unwrap().pem().unwrap()
}

/// Adds the center where it is missing, and a gateway and a machine of this cell.
pub async fn stage(hub: &TestHub, cell: usize) -> Staged {
    let olga = hub.user("olga").await;
    let caller = Caller {
        user: olga.id,
        name: olga.name,
        roles: olga.roles,
        session: None,
        token: None,
        request: hub.clock.id(),
        address: "192.0.2.1".to_owned(),
    };
    let now = hub.clock.now();
    if centers::by_id(hub.app.store.read(), hub.center).await.unwrap().is_none() {
        let text = || "East".to_owned();
        let name = "east".parse().unwrap();
        let center =
            Center { id: hub.center, name, title: text(), description: text(), organisation: text(), contact: text(), created: now };
        let tx = hub.app.store.begin().await.unwrap();
        centers::insert(&tx, &center).await.unwrap();
        tx.commit().await.unwrap();
    }
    let token = create_join_token(&hub.app, &caller, &hub.center.to_string()).await.unwrap().text;
    let ask = EnrollGateway { token, csr_pem: request(), version: "1".to_owned() };
    let (gateway, _) = enroll(&hub.app, &hub.origin(), &ask).await.unwrap();
    let machine = machine(hub, gateway.id, cell);
    let tx = hub.app.store.begin().await.unwrap();
    machines::insert(&tx, &machine, now).await.unwrap();
    tx.commit().await.unwrap();
    let join = create_join_token(&hub.app, &caller, &hub.center.to_string()).await.unwrap().text;
    let join = join.split('.').next().unwrap().to_owned();
    Staged { gateway: gateway.id, machine: machine.id, join }
}

fn machine(hub: &TestHub, gateway: GatewayId, cell: usize) -> Machine {
    let name = format!("m{cell}").parse().unwrap();
    let description = Description {
        name,
        title: "One".to_owned(),
        description: String::new(),
        organisation: String::new(),
        architecture: "x86_64".to_owned(),
        accelerators: Vec::new(),
        peak_gflops: None,
        scheduler: SchedulerKind::Fork,
        scheduler_version: None,
        node_classes: Vec::new(),
        queues: Vec::new(),
        deployments: Vec::new(),
    };
    let name = description.name.clone();
    Machine { id: hub.clock.id(), center: hub.center, gateway, name, description, reading: None, enabled: true, last_seen: hub.clock.now() }
}
