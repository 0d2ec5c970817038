//! Centers, the right to enrol a gateway, and gateways.

use serde::{Deserialize, Serialize};
use tieline_model::{CenterId, CenterName, GatewayId, Timestamp};
use utoipa::ToSchema;

/// A center to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCenter {
    /// Its short name: a lower-case letter, then lower-case letters, digits or `-`.
    #[schema(value_type = String, example = "east")]
    pub name: CenterName,
    /// A line for people; the name, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A paragraph for people.
    #[serde(default)]
    pub description: String,
    /// Whose it is.
    #[serde(default)]
    pub organisation: String,
    /// Whom to ask; shown to people who are signed in.
    #[serde(default)]
    pub contact: String,
}

/// A center, and the token its first gateway enrols with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CenterCreated {
    /// The center.
    pub center: Center,
    /// Shown once.
    pub join: JoinToken,
}

/// An owner of machines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Center {
    /// Which center.
    #[schema(value_type = String)]
    pub id: CenterId,
    /// Its short name.
    #[schema(value_type = String)]
    pub name: CenterName,
    /// A line for people.
    pub title: String,
    /// A paragraph for people.
    pub description: String,
    /// Whose it is.
    pub organisation: String,
    /// Whom to ask; only for people who are signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Whether one of its gateways is connected now.
    pub connected: bool,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// A one-time right to enrol a gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JoinToken {
    /// `<secret>.<SHA-256 of the authority's certificate>`: shown once, good for one gateway.
    pub token: String,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// What a gateway sends to be enrolled. The token is its proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrollGateway {
    /// The token's secret: what stands before the dot.
    pub token: String,
    /// A certificate request in PEM, signed with the gateway's own key. Nothing of it is believed but its public key.
    pub csr_pem: String,
    /// The gateway's program version.
    pub version: String,
}

/// A gateway that was enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GatewayEnrolled {
    /// Which gateway it is from now on.
    #[schema(value_type = String)]
    pub gateway: GatewayId,
    /// Whose it is.
    #[schema(value_type = String)]
    pub center: CenterId,
    /// Its certificate in PEM.
    pub certificate_pem: String,
    /// The authority's certificate in PEM; its SHA-256 must be the one in the token.
    pub authority_pem: String,
    /// The address to dial, `https://host:port`. The certificate there is also good for the name `tieline-hub`.
    pub control: String,
}

/// A gateway, as its operators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Gateway {
    /// Which gateway.
    #[schema(value_type = String)]
    pub id: GatewayId,
    /// Whose.
    #[schema(value_type = String)]
    pub center: CenterId,
    /// Whether it is connected now.
    pub connected: bool,
    /// Whether it is kept out.
    pub revoked: bool,
    /// Its program's version.
    pub version: String,
    /// The serial number of its certificate.
    pub serial: String,
    /// When its certificate ends.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// How far its clock was ahead of the hub's when it last came, in microseconds.
    pub clock_offset_micros: Option<i64>,
    /// When it was enrolled.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When the hub last heard of it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_seen_at: Option<Timestamp>,
}

/// Whether a gateway is kept out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetGatewayRevoked {
    /// True keeps it out and cuts its connections.
    pub revoked: bool,
}
