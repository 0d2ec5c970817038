//! Records of `scontrol --oneliner show …`: nodes, partitions, and single jobs that ended a moment ago.

use tieline_model::{QueueName, Seconds};

use super::text::duration;

/// One record: words of the form `Key=Value`. The first of a key counts, since free text stands at the end.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a>(&'a str);

impl<'a> Line<'a> {
    /// The value of a key; `None` if it is absent or says that there is none.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        let value = self.0.split_whitespace().find_map(|word| word.strip_prefix(key)?.strip_prefix('='))?;
        (!matches!(value, "" | "(null)" | "N/A" | "None" | "UNLIMITED" | "NONE")).then_some(value)
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.get(key)?.parse().ok()
    }

    fn count(&self, key: &str) -> Option<u32> {
        self.get(key)?.parse().ok()
    }
}

/// A node as Slurm shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Slurm's word, with its flags.
    pub state: String,
    /// Cores.
    pub cores: u32,
    /// Cores in use.
    pub allocated: u32,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// GPUs.
    pub gpus: u32,
    /// GPUs in use.
    pub gpus_allocated: u32,
    /// Their model.
    pub gpu_model: Option<String>,
    /// Processor architecture.
    pub architecture: Option<String>,
    /// Its partitions.
    pub partitions: Vec<String>,
}

impl Node {
    /// Whether jobs can be started on it. Flags (after `+` or as a last letter) say why not.
    pub fn available(&self) -> bool {
        let bad = |word: &str| {
            matches!(
                word,
                "DOWN"
                    | "DRAIN"
                    | "DRAINED"
                    | "DRAINING"
                    | "FAIL"
                    | "FAILING"
                    | "ERROR"
                    | "FUTURE"
                    | "UNKNOWN"
                    | "MAINTENANCE"
                    | "MAINT"
                    | "RESERVED"
                    | "NOT_RESPONDING"
                    | "INVALID_REG"
                    | "INVAL"
                    | "REBOOT"
                    | "REBOOT_REQUESTED"
                    | "REBOOT_ISSUED"
                    | "POWERING_DOWN"
                    | "POWER_DOWN"
            )
        };
        !self.state.ends_with('*')
            && !self.state.split('+').any(|word| bad(word.trim_end_matches(['*', '~', '#', '!', '%', '$', '@', '^', '-'])))
    }
}

/// A partition as Slurm shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    /// Its name.
    pub name: QueueName,
    /// Whether jobs go here that name none.
    pub default: bool,
    /// `UP`, `DOWN`, `DRAIN` or `INACTIVE`.
    pub state: String,
    /// Nodes.
    pub nodes: u32,
    /// Cores.
    pub cores: u32,
    /// Most nodes of one job.
    pub max_nodes: Option<u32>,
    /// Most cores of a job on one node.
    pub max_cores_per_node: Option<u32>,
    /// Most memory of a job on one node, in MiB.
    pub max_memory_mib: Option<u64>,
    /// Longest time of one job.
    pub max_time: Option<Seconds>,
    /// The time a job gets that names none.
    pub default_time: Option<Seconds>,
}

/// Reads `scontrol --oneliner --details show node`.
pub fn nodes(printed: &str) -> Vec<Node> {
    printed.lines().filter_map(|line| node(Line(line))).collect()
}

fn node(line: Line<'_>) -> Option<Node> {
    let cores = line.count("CPUEfctv").or_else(|| line.count("CPUTot"))?;
    let (gpus, gpu_model) = gpus(line.get("Gres").unwrap_or_default());
    let (gpus_allocated, _) = self::gpus(line.get("GresUsed").unwrap_or_default());
    Some(Node {
        name: line.get("NodeName")?.to_owned(),
        state: line.get("State")?.to_owned(),
        cores,
        allocated: line.count("CPUAlloc").unwrap_or(0).min(cores),
        memory_mib: line.number("RealMemory").unwrap_or(0),
        gpus,
        gpus_allocated: gpus_allocated.min(gpus),
        gpu_model,
        architecture: line.get("Arch").map(str::to_owned),
        partitions: line.get("Partitions").unwrap_or_default().split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
    })
}

/// `gpu:tesla:2(S:0),gpu:1,shard:4` as a number of GPUs and the first model named.
fn gpus(gres: &str) -> (u32, Option<String>) {
    let mut depth = 0_u32;
    let plain: String = gres
        .chars()
        .filter(|letter| {
            depth += u32::from(*letter == '(');
            let outside = depth == 0;
            depth -= u32::from(*letter == ')' && depth > 0);
            outside
        })
        .collect();
    let mut found = (0, None);
    for part in plain.split(',') {
        let Some(rest) = part.strip_prefix("gpu:") else { continue };
        let (model, count) = rest.rsplit_once(':').map_or((None, rest), |(model, count)| (Some(model), count));
        found.0 += count.parse::<u32>().unwrap_or(0);
        found.1 = found.1.or_else(|| model.map(str::to_owned));
    }
    found
}

