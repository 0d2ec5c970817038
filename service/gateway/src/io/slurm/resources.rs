//! Static and dynamic information of a machine, put together from what Slurm printed. Totals are sums of what was read.

use std::collections::BTreeMap;

use tieline_model::machine::{
    CoreCounts, Description, GpuCounts, NodeClass, NodeCounts, NodeReading, QueueLimits, QueueLoad, Reading, SchedulerKind, ServingState,
};
use tieline_model::{Result, Seconds, Timestamp};

use super::config::About;
use super::show::{self, Node, Partition};
use super::text::duration;

/// The columns of the queue we count by: partitions, state, cores, time limit, time left.
pub const LOAD_FORMAT: &str = "%P|%T|%C|%l|%L";

/// A job without a time limit is counted as one of this length.
const UNLIMITED: Seconds = Seconds::days(1);

/// How much of what Slurm printed is shown to people.
const RAW: usize = 16 << 10;

/// Machines with more nodes send no node map.
const MOST_NODES: usize = 4096;

/// What the machine is, from the center's words and from `scontrol show node`, `scontrol show partition` and `scontrol --version`.
pub fn description(about: &About, nodes: &str, partitions: &str, version: &str) -> Description {
    let nodes = show::nodes(nodes);
    let partitions = show::partitions(partitions);
    let mut accelerators: Vec<_> =
        nodes.iter().filter(|node| node.gpus > 0).map(|node| node.gpu_model.clone().unwrap_or_else(|| "gpu".to_owned())).collect();
    accelerators.sort_unstable();
    accelerators.dedup();
    Description {
        name: about.name.clone(),
        title: about.title.clone(),
        description: about.description.clone(),
        organisation: about.organisation.clone(),
        architecture: nodes.iter().find_map(|node| node.architecture.clone()).unwrap_or_default(),
        accelerators,
        peak_gflops: about.peak_gflops,
        scheduler: SchedulerKind::Slurm,
        scheduler_version: Some(version.trim().to_owned()).filter(|version| !version.is_empty()),
        node_classes: node_classes(&nodes),
        queues: partitions.iter().map(|partition| limits(partition, &nodes)).collect(),
        deployments: Vec::new(),
    }
}

fn node_classes(nodes: &[Node]) -> Vec<NodeClass> {
    let mut classes: BTreeMap<_, u32> = BTreeMap::new();
    for node in nodes {
        *classes.entry((node.cores, node.memory_mib, node.gpus, node.gpu_model.clone())).or_default() += 1;
    }
    let class = |((cores, memory_mib, gpus, gpu_model), nodes): ((u32, u64, u32, Option<String>), u32)| {
        let mut name = format!("{cores} cores, {memory_mib} MiB");
        if gpus > 0 {
            name = format!("{name}, {gpus} {}", gpu_model.as_deref().unwrap_or("gpu"));
        }
        NodeClass { name, nodes, cores, memory_mib, gpus, gpu_model }
    };
    classes.into_iter().map(class).collect()
}

fn limits(partition: &Partition, nodes: &[Node]) -> QueueLimits {
    let own = || nodes.iter().filter(|node| serves(node, partition));
    let cores_per_node = own().map(|node| node.cores).max().unwrap_or(0).min(partition.max_cores_per_node.unwrap_or(u32::MAX));
    let limited = partition.max_nodes.is_some() || partition.max_cores_per_node.is_some();
    let most = cores_per_node.saturating_mul(partition.max_nodes.unwrap_or(partition.nodes)).min(partition.cores);
    QueueLimits {
        name: partition.name.clone(),
        default: partition.default,
        nodes: partition.nodes,
        cores: partition.cores,
        max_nodes: partition.max_nodes,
        max_cores: limited.then_some(most),
        max_memory_mib: partition.max_memory_mib.or_else(|| own().map(|node| node.memory_mib).max()),
        gpus: own().map(|node| node.gpus).sum(),
        max_time: partition.max_time,
        default_time: partition.default_time,
    }
}

