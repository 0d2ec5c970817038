//! The plan: nodes, partitions, the queue in order, and what runs.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use tieline_model::time::Timestamp;

use super::words::*;

#[derive(Clone, Debug)]
struct Node {
    spec: NodeSpec,
    state: NodeState,
    free_cores: BTreeSet<u32>,
    free_mib: u64,
}

#[derive(Clone, Debug)]
struct Waiting {
    submission: Submission,
    reason: Reason,
}

#[derive(Clone, Debug)]
struct Running {
    submission: Submission,
    allocation: Allocation,
    until: Timestamp,
}

/// The schedule of one cluster.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    nodes: Vec<Node>,
    partitions: BTreeMap<String, PartitionSpec>,
    waiting: HashMap<JobNumber, Waiting>,
    queue: BTreeSet<(Reverse<u64>, JobNumber)>,
    running: BTreeMap<Task, Running>,
}

impl Plan {
    /// A plan of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a node, down until `set_node_state` says otherwise. A name that is there already keeps its node as it is.
    pub fn set_node(&mut self, spec: NodeSpec) -> NodeIndex {
        let known = self.nodes.iter().position(|node| node.spec.name == spec.name);
        let at = known.unwrap_or_else(|| {
            let (free_cores, free_mib) = ((0..spec.cores).collect(), spec.memory_mib);
            self.nodes.push(Node { spec, state: NodeState::Down, free_cores, free_mib });
            self.nodes.len() - 1
        });
        NodeIndex(u32::try_from(at).unwrap_or(u32::MAX))
    }

    /// Says whether a node takes jobs; an unknown one is ignored.
    pub fn set_node_state(&mut self, node: NodeIndex, state: NodeState) {
        if let Some(node) = self.nodes.get_mut(node.0 as usize) {
            node.state = state;
        }
    }

    /// Adds or changes a partition. A node named twice counts once.
    pub fn set_partition(&mut self, mut spec: PartitionSpec) {
        let mut seen = BTreeSet::new();
        spec.nodes.retain(|node| seen.insert(*node));
        self.partitions.insert(spec.name.clone(), spec);
    }

    /// Puts a job into the queue, or refuses one that can never run or whose number is in use.
    pub fn submit(&mut self, job: JobNumber, submission: Submission) -> Result<(), Refusal> {
        let refuse = |field, value: String, limit: String| Err(Refusal { field, value, limit });
        if self.waiting.contains_key(&job) || self.running.keys().any(|task| task.job == job) {
            return refuse("job", job.0.to_string(), "a number not in use".into());
        }
        let Some(partition) = self.partitions.get(&submission.partition) else {
            return refuse("partition", submission.partition, "a partition of the cluster".into());
        };
        if let Some(max) = partition.max_time.filter(|max| submission.time_limit > *max) {
            return refuse("time_limit", submission.time_limit.0.to_string(), max.0.to_string());
        }
        if submission.cores_per_node == 0 {
            return refuse("cores_per_node", "0".into(), "at least 1".into());
        }
        let able = partition
            .nodes
            .iter()
            .filter_map(|node| self.nodes.get(node.0 as usize))
            .filter(|node| node.spec.cores >= submission.cores_per_node && node.spec.memory_mib >= submission.memory_mib_per_node);
        let able = able.count();
        if submission.nodes == 0 || submission.nodes as usize > able {
            return refuse("nodes", submission.nodes.to_string(), format!("1 to {able} nodes that have as much"));
        }
        self.queue.insert((Reverse(submission.priority), job));
        self.waiting.insert(job, Waiting { submission, reason: Reason::None });
        Ok(())
    }

    /// Takes a waiting job out of the queue; false if it does not wait.
    pub fn withdraw(&mut self, job: JobNumber) -> bool {
        let Some(waiting) = self.waiting.remove(&job) else { return false };
        self.queue.remove(&(Reverse(waiting.submission.priority), job))
    }

    /// Holds a waiting job, or lets it go; false if it does not wait.
    pub fn set_held(&mut self, job: JobNumber, held: bool) -> bool {
        let Some(waiting) = self.waiting.get_mut(&job) else { return false };
        waiting.submission.held = held;
        waiting.reason = if held { Reason::JobHeldUser } else { Reason::None };
        true
    }

    /// A task has ended and its shares are free; false if it did not run.
    pub fn ended(&mut self, task: Task) -> bool {
        let Some(running) = self.running.remove(&task) else { return false };
        for share in running.allocation.nodes {
            if let Some(node) = self.nodes.get_mut(share.node.0 as usize) {
                node.free_cores.extend(share.cores);
                node.free_mib += share.memory_mib;
            }
        }
        true
    }

    /// Takes over a task that runs already since `started`, as after a restart; false, and nothing changed, if its number is in use or if a part
    /// of what it has is not free.
    pub fn adopt(&mut self, task: Task, submission: Submission, allocation: Allocation, started: Timestamp) -> bool {
        let mut seen = BTreeSet::new();
        let free = allocation.nodes.iter().all(|share| {
            let node = self.nodes.get(share.node.0 as usize);
            let apart = seen.insert(share.node) && share.cores.iter().collect::<BTreeSet<_>>().len() == share.cores.len();
            apart && node.is_some_and(|node| node.free_mib >= share.memory_mib && share.cores.iter().all(|c| node.free_cores.contains(c)))
        });
        if !free || self.waiting.contains_key(&task.job) || self.running.contains_key(&task) {
            return false;
        }
        self.take(&allocation);
        let until = started + submission.time_limit;
        self.running.insert(task, Running { submission, allocation, until });
        true
    }

