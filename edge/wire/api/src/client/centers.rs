//! The operations on centers, gateways and machines by name. Each fails with what the hub says, or with `Unavailable`
//! where it cannot be reached.
#![expect(clippy::missing_errors_doc, reason = "said once above for all of them")]

use reqwest::Method;
use serde_json::Value;
use tieline_model::{GatewayId, MachineId, Result};

use super::Client;
use super::calls::pairs;
use crate::Page;
use crate::centers::{Center, CenterCreated, CreateCenter, Gateway, JoinToken, SetGatewayRevoked};
use crate::machines::{Access, History, HistoryQuery, Machine, SetMachineEnabled};

impl Client {
    /// Adds a center; the answer carries the token its first gateway enrols with.
    pub async fn create_center(&self, center: &CreateCenter) -> Result<CenterCreated> {
        self.send(Method::POST, &["centers"], center).await
    }

    /// All centers.
    pub async fn list_centers(&self) -> Result<Page<Center>> {
        self.whole(&["centers"], &()).await
    }

    /// One center, by id or name.
    pub async fn get_center(&self, center: &str) -> Result<Center> {
        self.get(&["centers", center], &[]).await
    }

    /// A token for one more gateway of a center, by id or name.
    pub async fn create_join_token(&self, center: &str) -> Result<JoinToken> {
        self.send(Method::POST, &["centers", center, "join-tokens"], &Value::Object(serde_json::Map::new())).await
    }

    /// The gateways one may see.
    pub async fn list_gateways(&self) -> Result<Page<Gateway>> {
        self.whole(&["gateways"], &()).await
    }

    /// All machines, as they were last read.
    pub async fn list_machines(&self) -> Result<Page<Machine>> {
        self.whole(&["machines"], &()).await
    }

    /// Whether a machine, by id or name, lets one in.
    pub async fn machine_access(&self, machine: &str) -> Result<Access> {
        self.get(&["machines", machine, "access"], &[]).await
    }

    /// One machine, by id or name.
    pub async fn get_machine(&self, machine: &str) -> Result<Machine> {
        self.get(&["machines", machine], &[]).await
    }

    /// Lets jobs be placed on a machine, by id, or not.
    pub async fn set_machine_enabled(&self, machine: MachineId, enabled: bool) -> Result<Machine> {
        self.send(Method::PUT, &["machines", &machine.to_string(), "enabled"], &SetMachineEnabled { enabled }).await
    }

    /// How a machine, by id, was.
    pub async fn machine_history(&self, machine: MachineId, which: &HistoryQuery) -> Result<History> {
        self.get(&["machines", &machine.to_string(), "history"], &pairs(which)?).await
    }

    /// Keeps a gateway out and cuts its connections, or lets it in again.
    pub async fn set_gateway_revoked(&self, gateway: GatewayId, revoked: bool) -> Result<Gateway> {
        self.send(Method::PUT, &["gateways", &gateway.to_string(), "revoked"], &SetGatewayRevoked { revoked }).await
    }
}
