//! What can happen to an attempt. A fact is numbered, kept and never edited; the state is a fold over facts.

use serde::{Deserialize, Serialize};

use super::{Actor, Evidence, Exit, NativeId, Phase, Usage};
use crate::{MachineId, QueueName, RelPath, Seconds, Sha256, Timestamp};

/// One thing that happened to an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fact")]
pub enum JobFact {
    /// A person asked for it.
    Created,
    /// The hub began to check and to place it.
    CheckStarted,
    /// The hub chose where it runs.
    Placed {
        /// Which machine.
        machine: MachineId,
        /// Which queue there; none means the machine's default.
        queue: Option<QueueName>,
        /// Why this one: the evaluation that decided, in a sentence.
        reason: String,
    },
    /// The gateway began to bring the inputs.
    StageInStarted,
    /// All inputs are there, checksums verified.
    StagedIn {
        /// The job's folder as the machine sees it.
        folder: String,
        /// Bytes brought.
        bytes: u64,
    },
    /// The gateway is about to hand it to the scheduler. Written before the first try.
    SubmitStarted,
    /// The scheduler was seen to have it.
    Sighted {
        /// The scheduler's number.
        native: NativeId,
        /// In which state.
        sight: Sight,
        /// How we know.
        evidence: Evidence,
    },
    /// No evidence of it since this moment.
    Vanished {
        /// The last evidence.
        since: Timestamp,
    },
    /// It is over on the machine.
    Ended {
        /// The scheduler's number, if it ever had one.
        native: Option<NativeId>,
        /// How.
        exit: Exit,
        /// What it occupied; `None` if it never ran, or if nothing that proves usage is known.
        usage: Option<Usage>,
        /// How we know.
        evidence: Evidence,
    },
    /// What it occupied, learned after it ended.
    UsageKnown {
        /// The better record.
        usage: Usage,
    },
    /// The gateway began to bring the outputs.
    StageOutStarted,
    /// A file the job left.
    Output {
        /// Below the job's folder.
        path: RelPath,
        /// Bytes.
        size: u64,
        /// What it hashes to, if the hub has it now; `None` if it stays on the machine.
        brought: Option<Sha256>,
    },
    /// The job's folder was removed from the machine.
    Purged,
    /// Everything is done that should be done.
    Finished,
    /// It cannot go on.
    Failed {
        /// Where in its life.
        phase: Phase,
        /// A sentence for the person.
        reason: String,
        /// What the person can do.
        hint: Option<String>,
    },
    /// Somebody wants it ended.
    CancelRequested {
        /// Who.
        by: Actor,
        /// Why, if they said.
        reason: Option<String>,
    },
    /// Nothing of it is left that could run.
    Canceled,
    /// The gateway can do nothing for it at present, or can again.
    Stalled {
        /// A sentence why; none once it goes on.
        reason: Option<String>,
    },
    /// A script of the package, or a standard one, was run.
    ScriptRan {
        /// Which of the six.
        script: Script,
        /// Its exit status by the contract.
        status: i32,
        /// How long it took.
        took: Seconds,
        /// The end of what it wrote for people.
        log: String,
    },
}

impl JobFact {
    /// Whether it can change the state. The others tell of something beside it and count after the end too.
    pub fn moves(&self) -> bool {
        match self {
            Self::Created
            | Self::UsageKnown { .. }
            | Self::Output { .. }
            | Self::Purged
            | Self::Stalled { .. }
            | Self::ScriptRan { .. } => false,
            Self::CheckStarted
            | Self::Placed { .. }
            | Self::StageInStarted
            | Self::StagedIn { .. }
            | Self::SubmitStarted
            | Self::Sighted { .. }
            | Self::Vanished { .. }
            | Self::Ended { .. }
            | Self::StageOutStarted
            | Self::Finished
            | Self::Failed { .. }
            | Self::CancelRequested { .. }
            | Self::Canceled => true,
        }
    }
}

/// What a scheduler says of a job that is not over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "sight")]
pub enum Sight {
    /// It waits.
    Queued {
        /// The scheduler's word for why.
        reason: Option<String>,
        /// When the scheduler expects to start it.
        expected: Option<Timestamp>,
    },
    /// It waits until somebody releases it.
    Held {
        /// The scheduler's word for why.
        reason: Option<String>,
    },
    /// It runs.
    Running {
        /// Since when.
        started: Timestamp,
        /// Where.
        nodes: Vec<String>,
    },
    /// It is stopped and may go on.
    Suspended {
        /// Since when it has occupied resources.
        started: Timestamp,
    },
    /// The scheduler took it back into the queue after it had run.
    Requeued,
}

/// The six scripts of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Script {
    /// Analyses parameters, recommends.
    PreSubmit,
    /// Prepares data and folder.
    Initialize,
    /// Hands it to the scheduler.
    Submit,
    /// Tells how jobs are.
    GetState,
    /// Ends a job.
    Terminate,
    /// Returns results, frees space.
    Finalize,
}

impl Script {
    /// All of them, in the order of a job's life.
    pub const ALL: [Self; 6] = [Self::PreSubmit, Self::Initialize, Self::Submit, Self::GetState, Self::Terminate, Self::Finalize];

    /// Its file name below `scripts/`.
    pub fn file(self) -> &'static str {
        match self {
            Self::PreSubmit => "pre-submit",
            Self::Initialize => "initialize",
            Self::Submit => "submit",
            Self::GetState => "getState",
            Self::Terminate => "terminate",
            Self::Finalize => "finalize",
        }
    }
}
