//! Money on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A sum of money, negative where it is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Money {
    /// Millionths of the currency's unit.
    #[schema(example = 12_500_000)]
    pub micros: i64,
    /// ISO 4217 letters.
    #[schema(value_type = String, example = "CNY")]
    pub currency: tieline_model::Currency,
}

impl From<tieline_model::Money> for Money {
    fn from(money: tieline_model::Money) -> Self {
        Self { micros: money.micros, currency: money.currency }
    }
}
