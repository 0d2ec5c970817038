//! About the hub itself.

use serde::{Deserialize, Serialize};
use tieline_model::Timestamp;
use utoipa::ToSchema;

/// Which hub answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Version {
    /// The program's version.
    #[schema(example = "0.1.0")]
    pub version: String,
    /// The hub's clock.
    #[schema(value_type = String, format = DateTime)]
    pub now: Timestamp,
}
