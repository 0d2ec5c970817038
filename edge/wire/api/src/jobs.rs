//! Jobs on the wire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tieline_model::job::{AttemptKey, Base, StateName};
use tieline_model::{AccountId, AppName, AppVersionId, FileId, JobId, MachineId, MachineName, QueueName, Timestamp, UserId};
use utoipa::{IntoParams, ToSchema};

use crate::apps::Candidate;

/// A wish to run an app.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateJob {
    /// Which app, by its short name.
    #[schema(example = "lammps")]
    pub app: String,
    /// Which edition, by its version; none means the current one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The parameters by name, as the app's form describes them; files are given in `files`.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub params: serde_json::Map<String, serde_json::Value>,
    /// The files by parameter.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub files: BTreeMap<String, Vec<FileId>>,
    /// Only on this machine: its name or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// Only in this queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// Who pays: an account's name or id; none means the personal account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Nodes; none means one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<u32>,
    /// Cores over all nodes; none means the app's recommendation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cores: Option<u32>,
    /// MiB of memory on each node; none means the queue's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u64>,
    /// GPUs over all nodes; none means none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpus: Option<u32>,
    /// Seconds it may run; none means the app's recommendation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_s: Option<u64>,
    /// What to call it; none means the app's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A job as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// Which job.
    #[schema(value_type = String, example = "job_01jd3k0000000000000000000a")]
    pub id: JobId,
    /// Whose it is.
    #[schema(value_type = String)]
    pub user: UserId,
    /// Who pays.
    #[schema(value_type = String)]
    pub account: AccountId,
    /// Which app.
    #[schema(value_type = String)]
    pub app: AppName,
    /// What its owner calls it.
    pub name: String,
    /// What its owner noted.
    pub remark: String,
    /// The state of its latest attempt.
    #[schema(value_type = String, example = "running")]
    pub state: StateName,
    /// Which of the five base states that is.
    #[schema(value_type = String, example = "running")]
    pub base: Base,
    /// The latest attempt's number.
    pub attempt: u32,
    /// Where it runs, once it is placed.
    #[schema(value_type = Option<String>)]
    pub machine: Option<MachineId>,
    /// That machine's name.
    #[schema(value_type = Option<String>)]
    pub machine_name: Option<MachineName>,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// The last change of its state.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
    /// When it reached a final state.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Whether its owner put it away.
    pub deleted: bool,
}

/// A job with everything known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobDetail {
    /// As in lists.
    #[serde(flatten)]
    pub job: Job,
    /// The edition it runs.
    #[schema(value_type = String)]
    pub app_version: AppVersionId,
    /// That edition's version.
    pub version: String,
    /// What was asked for.
    pub request: CreateJob,
    /// All attempts, the first one first.
    pub attempts: Vec<Attempt>,
    /// Set where the gateway is out of reach: the job was last seen then.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_seen_at: Option<Timestamp>,
}

/// One try of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Attempt {
    /// 1 for the first.
    pub number: u32,
    /// Its state.
    #[schema(value_type = String)]
    pub state: StateName,
    /// Everything the state carries: exit, phase, reason, since when.
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
    /// Where it runs.
    #[schema(value_type = Option<String>)]
    pub machine: Option<MachineId>,
    /// In which queue.
    #[schema(value_type = Option<String>)]
    pub queue: Option<QueueName>,
    /// The scheduler's number.
    pub native: Option<String>,
    /// Its folder on the machine.
    pub folder: Option<String>,
    /// What the scheduler said last: why it waits, when it expects to start it, where it runs.
    #[schema(value_type = Option<Object>)]
    pub sight: Option<serde_json::Value>,
    /// How far its present step is, where a script of its package says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// What it occupied.
    #[schema(value_type = Option<Object>)]
    pub usage: Option<serde_json::Value>,
    /// When it began to run.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Timestamp>,
    /// When it was over on the machine.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Whether its folder on the machine is gone.
    pub purged: bool,
    /// When its folder on the machine is removed, with everything that was not brought back.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub folder_expires_at: Option<Timestamp>,
    /// How it came here.
    pub transitions: Vec<Transition>,
}

/// What a script last said of its progress. It comes from people's programs: it is for people, and nothing follows from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = JobProgress)]
pub struct Progress {
    /// Which script.
    pub script: String,
    /// How much is done, 0 to 100, if it said so.
    pub percent: Option<u8>,
    /// What it does, in a line; may be empty.
    pub message: String,
    /// When, by the gateway's clock.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// One transition with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Transition {
    /// From here.
    #[schema(value_type = String)]
    pub from: StateName,
    /// To there.
    #[schema(value_type = String)]
    pub to: StateName,
    /// When, by the clock of who saw it.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Nobody saw it: it must have happened.
    pub inferred: bool,
    /// The number of the fact that caused it.
    pub fact: u64,
    /// `hub`, or the gateway that saw it.
    pub by: String,
    /// The fact itself: reason, evidence, numbers.
    #[schema(value_type = Object)]
    pub evidence: serde_json::Value,
}

/// Why a job is where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// Which job.
    #[schema(value_type = String)]
    pub job: JobId,
    /// Its state.
    #[schema(value_type = String)]
    pub state: StateName,
    /// The answer in one sentence.
    pub sentence: String,
    /// The evaluation that decided where it runs; empty before there was one.
    pub candidates: Vec<Candidate>,
    /// When that evaluation was made.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub evaluated_at: Option<Timestamp>,
}

/// What may be changed about a job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateJob {
    /// What to call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A note; empty removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// Why somebody wants a job ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelJob {
    /// In their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One run of a script of the package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScriptRun {
    /// For which attempt.
    pub attempt: u32,
    /// Which script.
    pub script: String,
    /// Its exit status by the contract.
    pub status: i32,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// How long it took.
    pub took_s: u64,
    /// The end of what it wrote for people.
    pub log: String,
}

/// Which jobs to list; everything that is set must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ListJobs {
    /// In this exact state.
    pub state: Option<String>,
    /// In one of `pending`, `running`, `finished`, `failed`, `canceled`.
    pub base: Option<String>,
    /// Of this app.
    pub app: Option<String>,
    /// On this machine, by name or id.
    pub machine: Option<String>,
    /// Whose name holds this text.
    pub name: Option<String>,
    /// Made at this moment or later (RFC 3339).
    pub since: Option<String>,
    /// Made before this moment (RFC 3339).
    pub until: Option<String>,
    /// Only those that were put away.
    pub deleted: Option<bool>,
    /// Of this person, by name or id, or `all`: for administrators.
    pub user: Option<String>,
    /// At most this many, 1 to 1000.
    pub limit: Option<u64>,
    /// Where the page before ended.
    pub after: Option<String>,
}

/// A change of a job, as it is told live. Its event id is the fact's number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobEvent {
    /// The fact's number.
    pub number: u64,
    /// Which attempt.
    #[schema(value_type = Object)]
    pub attempt: AttemptKey,
    /// The fact's word.
    pub fact: String,
    /// The job as it is when this is sent.
    pub job: Job,
}
