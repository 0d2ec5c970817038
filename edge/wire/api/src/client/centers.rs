//! The operations on centers, gateways and machines by name. Each fails with what the hub says, or with `Unavailable`
//! where it cannot be reached.
#![expect(clippy::missing_errors_doc, reason = "said once above for all of them")]

use reqwest::Method;
use serde_json::Value;
use tieline_model::Result;

use super::Client;
use crate::Page;
use crate::centers::{Center, CenterCreated, CreateCenter, Gateway, JoinToken};
use crate::machines::{Access, Machine};

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
}
