//! The audit log.

use serde::{Deserialize, Serialize};
use tieline_model::{AuditId, RequestId, Timestamp, UserId};
use utoipa::{IntoParams, ToSchema};

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Which row.
    #[schema(value_type = String)]
    pub id: AuditId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who, where it was a person we know.
    #[schema(value_type = Option<String>)]
    pub actor_id: Option<UserId>,
    /// Who, by name; `platform` for the hub itself.
    pub actor: String,
    /// From where.
    pub address: String,
    /// In which request.
    #[schema(value_type = String)]
    pub request: RequestId,
    /// What was done, such as `user.create`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// The rest.
    pub detail: serde_json::Value,
}

/// Which rows of the audit log one wants to see.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// Of this person, by name.
    pub actor: Option<String>,
    /// With this action, such as `user.create`.
    pub action: Option<String>,
    /// About this subject, by id.
    pub subject: Option<String>,
    /// At or after this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// Before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// How many rows at most, 1 to 1000; 50 when not given.
    pub limit: Option<u64>,
    /// The `next` of the page before.
    pub after: Option<String>,
}