/// Reads `scontrol --oneliner show partition`. A partition whose name is none of ours is left out.
pub fn partitions(printed: &str) -> Vec<Partition> {
    printed.lines().filter_map(|line| partition(Line(line))).collect()
}

fn partition(line: Line<'_>) -> Option<Partition> {
    Some(Partition {
        name: line.get("PartitionName")?.parse().ok()?,
        default: line.get("Default") == Some("YES"),
        state: line.get("State")?.to_owned(),
        nodes: line.count("TotalNodes").unwrap_or(0),
        cores: line.count("TotalCPUs").unwrap_or(0),
        max_nodes: line.count("MaxNodes"),
        max_cores_per_node: line.count("MaxCPUsPerNode"),
        max_memory_mib: line.number("MaxMemPerNode"),
        max_time: line.get("MaxTime").and_then(duration),
        default_time: line.get("DefaultTime").and_then(duration),
    })
}

/// Reads the number, the exit code and the signal of each job in `scontrol --oneliner show job`.
pub fn exits(printed: &str) -> Vec<(String, (i32, i32))> {
    let exit = |line: Line<'_>| {
        let (code, signal) = line.get("ExitCode")?.split_once(':')?;
        Some((line.get("JobId")?.to_owned(), (code.parse().ok()?, signal.parse().ok()?)))
    };
    printed.lines().filter_map(|line| exit(Line(line))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Printed by Slurm 22.05.8, shortened in the middle.
    const NODES: &str = "\
NodeName=node1 Arch=x86_64 CoresPerSocket=1  CPUAlloc=2 CPUEfctv=8 CPUTot=8 CPULoad=0.55 Gres=(null) GresDrain=N/A GresUsed=gpu:0 OS=Linux 6.18.44 #1 SMP PREEMPT_DYNAMIC @0  RealMemory=4000 AllocMem=100 State=MIXED ThreadsPerCore=1 Partitions=batch  Comment=State=DOWN
NodeName=node3 Arch=x86_64 CoresPerSocket=1  CPUAlloc=0 CPUEfctv=8 CPUTot=8 Gres=(null) GresUsed=gpu:0 RealMemory=4000 State=IDLE+PLANNED Partitions=batch
NodeName=node4 Arch=x86_64 CPUAlloc=1 CPUEfctv=8 CPUTot=8 Gres=gpu:tesla:2(S:0-1) GresUsed=gpu:tesla:1(IDX:0) RealMemory=8000 State=MIXED+DRAIN Partitions=gpu,big
";
    const PARTITIONS: &str = "\
PartitionName=batch AllowGroups=ALL Default=YES QoS=N/A DefaultTime=00:10:00 MaxNodes=UNLIMITED MaxTime=01:00:00 MinNodes=0 MaxCPUsPerNode=UNLIMITED Nodes=node[1-3] State=UP TotalCPUs=24 TotalNodes=3 DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED
PartitionName=gpu AllowGroups=ALL Default=NO QoS=N/A DefaultTime=NONE MaxNodes=1 MaxTime=1-00:00:00 MaxCPUsPerNode=4 Nodes=node4 State=DRAIN TotalCPUs=8 TotalNodes=1 MaxMemPerNode=2000
";

    #[test]
    fn real_nodes_are_read() {
        let nodes = nodes(NODES);
        assert_eq!(nodes.iter().map(|node| node.available()).collect::<Vec<_>>(), [true, true, false]);
        assert_eq!((nodes[0].cores, nodes[0].allocated, nodes[0].memory_mib, nodes[0].gpus), (8, 2, 4000, 0));
        assert_eq!((nodes[2].gpus, nodes[2].gpus_allocated, nodes[2].gpu_model.as_deref()), (2, 1, Some("tesla")));
        assert_eq!(nodes[2].partitions, ["gpu", "big"]);
    }

    #[test]
    fn real_partitions_are_read() {
        let partitions = partitions(PARTITIONS);
        assert!(partitions[0].default && !partitions[1].default);
        assert_eq!((partitions[0].max_nodes, partitions[0].max_time), (None, Some(Seconds::hours(1))));
        assert_eq!((partitions[1].max_nodes, partitions[1].max_time, partitions[1].default_time), (Some(1), Some(Seconds::days(1)), None));
    }

    #[test]
    fn gpus_are_counted_over_their_models() {
        assert_eq!(gpus("gpu:a100:4(S:0-1),gpu:v100:2,shard:8"), (6, Some("a100".to_owned())));
        assert_eq!(gpus("gpu:3"), (3, None));
        assert_eq!(gpus("gpu:tesla:2(IDX:0,1)"), (2, Some("tesla".to_owned())));
        assert_eq!(gpus(""), (0, None));
    }

    #[test]
    fn the_exit_of_a_job_that_just_ended_is_read() {
        let printed = "JobId=3 JobName=tl-b-1 UserId=siteu(1001) JobState=FAILED Reason=NonZeroExitCode ExitCode=3:0 DerivedExitCode=0:0\n";
        assert_eq!(exits(printed), [("3".to_owned(), (3, 0))]);
    }
}
