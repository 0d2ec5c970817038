//! The six scripts' contract, version 1: what each is asked on its input, what it answers as the last line of its output,
//! what its exit code means, how long it may take and how often it is tried.

mod answer;
mod code;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use tieline_model::job::{NativeId, Script};
use tieline_model::machine::{QueueLimits, QueueLoad};
use tieline_model::{AppName, JobId, LocalUser, MachineName, QueueName, RelPath, Resources, Sha256};

pub use answer::*;
pub use code::{Verdict, answer, counts, tries, verdict};

use crate::{FileMeta, Version};

/// The version of the contract, also in `TIELINE_CONTRACT`.
pub const CONTRACT: u32 = 1;

/// What every request holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Common {
    /// [`CONTRACT`].
    pub contract: u32,
    /// Which app.
    pub app: AppName,
    /// Which edition of it.
    pub version: Version,
    /// Which machine.
    pub machine: MachineName,
    /// As whom on the machine.
    pub local_user: LocalUser,
    /// Which job; none for `pre-submit`, which comes before it has a folder, and for `getState`, which is asked of many.
    #[serde(flatten)]
    pub job: Option<JobFolder>,
}

/// One try of a job, and where it lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFolder {
    /// Which job.
    pub job_id: JobId,
    /// Which try of it, from 1.
    pub attempt: u32,
    /// Its folder on the machine, absolute.
    pub remote_dir: String,
}

/// What a script is asked: what all are told, and its own part, in one JSON object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request<T> {
    /// What all are told.
    #[serde(flatten)]
    pub common: Common,
    /// What this one is told.
    #[serde(flatten)]
    pub body: T,
}

/// `pre-submit`: analyse the parameters, recommend resources. It has no effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreSubmit {
    /// The checked parameters.
    pub params: Map<String, Json>,
    /// The files that will be there.
    pub files: Vec<FileMeta>,
    /// What the person asked for.
    pub wish: Resources,
    /// Which queue the person asked for.
    pub queue: Option<QueueName>,
    /// The machine's queues.
    pub queues: Vec<QueueLimits>,
    /// Their load at the moment.
    pub load: Vec<QueueLoad>,
}

/// Where and with what a job runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// Which queue; none for the machine's default.
    pub queue: Option<QueueName>,
    /// With what.
    pub resources: Resources,
}

/// `initialize`: prepare folder and data. Run again, it converges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Initialize {
    /// Where it runs.
    pub placement: Placement,
    /// The checked parameters.
    pub params: Map<String, Json>,
    /// What must lie in the folder afterwards.
    pub inputs: Vec<InputFile>,
}

/// A file `initialize` brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Below the job's folder on the machine.
    pub path: RelPath,
    /// Where it lies at the gateway, for the broker's `put`.
    pub source: String,
    /// Bytes.
    pub size: u64,
    /// What it hashes to.
    pub sha256: Sha256,
}

/// `submit`: hand it to the scheduler, or start it. The tag must become the job's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submit {
    /// Where it runs.
    pub placement: Placement,
    /// The checked parameters.
    pub params: Map<String, Json>,
    /// The argument vector made from the manifest.
    pub command: Vec<String>,
    /// The job's name in the scheduler.
    pub tag: String,
}

/// `getState`: how these jobs are, all of one machine and local user. It only reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetState {
    /// Which jobs.
    pub jobs: Vec<StateOf>,
    /// Look these tags up instead of numbers: asked before a submission is repeated.
    #[serde(default)]
    pub lookup: bool,
}

/// A job to tell the state of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateOf {
    /// Which job.
    #[serde(flatten)]
    pub job: JobFolder,
    /// The scheduler's number, if it is known.
    pub native_id: Option<NativeId>,
    /// Its name in the scheduler.
    pub tag: String,
}

/// `terminate`: end it. Success if it is over or was never there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminate {
    /// The scheduler's number, if it is known.
    pub native_id: Option<NativeId>,
    /// Its name in the scheduler.
    pub tag: String,
    /// Seconds between the polite and the final signal.
    pub grace_s: u64,
}

/// `finalize`: return results, free space. Run again, it answers the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finalize {
    /// Patterns of declared outputs, and whether each is brought.
    pub outputs: Vec<OutputPattern>,
    /// The folder at the gateway that `get` brings files to.
    pub target: String,
    /// Whether the job's folder stays on the machine.
    pub keep: bool,
}

/// A declared output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputPattern {
    /// Which files.
    pub pattern: String,
    /// Whether they are brought by themselves.
    pub bring: bool,
}

/// A request of one of the six kinds.
pub trait Ask: Serialize {
    /// Which script it is for.
    const SCRIPT: Script;
    /// What that script answers.
    type Answer: serde::de::DeserializeOwned;
}

macro_rules! asks {
    ($($request:ident -> $answer:ident;)*) => {$(
        impl Ask for $request {
            const SCRIPT: Script = Script::$request;
            type Answer = $answer;
        }
    )*};
}

asks! {
    PreSubmit -> PreSubmitted;
    Initialize -> Initialized;
    Submit -> Submitted;
    GetState -> States;
    Terminate -> Terminated;
    Finalize -> Finalized;
}

#[cfg(test)]
mod tests;
