//! The words of the schedule: what a node has, what a job asks for, what a start gives, and why a job waits.

use tieline_model::time::{Seconds, Timestamp};

/// A job's number, given by the controller and never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobNumber(pub u32);

/// One started run: a job, or one element of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Task {
    /// The job.
    pub job: JobNumber,
    /// The element of its array, if it is one.
    pub index: Option<u32>,
}

/// Where a node stands in the plan. It keeps its index for as long as the plan lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeIndex(pub u32);

/// What a node has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSpec {
    /// Its name, which stands for one node; setting it again changes nothing yet.
    pub name: String,
    /// How many cores it has, numbered from zero.
    pub cores: u32,
    /// Memory that jobs may use, in MiB.
    pub memory_mib: u64,
}

/// Whether a node takes jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum NodeState {
    /// It does.
    Up,
    /// It keeps what runs and takes nothing new.
    Draining,
    /// It is not there: nothing starts on it. What ran there stays until the controller says that it ended.
    #[default]
    Down,
}

/// A set of nodes that jobs name, and its limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionSpec {
    /// Its name; setting a name again changes that partition.
    pub name: String,
    /// Its nodes, preferred ones first.
    pub nodes: Vec<NodeIndex>,
    /// The longest time limit, if there is one.
    pub max_time: Option<Seconds>,
}

/// What a job asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The partition.
    pub partition: String,
    /// How many nodes; at least one.
    pub nodes: u32,
    /// Whole cores on each node; at least one.
    pub cores_per_node: u32,
    /// Memory on each node, in MiB.
    pub memory_mib_per_node: u64,
    /// How long it may run.
    pub time_limit: Seconds,
    /// The moment before which it does not start.
    pub begin: Option<Timestamp>,
    /// Higher starts first; equal ones by number.
    pub priority: u64,
    /// Whether it waits for `release`.
    pub held: bool,
}

/// Why a job can never run as the cluster is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The field of the submission.
    pub field: &'static str,
    /// What it said.
    pub value: String,
    /// What would be allowed.
    pub limit: String,
}

/// A job's part of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeShare {
    /// The node.
    pub node: NodeIndex,
    /// The cores that are the job's alone, ascending.
    pub cores: Vec<u32>,
    /// Memory, in MiB.
    pub memory_mib: u64,
}

/// What a started task has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// One share for each node.
    pub nodes: Vec<NodeShare>,
}

/// A task that starts now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// Which.
    pub task: Task,
    /// With what.
    pub allocation: Allocation,
}

/// What a pass decided.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Decided {
    /// These run from now on.
    pub starts: Vec<Start>,
    /// When to ask again even if nothing happens: the next begin of a waiting job.
    pub next_wake: Option<Timestamp>,
}

/// Why a job waits; the names are Slurm's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is held by its user.
    JobHeldUser,
    /// Its begin lies ahead.
    BeginTime(Timestamp),
    /// Too few nodes have room.
    Resources,
    /// This job comes first in its partition and waits for nodes.
    Priority(JobNumber),
    /// No pass has looked at it since it came or changed.
    None,
}
