//! Money on the wire: prices, what an account has, what it paid for.

use serde::{Deserialize, Serialize};
use tieline_model::job::{AttemptKey, Usage};
use tieline_model::{AccountId, ChargeId, HoldId, JobId, MachineId, MachineName, PriceId, QueueName, Timestamp, UserId};
use utoipa::{IntoParams, ToSchema};

/// A sum of money, negative where it is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
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

impl From<Money> for tieline_model::Money {
    fn from(money: Money) -> Self {
        Self { micros: money.micros, currency: money.currency }
    }
}

/// An edition of a price. Rates are millionths of the currency's unit for one hour of each; they add up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Price {
    /// What jobs pin.
    #[schema(value_type = String)]
    pub id: PriceId,
    /// On which machine.
    #[schema(value_type = String)]
    pub machine: MachineId,
    /// That machine's name.
    #[schema(value_type = Option<String>)]
    pub machine_name: Option<MachineName>,
    /// In which queue only; none for all.
    #[schema(value_type = Option<String>)]
    pub queue: Option<QueueName>,
    /// For which account only; none for all.
    #[schema(value_type = Option<String>)]
    pub account: Option<AccountId>,
    /// From when on.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// ISO 4217 letters.
    #[schema(value_type = String, example = "CNY")]
    pub currency: tieline_model::Currency,
    /// For a core.
    pub core_hour: i64,
    /// For a node.
    pub node_hour: i64,
    /// For a GPU.
    pub gpu_hour: i64,
}

/// A new edition of a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPrice {
    /// The machine's name or id.
    pub machine: String,
    /// Only in this queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// Only for this account, by name or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// ISO 4217 letters.
    #[schema(value_type = String, example = "CNY")]
    pub currency: tieline_model::Currency,
    /// Millionths for a core-hour.
    #[serde(default)]
    pub core_hour: i64,
    /// Millionths for a node-hour.
    #[serde(default)]
    pub node_hour: i64,
    /// Millionths for a GPU-hour.
    #[serde(default)]
    pub gpu_hour: i64,
}

/// Which prices to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ListPrices {
    /// Of this machine only, by name or id.
    pub machine: Option<String>,
}

/// What an account has in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Balance {
    /// What it has.
    pub balance: Money,
    /// What is set aside for jobs that have not been charged.
    pub held: Money,
    /// What is left for new jobs.
    pub available: Money,
}

/// Money set aside for an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hold {
    /// Which hold.
    #[schema(value_type = String)]
    pub id: HoldId,
    /// For which job.
    #[schema(value_type = String)]
    pub job: JobId,
    /// For which of its attempts.
    pub attempt: u32,
    /// The most it can cost.
    pub sum: Money,
    /// The price it was placed under.
    #[schema(value_type = String)]
    pub price: PriceId,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// A line of an account's statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Charge {
    /// Which line.
    #[schema(value_type = String)]
    pub id: ChargeId,
    /// `charge`, `adjustment`, `top_up` or `refund`.
    pub kind: String,
    /// What it did to the account: below zero where the account paid.
    pub sum: Money,
    /// For which attempt of which job.
    #[schema(value_type = Option<Object>)]
    pub attempt: Option<AttemptKey>,
    /// Under which price.
    #[schema(value_type = Option<String>)]
    pub price: Option<PriceId>,
    /// Which person did it, where one did.
    #[schema(value_type = Option<String>)]
    pub actor: Option<UserId>,
    /// A sentence.
    pub reason: String,
    /// What it rests on: what was occupied, from when to when, and how we know.
    #[schema(value_type = Option<Object>)]
    pub usage: Option<Usage>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// Money that comes in for an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TopUp {
    /// How much; above zero.
    pub sum: Money,
    /// Why, for the statement.
    #[serde(default)]
    pub reason: String,
}
