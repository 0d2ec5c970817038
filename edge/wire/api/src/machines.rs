//! Machines: what each is and how it is. What is not known is null, never a placeholder number.

use serde::{Deserialize, Serialize};
use tieline_model::machine as domain;
use tieline_model::{AppName, CenterId, CenterName, MachineId, MachineName, QueueName, Seconds, Timestamp};
use utoipa::{IntoParams, ToSchema};

/// A machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Machine {
    /// Which machine.
    #[schema(value_type = String)]
    pub id: MachineId,
    /// Its name within its center.
    #[schema(value_type = String)]
    pub name: MachineName,
    /// Whose it is.
    #[schema(value_type = String)]
    pub center: CenterId,
    /// The center's short name.
    #[schema(value_type = String)]
    pub center_name: CenterName,
    /// Whether its gateway is connected now.
    pub connected: bool,
    /// Whether jobs may be placed on it.
    pub enabled: bool,
    /// Whether the reading is older than it should be; `last_seen_at` says since when.
    pub stale: bool,
    /// When the hub last heard of it.
    #[schema(value_type = String, format = DateTime)]
    pub last_seen_at: Timestamp,
    /// What it is.
    pub description: Description,
    /// How it was when it was last read.
    pub reading: Option<Reading>,
}

/// What a machine is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MachineDescription)]
pub struct Description {
    /// A line for people.
    pub title: String,
    /// A paragraph for people.
    pub description: String,
    /// Whose it is.
    pub organisation: String,
    /// Processor architecture, as `uname -m` says.
    pub architecture: String,
    /// Accelerators, as people name them.
    pub accelerators: Vec<String>,
    /// Peak performance in GFlop/s, as the owner states it.
    pub peak_gflops: Option<u64>,
    /// `fork` or `slurm`.
    pub scheduler: String,
    /// The scheduler's own version text.
    pub scheduler_version: Option<String>,
    /// Groups of equal nodes.
    pub node_classes: Vec<NodeClass>,
    /// Queues with their limits.
    pub queues: Vec<Queue>,
    /// File systems jobs see.
    pub storage: Vec<Storage>,
    /// Apps on it.
    pub deployments: Vec<Deployment>,
}

/// A group of equal nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Queue {
    /// As the scheduler spells it.
    #[schema(value_type = String)]
    pub name: QueueName,
    /// Whether jobs go here when no queue is named.
    pub default: bool,
    /// Nodes behind it.
    pub nodes: u32,
    /// Cores behind it.
    pub cores: u32,
    /// GPUs behind it.
    pub gpus: u32,
    /// Most nodes of one job.
    pub max_nodes: Option<u32>,
    /// Most cores of one job.
    pub max_cores: Option<u32>,
    /// Most memory of a job on one node, in MiB.
    pub max_memory_mib: Option<u64>,
    /// Longest time of one job in seconds; null means no limit.
    #[schema(value_type = Option<u64>)]
    pub max_time_s: Option<Seconds>,
    /// The time a job gets that names none, in seconds.
    #[schema(value_type = Option<u64>)]
    pub default_time_s: Option<Seconds>,
}

/// A file system jobs see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Storage {
    /// What it is for.
    pub name: String,
    /// Where it is mounted; only for people who are signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Bytes users share: those in use and those free.
    pub total_bytes: Option<u64>,
    /// Bytes free.
    pub free_bytes: Option<u64>,
    /// When that was so, by the gateway's clock.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub as_of: Option<Timestamp>,
}

/// An app on a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Deployment {
    /// Which app.
    #[schema(value_type = String)]
    pub app: AppName,
    /// Whether all programs it needs were found.
    pub ready: bool,
    /// The sentence why not, or the programs' own versions.
    pub note: String,
}

/// How a machine is at one moment. Totals equal the sum of their parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MachineReading)]
pub struct Reading {
    /// When the scheduler said so, by the gateway's clock.
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Timestamp,
    /// Nodes by state.
    pub nodes: NodeCounts,
    /// Cores by use.
    pub cores: CoreCounts,
    /// GPUs in all and in use.
    pub gpus: GpuCounts,
    /// Each queue's state and load.
    pub queues: Vec<QueueLoad>,
    /// Why the numbers are old or missing, if they are.
    pub trouble: Option<String>,
    /// One entry a node; only where one machine is asked for, by people who are signed in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub node_map: Vec<Node>,
    /// What the scheduler printed; only for the center's operators, where one machine is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

/// Nodes by state; the states are disjoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NodeCounts {
    /// All of them.
    pub total: u32,
    /// With nothing on them.
    pub idle: u32,
    /// Partly used.
    pub mixed: u32,
    /// Fully used.
    pub allocated: u32,
    /// Down, drained or reserved.
    pub unavailable: u32,
}

/// Cores by use; the uses are disjoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GpuCounts {
    /// All of them.
    pub total: u32,
    /// In use.
    pub allocated: u32,
}

/// A queue at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueueLoad {
    /// Which queue.
    #[schema(value_type = String)]
    pub name: QueueName,
    /// `production`, `draining`, `queueing` or `closed` (GLUE 2.0's serving states).
    #[schema(value_type = String)]
    pub state: domain::ServingState,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// The scheduler's own word for its state.
    pub state: String,
    /// Its cores.
    pub cores: u32,
    /// Cores in use.
    pub allocated: u32,
}

