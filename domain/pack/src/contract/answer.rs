//! What the six scripts answer. Fields this version does not know are ignored; usage is not asked for, because a script's word proves none.

use serde::{Deserialize, Serialize};
use tieline_model::job::NativeId;
use tieline_model::{QueueName, RelPath, Seconds, Sha256, Timestamp};

/// What `pre-submit` thinks of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PreSubmitted {
    /// Whether it can run.
    pub ok: bool,
    /// What to ask for, best first.
    #[serde(default)]
    pub recommend: Vec<Suggestion>,
    /// How much it will write.
    #[serde(default)]
    pub est_output_bytes: Option<u64>,
    /// What the person should know.
    #[serde(default)]
    pub warnings: Vec<Remark>,
    /// Why it cannot run.
    #[serde(default)]
    pub errors: Vec<Remark>,
}

/// What to ask for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Which queue.
    #[serde(default)]
    pub queue: Option<QueueName>,
    /// How many nodes.
    pub nodes: u32,
    /// Processes on each node.
    pub ppn: u32,
    /// Threads of each process.
    #[serde(default = "one")]
    pub threads: u32,
    /// GPUs over all nodes.
    #[serde(default)]
    pub gpus: u32,
    /// Memory on each node, in MiB.
    #[serde(default)]
    pub mem_mb: Option<u64>,
    /// How long.
    #[serde(default)]
    pub walltime_s: Option<Seconds>,
    /// Why, in a sentence.
    #[serde(default)]
    pub basis: String,
    /// How sure, 0 to 1.
    #[serde(default)]
    pub confidence: Option<f64>,
}

fn one() -> u32 {
    1
}

/// A remark on a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// A word for programs.
    pub code: String,
    /// Which parameter.
    #[serde(default)]
    pub field: Option<String>,
    /// A sentence for the person.
    pub msg: String,
}

/// What `initialize` did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Initialized {
    /// The job's folder on the machine.
    pub remote_dir: String,
    /// What lies in it now.
    #[serde(default)]
    pub staged: Vec<StagedFile>,
    /// Bytes free there.
    #[serde(default)]
    pub free_bytes: Option<u64>,
}

/// A file that was brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedFile {
    /// Below the job's folder.
    pub path: RelPath,
    /// Bytes.
    pub bytes: u64,
    /// What it hashes to.
    pub sha256: Sha256,
}

/// What `submit` did. A tool that answers at once says `state` and `exit_code`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// The scheduler's number; none for a tool that is over already.
    #[serde(default)]
    pub native_id: Option<NativeId>,
    /// The kind of scheduler, if any.
    #[serde(default)]
    pub scheduler: Option<String>,
    /// When.
    #[serde(default)]
    pub submitted_at: Option<Timestamp>,
    /// `completed` or `failed` where it is over already.
    #[serde(default)]
    pub state: Option<ScriptState>,
    /// How it ended.
    #[serde(default)]
    pub exit_code: Option<i32>,
}

/// What `getState` saw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct States {
    /// One entry for each job it found evidence of.
    pub jobs: Vec<StateSeen>,
}

/// How one job is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateSeen {
    /// The scheduler's number.
    pub native_id: NativeId,
    /// Its name in the scheduler, where numbers were looked up.
    #[serde(default)]
    pub tag: Option<String>,
    /// How it is.
    pub state: ScriptState,
    /// In the scheduler's own words.
    #[serde(default)]
    pub native_state: Option<String>,
    /// Why it waits or ended.
    #[serde(default)]
    pub reason: Option<String>,
    /// How it ended.
    #[serde(default)]
    pub exit_code: Option<i32>,
    /// By which signal it ended.
    #[serde(default)]
    pub signal: Option<i32>,
    /// Its place in the queue, from 1.
    #[serde(default)]
    pub queue_pos: Option<u32>,
    /// When the scheduler expects to start it.
    #[serde(default)]
    pub est_start: Option<Timestamp>,
    /// When it began to run.
    #[serde(default)]
    pub start: Option<Timestamp>,
    /// When it was over.
    #[serde(default)]
    pub end: Option<Timestamp>,
    /// On which nodes.
    #[serde(default)]
    pub nodes: Vec<String>,
    /// How far it is, 0 to 100.
    #[serde(default)]
    pub progress: Option<u8>,
    /// Where this comes from.
    pub source: Source,
    /// When it was so, by the machine's clock.
    #[serde(default)]
    pub as_of: Option<Timestamp>,
}

/// The states a script may tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words of the model's states")]
pub enum ScriptState {
    Queued,
    Held,
    Running,
    Suspended,
    Requeued,
    Completed,
    Failed,
    Canceled,
}

/// Where a script saw a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The queue's listing.
    #[serde(alias = "squeue")]
    Queue,
    /// The scheduler's accounting.
    #[serde(alias = "sacct")]
    Accounting,
    /// The file the job's wrapper left. It proves an end only once the scheduler shows the job no longer.
    Sentinel,
}

/// What `terminate` found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminated {
    /// How the job was.
    pub was: Was,
}

/// How a job was before it was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Was {
    /// It waited.
    Queued,
    /// It ran.
    Running,
    /// It was over.
    Final,
    /// It was not there.
    Absent,
}

/// What `finalize` brought and freed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finalized {
    /// The declared outputs.
    pub outputs: Vec<OutputFile>,
    /// Bytes freed on the machine.
    #[serde(default)]
    pub freed_bytes: u64,
    /// What is left there.
    #[serde(default)]
    pub leftover: Vec<RelPath>,
}

/// An output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputFile {
    /// Below the job's folder.
    pub path: RelPath,
    /// Bytes.
    pub bytes: u64,
    /// What it hashes to, if it was brought.
    #[serde(default)]
    pub sha256: Option<Sha256>,
}
