//! Apps, and where and at what price one could run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tieline_model::{AppName, AppVersionId, CenterId, MachineId, MachineName, Money, QueueName, Timestamp};
use utoipa::ToSchema;

use crate::ErrorBody;

/// An app as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct App {
    /// The short name, as in `tieline run lammps`.
    #[schema(value_type = String, example = "lammps")]
    pub app: AppName,
    /// The current edition.
    #[schema(value_type = String, example = "apv_01jd3k0000000000000000000a")]
    pub id: AppVersionId,
    /// The current edition's version.
    pub version: String,
    /// The title by language (`en`, `zh`).
    pub title: BTreeMap<String, String>,
    /// What it is, by language.
    pub description: BTreeMap<String, String>,
    /// `parallel`, `tool` or `system`.
    pub kind: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Machines where it is ready.
    pub machines: Vec<AppMachine>,
    /// When the caller last ran it, in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
}

/// An app with everything needed to run it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AppDetail {
    /// As in the list.
    #[serde(flatten)]
    pub app: App,
    /// Its form as a JSON Schema with hints, by language.
    #[schema(value_type = Object)]
    pub form: BTreeMap<String, serde_json::Value>,
    /// All editions, newest first.
    pub versions: Vec<AppEdition>,
}

/// An edition of an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AppEdition {
    /// Which edition.
    #[schema(value_type = String)]
    pub id: AppVersionId,
    /// Its version.
    pub version: String,
    /// Whether jobs get it that name none.
    pub current: bool,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// A machine where an app is ready, or is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AppMachine {
    /// Which machine.
    #[schema(value_type = String)]
    pub id: MachineId,
    /// Its name.
    #[schema(value_type = String)]
    pub name: MachineName,
    /// Whether all programs it needs were found there.
    pub ready: bool,
    /// Why not, or the programs' own versions.
    pub note: String,
}

/// What could be run where, asked before anything is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CheckAnswer {
    /// What is wrong with the request itself; empty if nothing is.
    pub errors: Vec<ErrorBody>,
    /// Every machine, the chosen one first, then by expected start.
    pub candidates: Vec<Candidate>,
    /// Resources the app recommends for these parameters.
    pub recommended: Option<Recommended>,
}

/// One machine in an evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Candidate {
    /// Which machine.
    #[schema(value_type = String)]
    pub machine: MachineId,
    /// Its name.
    #[schema(value_type = String)]
    pub name: MachineName,
    /// Its center.
    #[schema(value_type = String)]
    pub center: CenterId,
    /// Whether the job could run there.
    pub eligible: bool,
    /// The queue it would take.
    #[schema(value_type = Option<String>)]
    pub queue: Option<QueueName>,
    /// Seconds until it would start, as far as the hub can tell.
    pub expected_wait_s: Option<u64>,
    /// The most it can cost.
    #[schema(value_type = Option<crate::money::Money>)]
    pub cost: Option<Money>,
    /// Why not: stable words with a sentence each.
    pub reasons: Vec<Reason>,
    /// Whether this is the one the hub would take.
    pub chosen: bool,
    /// What the package's own check says of this machine beyond yes or no, if it was asked and it does.
    #[serde(default)]
    pub advice: Option<Advice>,
}

/// What a package's own check (`pre-submit`) advises for one machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Advice {
    /// What to ask for, best first.
    pub suggestions: Vec<Suggestion>,
    /// What the person should know.
    pub warnings: Vec<Remark>,
    /// About how many bytes it will write.
    pub output_bytes: Option<u64>,
}

/// Resources a package's own check suggests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Suggestion {
    /// Which queue.
    #[schema(value_type = Option<String>)]
    pub queue: Option<QueueName>,
    /// Nodes.
    pub nodes: u32,
    /// Cores over all nodes.
    pub cores: u32,
    /// GPUs over all nodes.
    pub gpus: u32,
    /// MiB of memory on each node.
    pub memory_mib: Option<u64>,
    /// Seconds.
    pub time_s: Option<u64>,
    /// Why, in the package's own words.
    pub reason: String,
}

/// What a package's own check remarks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Remark {
    /// A stable word of the package's.
    pub code: String,
    /// Which parameter.
    pub field: Option<String>,
    /// A sentence.
    pub message: String,
}

/// Why a machine cannot have a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// A stable word.
    #[schema(example = "cores_over_limit")]
    pub code: String,
    /// A sentence with the values.
    pub message: String,
    /// What the sentence tells, by name, so that it can be said in another language: numbers, or names and somebody's own words. The
    /// names of a code are always the same; one ends with the unit of its number, `_s` for seconds and `_mib` for MiB.
    #[serde(default)]
    #[schema(example = json!({"wanted": 64, "most": 16, "queue": "batch"}))]
    pub values: BTreeMap<String, serde_json::Value>,
}

/// Resources an app recommends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Recommended {
    /// Nodes.
    pub nodes: u32,
    /// Cores over all nodes.
    pub cores: u32,
    /// Seconds.
    pub time_s: u64,
    /// Why.
    pub reason: String,
}