/// Whether jobs may be placed on a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetMachineEnabled {
    /// False lets what runs there end and places nothing more.
    pub enabled: bool,
}

/// How a machine was, in steps of five minutes, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct History {
    /// The last reading of each step that has one.
    pub items: Vec<Moment>,
}

/// One step of a history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Moment {
    /// When the step began.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The last reading of the step.
    pub reading: Reading,
}

/// Which part of a machine's history; the last day when nothing is given, at most 30 days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// From here on.
    #[param(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// Up to here, not included.
    #[param(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

/// How much of a machine a reader may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sees {
    /// What is on the public page.
    Public,
    /// Also where things lie, and each node.
    SignedIn,
    /// Also the scheduler's own words.
    Operator,
}

impl Description {
    /// What this reader may see of a description, and of the file systems as they were when they were asked last.
    pub fn of(description: domain::Description, storage: Vec<domain::Storage>, sees: Sees) -> Self {
        Self {
            title: description.title,
            description: description.description,
            organisation: description.organisation,
            architecture: description.architecture,
            accelerators: description.accelerators,
            peak_gflops: description.peak_gflops,
            scheduler: description.scheduler.word().to_owned(),
            scheduler_version: description.scheduler_version,
            node_classes: description.node_classes.into_iter().map(NodeClass::from).collect(),
            queues: description.queues.into_iter().map(Queue::from).collect(),
            storage: storage.into_iter().map(|storage| Storage::of(storage, sees)).collect(),
            deployments: description.deployments.into_iter().map(Deployment::from).collect(),
        }
    }
}

impl Reading {
    /// What this reader may see of a reading in a list: neither the nodes nor the scheduler's own words.
    pub fn brief(reading: domain::Reading) -> Self {
        let domain::Reading { as_of, nodes, cores, gpus, queues, node_map: _, raw: _, storage: _, trouble } = reading;
        let domain::NodeCounts { total, idle, mixed, allocated, unavailable } = nodes;
        Self {
            as_of,
            nodes: NodeCounts { total, idle, mixed, allocated, unavailable },
            cores: CoreCounts { total: cores.total, idle: cores.idle, allocated: cores.allocated, unavailable: cores.unavailable },
            gpus: GpuCounts { total: gpus.total, allocated: gpus.allocated },
            queues: queues.into_iter().map(QueueLoad::from).collect(),
            trouble,
            node_map: Vec::new(),
            raw: None,
        }
    }

    /// What this reader may see of a reading where one machine is asked for.
    pub fn of(mut reading: domain::Reading, sees: Sees) -> Self {
        let nodes = std::mem::take(&mut reading.node_map);
        let raw = std::mem::take(&mut reading.raw);
        let mut whole = Self::brief(reading);
        if sees >= Sees::SignedIn {
            whole.node_map = nodes.into_iter().map(Node::from).collect();
        }
        if sees >= Sees::Operator {
            whole.raw = Some(raw);
        }
        whole
    }
}

impl Storage {
    fn of(storage: domain::Storage, sees: Sees) -> Self {
        let path = (sees >= Sees::SignedIn).then_some(storage.path);
        Self { name: storage.name, path, total_bytes: storage.total_bytes, free_bytes: storage.free_bytes, as_of: storage.as_of }
    }
}

impl From<domain::NodeClass> for NodeClass {
    fn from(class: domain::NodeClass) -> Self {
        let domain::NodeClass { name, nodes, cores, memory_mib, gpus, gpu_model } = class;
        Self { name, nodes, cores, memory_mib, gpus, gpu_model }
    }
}

impl From<domain::QueueLimits> for Queue {
    fn from(queue: domain::QueueLimits) -> Self {
        let domain::QueueLimits { name, default, nodes, cores, max_nodes, max_cores, max_memory_mib, gpus, max_time, default_time } = queue;
        Self { name, default, nodes, cores, gpus, max_nodes, max_cores, max_memory_mib, max_time_s: max_time, default_time_s: default_time }
    }
}

impl From<domain::Deployment> for Deployment {
    fn from(deployment: domain::Deployment) -> Self {
        Self { app: deployment.app, ready: deployment.ready, note: deployment.note }
    }
}

impl From<domain::QueueLoad> for QueueLoad {
    fn from(load: domain::QueueLoad) -> Self {
        let domain::QueueLoad { name, state, running, waiting, idle_cores, waiting_core_seconds, running_core_seconds } = load;
        Self { name, state, running, waiting, idle_cores, waiting_core_seconds, running_core_seconds }
    }
}

impl From<domain::NodeReading> for Node {
    fn from(node: domain::NodeReading) -> Self {
        Self { name: node.name, state: node.state, cores: node.cores, allocated: node.allocated }
    }
}

/// Whether a center lets a person in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Access {
    /// Whether it does.
    pub allowed: bool,
    /// As whom the person's jobs run there.
    pub local_user: Option<String>,
    /// The rule of the center's user map that says so.
    pub rule: Option<String>,
    /// The line the person puts once into the own `~/.ssh/authorized_keys` on the machine, where it needs one.
    pub authorized_key: Option<String>,
    /// Why not.
    pub why: Option<String>,
}