    /// Ends a task that runs and puts its job back into the queue; false if it does not run, or is one of an array.
    pub fn requeue(&mut self, task: Task) -> bool {
        let Some(submission) = self.running.get(&task).map(|running| running.submission.clone()) else { return false };
        if task.index.is_some() || !self.ended(task) {
            return false;
        }
        self.queue.insert((Reverse(submission.priority), task.job));
        self.waiting.insert(task.job, Waiting { submission, reason: Reason::None });
        true
    }

    /// Gives a waiting job another priority; false if it does not wait.
    pub fn set_priority(&mut self, job: JobNumber, priority: u64) -> bool {
        let Some(waiting) = self.waiting.get_mut(&job) else { return false };
        self.queue.remove(&(Reverse(waiting.submission.priority), job));
        waiting.submission.priority = priority;
        self.queue.insert((Reverse(priority), job))
    }

    /// Starts what can start at this moment. A start counts as running from here on.
    pub fn decide(&mut self, now: Timestamp) -> Decided {
        let mut decided = Decided::default();
        let mut blocked: HashMap<String, JobNumber> = HashMap::new();
        let mut promised: HashMap<NodeIndex, Timestamp> = HashMap::new();
        let order: Vec<JobNumber> = self.queue.iter().map(|(_, job)| *job).collect();
        for job in order {
            let Some(waiting) = self.waiting.get(&job) else { continue };
            let asked = &waiting.submission;
            let begin = asked.begin.filter(|begin| *begin > now);
            let reason = match (asked.held, begin, blocked.get(&asked.partition)) {
                (true, ..) => Reason::JobHeldUser,
                (_, Some(begin), _) => {
                    decided.next_wake = Some(decided.next_wake.map_or(begin, |wake| wake.min(begin)));
                    Reason::BeginTime(begin)
                }
                (.., first) => match self.room(asked, now, &promised) {
                    Some(allocation) => {
                        let (submission, task) = (asked.clone(), Task { job, index: None });
                        self.take(&allocation);
                        self.withdraw(job);
                        self.running
                            .insert(task, Running { until: now + submission.time_limit, submission, allocation: allocation.clone() });
                        decided.starts.push(Start { task, allocation });
                        continue;
                    }
                    None => match first {
                        Some(first) => Reason::Priority(*first),
                        None => {
                            for (node, at) in self.promise(asked, now) {
                                promised.entry(node).and_modify(|known| *known = at.min(*known)).or_insert(at);
                            }
                            blocked.insert(asked.partition.clone(), job);
                            Reason::Resources
                        }
                    },
                },
            };
            if let Some(waiting) = self.waiting.get_mut(&job) {
                waiting.reason = reason;
            }
        }
        decided
    }

    /// Why a job waits, as the last pass saw it; nothing for a job that does not wait.
    pub fn explain(&self, job: JobNumber) -> Option<Reason> {
        self.waiting.get(&job).map(|waiting| waiting.reason)
    }

    /// The nodes on which a job will have room once enough of what runs has reached its limit, and when; empty if it never will.
    fn promise(&self, asked: &Submission, now: Timestamp) -> Vec<(NodeIndex, Timestamp)> {
        let Some(partition) = self.partitions.get(&asked.partition) else { return Vec::new() };
        let up = |at: &NodeIndex| self.nodes.get(at.0 as usize).filter(|node| node.state == NodeState::Up);
        let mut room: HashMap<NodeIndex, (usize, u64)> =
            partition.nodes.iter().filter_map(|at| up(at).map(|node| (*at, (node.free_cores.len(), node.free_mib)))).collect();
        let mut ends: Vec<&Running> = self.running.values().collect();
        ends.sort_by_key(|running| running.until);
        for running in ends {
            for share in &running.allocation.nodes {
                if let Some((cores, mib)) = room.get_mut(&share.node) {
                    *cores += share.cores.len();
                    *mib += share.memory_mib;
                }
            }
            let fits =
                |at: &&NodeIndex| room.get(at).is_some_and(|(c, m)| *c >= asked.cores_per_node as usize && *m >= asked.memory_mib_per_node);
            let chosen: Vec<_> = partition.nodes.iter().filter(fits).take(asked.nodes as usize).collect();
            if chosen.len() == asked.nodes as usize {
                return chosen.into_iter().map(|at| (*at, running.until.max(now))).collect();
            }
        }
        Vec::new()
    }

    fn room(&self, asked: &Submission, now: Timestamp, promised: &HashMap<NodeIndex, Timestamp>) -> Option<Allocation> {
        let mut nodes = Vec::new();
        for at in &self.partitions.get(&asked.partition)?.nodes {
            let Some(node) = self.nodes.get(at.0 as usize) else { continue };
            let fits = node.free_cores.len() >= asked.cores_per_node as usize && node.free_mib >= asked.memory_mib_per_node;
            let in_time = promised.get(at).is_none_or(|promise| now + asked.time_limit <= *promise);
            if node.state == NodeState::Up && fits && in_time {
                let cores = node.free_cores.iter().take(asked.cores_per_node as usize).copied().collect();
                nodes.push(NodeShare { node: *at, cores, memory_mib: asked.memory_mib_per_node });
                if nodes.len() == asked.nodes as usize {
                    return Some(Allocation { nodes });
                }
            }
        }
        None
    }

    fn take(&mut self, allocation: &Allocation) {
        for share in &allocation.nodes {
            if let Some(node) = self.nodes.get_mut(share.node.0 as usize) {
                for core in &share.cores {
                    node.free_cores.remove(core);
                }
                node.free_mib = node.free_mib.saturating_sub(share.memory_mib);
            }
        }
    }
}
