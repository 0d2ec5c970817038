//! What a center tells about its machines: static and dynamic resource information, after GLUE 2.0 (OGF GFD.147).
//!
//! What is unknown is `None`, never a placeholder number; totals equal the sum of their parts, which [`Reading::checked`] proves.

use serde::{Deserialize, Serialize};

use crate::{AppName, Error, MachineName, QueueName, Result, Seconds, Timestamp};

/// How a gateway speaks to a machine's scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchedulerKind {
    /// The small built-in scheduler of an embedded center.
    Fork,
    /// Slurm, through its commands.
    Slurm,
}

impl SchedulerKind {
    /// The word in configuration and on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fork => "fork",
            Self::Slurm => "slurm",
        }
    }
}

/// What a machine is: changes when somebody rebuilds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// Its name within the center.
    pub name: MachineName,
    /// A line for people.
    pub title: String,
    /// A paragraph for people.
    pub description: String,
    /// Whose it is.
    pub organisation: String,
    /// Processor architecture, as `uname -m` says.
    pub architecture: String,
    /// Accelerators, as people name them; empty without.
    pub accelerators: Vec<String>,
    /// Peak performance in TFlop/s, as the owner states it, in thousandths.
    pub peak_gflops: Option<u64>,
    /// Which scheduler.
    pub scheduler: SchedulerKind,
    /// The scheduler's own version text.
    pub scheduler_version: Option<String>,
    /// Groups of equal nodes.
    pub node_classes: Vec<NodeClass>,
    /// Queues with their limits.
    pub queues: Vec<QueueLimits>,
    /// Apps that are ready to run here.
    pub deployments: Vec<Deployment>,
}

/// A group of equal nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeClass {
    /// A name for the group.
    pub name: String,
    /// How many such nodes.
    pub nodes: u32,
    /// Cores of one node.
    pub cores: u32,
    /// Memory of one node in MiB.
    pub memory_mib: u64,
    /// GPUs of one node.
    pub gpus: u32,
    /// Model of the GPUs.
    pub gpu_model: Option<String>,
}

/// A queue and what it lets a job have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueLimits {
    /// As the scheduler spells it.
    pub name: QueueName,
    /// Whether jobs go here when no queue is named.
    pub default: bool,
    /// Nodes behind the queue.
    pub nodes: u32,
    /// Cores behind the queue.
    pub cores: u32,
    /// Most nodes of one job.
    pub max_nodes: Option<u32>,
    /// Most cores of one job.
    pub max_cores: Option<u32>,
    /// Most memory of a job on one node, in MiB.
    pub max_memory_mib: Option<u64>,
    /// GPUs behind the queue.
    pub gpus: u32,
    /// Longest time of one job; none means no limit.
    pub max_time: Option<Seconds>,
    /// The time a job gets that names none.
    pub default_time: Option<Seconds>,
}

/// A file system jobs see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storage {
    /// What it is for (`jobs`, `home`, `scratch`).
    pub name: String,
    /// Where it is mounted.
    pub path: String,
    /// Bytes users share: those in use and those free, without what the file system keeps for its administrator.
    pub total_bytes: Option<u64>,
    /// Bytes free.
    pub free_bytes: Option<u64>,
    /// When that was so, by the gateway's clock.
    #[serde(default)]
    pub as_of: Option<Timestamp>,
}

/// An app made ready on a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// Which app.
    pub app: AppName,
    /// Whether all programs it needs were found.
    pub ready: bool,
    /// The sentence why not, or the programs' own versions.
    pub note: String,
}

/// How a machine is, at one moment. The latest reading wins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// When the scheduler said so, by the gateway's clock.
    pub as_of: Timestamp,
    /// Nodes by state.
    pub nodes: NodeCounts,
    /// Cores by use.
    pub cores: CoreCounts,
    /// GPUs in all and in use.
    pub gpus: GpuCounts,
    /// Each queue's state and load.
    pub queues: Vec<QueueLoad>,
    /// One entry a node, for the node map; may be left out by very large machines.
    pub node_map: Vec<NodeReading>,
    /// What the scheduler printed, at most 16 KiB.
    pub raw: String,
    /// File systems jobs see, each as it was when it was asked last.
    #[serde(default)]
    pub storage: Vec<Storage>,
    /// Why the numbers are old or missing, if they are.
    pub trouble: Option<String>,
}

/// Nodes by state; the states are disjoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeCounts {
    /// All of them.
    pub total: u32,
    /// With nothing on them.
    pub idle: u32,
    /// Partly used.
    pub mixed: u32,
    /// Fully used.
    pub allocated: u32,
    /// Down, drained or reserved: not to be had.
    pub unavailable: u32,
}

/// Cores by use; the uses are disjoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoreCounts {
    /// All of them.
    pub total: u32,
    /// Free for jobs.
    pub idle: u32,
    /// In use.
    pub allocated: u32,
    /// On nodes that are not to be had.
    pub unavailable: u32,
}

/// GPUs in all and in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GpuCounts {
    /// All of them.
    pub total: u32,
    /// In use.
    pub allocated: u32,
}

/// Whether a queue takes and starts jobs (GLUE 2.0's serving states).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServingState {
    /// Takes and starts.
    Production,
    /// Starts what it has, takes nothing.
    Draining,
    /// Takes, starts nothing.
    Queueing,
    /// Neither.
    Closed,
}

/// A queue at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueLoad {
    /// Which queue.
    pub name: QueueName,
    /// Whether it serves.
    pub state: ServingState,
    /// Jobs that run.
    pub running: u32,
    /// Jobs that wait.
    pub waiting: u32,
    /// Cores free for its jobs.
    pub idle_cores: u32,
    /// Core-seconds that waiting jobs asked for.
    pub waiting_core_seconds: u64,
    /// Core-seconds that running jobs may still use.
    pub running_core_seconds: u64,
}

/// One node at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeReading {
    /// Its name.
    pub name: String,
    /// The scheduler's own word for its state.
    pub state: String,
    /// Its cores.
    pub cores: u32,
    /// Cores in use.
    pub allocated: u32,
}

impl Reading {
    /// Checks that totals equal the sum of their parts.
    ///
    /// # Errors
    /// Names the total that does not add up.
    pub fn checked(self) -> Result<Self> {
        let nodes = self.nodes;
        let cores = self.cores;
        let sum = |parts: &[u32]| parts.iter().map(|part| u64::from(*part)).sum::<u64>();
        if sum(&[nodes.idle, nodes.mixed, nodes.allocated, nodes.unavailable]) != u64::from(nodes.total) {
            return Err(Error::invalid(format!("the nodes of a reading do not add up: {nodes:?}")).field("nodes"));
        }
        if sum(&[cores.idle, cores.allocated, cores.unavailable]) != u64::from(cores.total) {
            return Err(Error::invalid(format!("the cores of a reading do not add up: {cores:?}")).field("cores"));
        }
        if self.gpus.allocated > self.gpus.total {
            return Err(Error::invalid(format!("more GPUs are in use than there are: {:?}", self.gpus)).field("gpus"));
        }
        Ok(self)
    }
}