fn serves(node: &Node, partition: &Partition) -> bool {
    node.partitions.iter().any(|name| name == partition.name.as_str())
}

/// How the machine is, from `scontrol show node`, `scontrol show partition` and `squeue -o LOAD_FORMAT`.
///
/// # Errors
/// Where totals do not equal the sum of their parts, which would be a fault of ours.
pub fn reading(as_of: Timestamp, nodes: &str, partitions: &str, load: &str) -> Result<Reading> {
    let found = show::nodes(nodes);
    let jobs: Vec<_> = load.lines().filter_map(job).collect();
    let queues = show::partitions(partitions).iter().map(|partition| queue_load(partition, &found, &jobs)).collect();
    let map = found.iter().map(|node| NodeReading {
        name: node.name.clone(),
        state: node.state.clone(),
        cores: node.cores,
        allocated: node.allocated,
    });
    let reading = Reading {
        as_of,
        nodes: count_nodes(&found),
        cores: count_cores(&found),
        gpus: GpuCounts { total: found.iter().map(|node| node.gpus).sum(), allocated: found.iter().map(|node| node.gpus_allocated).sum() },
        queues,
        node_map: if found.len() <= MOST_NODES { map.collect() } else { Vec::new() },
        raw: beginning(&format!("{partitions}\n{nodes}")),
        storage: Vec::new(),
        trouble: found.is_empty().then(|| "Slurm shows no node".to_owned()),
    };
    reading.checked()
}

fn count_nodes(nodes: &[Node]) -> NodeCounts {
    let mut counts = NodeCounts::default();
    for node in nodes {
        counts.total += 1;
        match (node.available(), node.allocated) {
            (false, _) => counts.unavailable += 1,
            (true, 0) => counts.idle += 1,
            (true, allocated) if allocated >= node.cores => counts.allocated += 1,
            (true, _) => counts.mixed += 1,
        }
    }
    counts
}

fn count_cores(nodes: &[Node]) -> CoreCounts {
    let mut counts = CoreCounts::default();
    for node in nodes {
        let rest = node.cores - node.allocated;
        counts.total += node.cores;
        counts.allocated += node.allocated;
        if node.available() {
            counts.idle += rest;
        } else {
            counts.unavailable += rest;
        }
    }
    counts
}

struct Job<'a> {
    partitions: &'a str,
    running: bool,
    cores: u64,
    seconds: u64,
}

fn job(line: &str) -> Option<Job<'_>> {
    let [partitions, state, cores, limit, left] = line.split('|').collect::<Vec<_>>().try_into().ok()?;
    let running = match state {
        "PENDING" | "CONFIGURING" => false,
        "RUNNING" | "COMPLETING" | "SUSPENDED" => true,
        _ => return None,
    };
    let seconds = duration(if running { left } else { limit }).unwrap_or(if running && left == "0:00" { Seconds(0) } else { UNLIMITED }).0;
    Some(Job { partitions, running, cores: cores.parse().ok()?, seconds })
}

