//! Why a machine cannot run a job: the word, a sentence, and what the sentence tells, by name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tieline_model::Seconds;

use super::Reason;

/// What a sentence tells, by name, so that it can be said in another language: `wanted`, `most`, `queue`, … A name ends with the
/// unit of its number: `_s` for seconds, `_mib` for MiB; one without counts things.
pub type Values = BTreeMap<String, Value>;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A number of the unit in its name.
    Number(u64),
    /// A name, or somebody else's own words.
    Text(String),
}

/// Why a machine cannot run a job. Each reason has one sentence and always the same values in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// A stable word.
    pub reason: Reason,
    /// A sentence with the values.
    pub sentence: String,
    /// The values by themselves.
    #[serde(default)]
    pub values: Values,
}

impl Refusal {
    /// A refusal that tells nothing but its sentence.
    pub(super) fn new(reason: Reason, sentence: impl Into<String>) -> Self {
        Self { reason, sentence: sentence.into(), values: Values::new() }
    }

    /// What its sentence tells besides.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<Seconds> for Value {
    fn from(Seconds(seconds): Seconds) -> Self {
        Self::Number(seconds)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