fn queue_load(partition: &Partition, nodes: &[Node], jobs: &[Job<'_>]) -> QueueLoad {
    let own = || jobs.iter().filter(|job| job.partitions.split(',').any(|name| name == partition.name.as_str()));
    let count = |running: bool| u32::try_from(own().filter(|job| job.running == running).count()).unwrap_or(u32::MAX);
    let work = |running: bool| {
        own().filter(|job| job.running == running).fold(0_u64, |sum, job| sum.saturating_add(job.cores.saturating_mul(job.seconds)))
    };
    let free = nodes.iter().filter(|node| serves(node, partition) && node.available()).map(|node| node.cores - node.allocated);
    QueueLoad {
        name: partition.name.clone(),
        state: match partition.state.as_str() {
            "UP" => ServingState::Production,
            "DRAIN" => ServingState::Draining,
            "DOWN" => ServingState::Queueing,
            _ => ServingState::Closed,
        },
        running: count(true),
        waiting: count(false),
        idle_cores: free.sum(),
        waiting_core_seconds: work(false),
        running_core_seconds: work(true),
    }
}

fn beginning(text: &str) -> String {
    let end = (0..=RAW.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODES: &str = "\
NodeName=node1 Arch=x86_64 CPUAlloc=2 CPUEfctv=8 CPUTot=8 Gres=(null) GresUsed=gpu:0 RealMemory=4000 State=MIXED Partitions=batch
NodeName=node2 Arch=x86_64 CPUAlloc=8 CPUEfctv=8 CPUTot=8 Gres=(null) GresUsed=gpu:0 RealMemory=4000 State=ALLOCATED Partitions=batch
NodeName=node3 Arch=x86_64 CPUAlloc=3 CPUEfctv=8 CPUTot=8 Gres=(null) GresUsed=gpu:0 RealMemory=4000 State=MIXED+DRAIN Partitions=batch
NodeName=node4 Arch=x86_64 CPUAlloc=0 CPUEfctv=8 CPUTot=8 Gres=gpu:tesla:2 GresUsed=gpu:tesla:0(IDX:N/A) RealMemory=8000 State=IDLE Partitions=gpu
";
    const PARTITIONS: &str = "\
PartitionName=batch Default=YES DefaultTime=00:10:00 MaxNodes=UNLIMITED MaxTime=01:00:00 State=UP TotalCPUs=24 TotalNodes=3 MaxMemPerNode=UNLIMITED MaxCPUsPerNode=UNLIMITED
PartitionName=gpu Default=NO DefaultTime=NONE MaxNodes=1 MaxTime=UNLIMITED State=DRAIN TotalCPUs=8 TotalNodes=1 MaxMemPerNode=UNLIMITED MaxCPUsPerNode=UNLIMITED
";
    const LOAD: &str = "batch|PENDING|1|10:00|10:00\nbatch,gpu|PENDING|24|7:00|7:00\nbatch|RUNNING|4|5:00|4:57\ngpu|RUNNING|1|UNLIMITED|UNLIMITED\nnonsense\n";

    #[test]
    fn totals_are_sums_and_cores_of_drained_nodes_are_not_to_be_had() {
        let reading = reading(Timestamp::from_seconds(1), NODES, PARTITIONS, LOAD).unwrap();
        assert_eq!(reading.nodes, NodeCounts { total: 4, idle: 1, mixed: 1, allocated: 1, unavailable: 1 });
        assert_eq!(reading.cores, CoreCounts { total: 32, idle: 14, allocated: 13, unavailable: 5 });
        assert_eq!(reading.gpus, GpuCounts { total: 2, allocated: 0 });
        let batch = &reading.queues[0];
        assert_eq!((batch.running, batch.waiting, batch.idle_cores), (1, 2, 6));
        assert_eq!((batch.waiting_core_seconds, batch.running_core_seconds), (600 + 24 * 420, 4 * 297));
        assert_eq!(reading.queues[1].state, ServingState::Draining);
        assert_eq!(reading.queues[1].running_core_seconds, 86_400, "a job without limit is counted as one of a day");
    }

    #[test]
    fn equal_nodes_are_one_class_and_limits_are_told() {
        let about = About {
            name: "m".parse().unwrap(),
            title: String::new(),
            description: String::new(),
            organisation: String::new(),
            peak_gflops: None,
        };
        let description = description(&about, NODES, PARTITIONS, "slurm-wlm 22.05.8\n");
        assert_eq!(description.node_classes.iter().map(|class| (class.nodes, class.gpus)).collect::<Vec<_>>(), [(3, 0), (1, 2)]);
        assert_eq!(description.accelerators, ["tesla"]);
        assert_eq!(description.scheduler_version.as_deref(), Some("slurm-wlm 22.05.8"));
        let gpu = &description.queues[1];
        assert_eq!((gpu.max_nodes, gpu.max_cores, gpu.gpus, gpu.max_time, gpu.max_memory_mib), (Some(1), Some(8), 2, None, Some(8000)));
    }

    #[test]
    fn a_machine_without_nodes_says_so() {
        assert!(reading(Timestamp::from_seconds(1), "", "", "").unwrap().trouble.is_some());
    }
}
