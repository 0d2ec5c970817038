//! Random submissions and ends against the smallest model there is: who holds each core, and how much memory of each node.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tieline_model::time::{Seconds, Timestamp};

use super::*;

const CORES: u32 = 4;
const MIB: u64 = 10;

proptest! {
    #[test]
    fn no_core_or_memory_is_given_twice_and_all_of_it_returns(
        steps in prop::collection::vec((1..=2u32, 1..=CORES, 0..=MIB, 0..3u64, any::<prop::sample::Index>(), any::<bool>()), 1..40)
    ) {
        let mut plan = Plan::new();
        let nodes: Vec<NodeIndex> =
            (0..3).map(|n| plan.set_node(NodeSpec { name: format!("n{n}"), cores: CORES, memory_mib: MIB })).collect();
        nodes.iter().for_each(|node| plan.set_node_state(*node, NodeState::Up));
        plan.set_partition(PartitionSpec { name: "cpu".into(), nodes, max_time: None });
        let (now, mut running) = (Timestamp::from_seconds(0), BTreeMap::<Task, Allocation>::new());
        let mut begun = 0;
        let total = steps.len();
        for (number, (count, cores, mib, priority, which, ends)) in (0u32..).zip(steps) {
            let asked = Submission {
                partition: "cpu".into(), nodes: count, cores_per_node: cores, memory_mib_per_node: mib,
                time_limit: Seconds(60), begin: None, priority, held: false,
            };
            prop_assert!(plan.submit(JobNumber(number), asked).is_ok());
            if ends && !running.is_empty() {
                let task = *which.get(&running.keys().copied().collect::<Vec<_>>());
                running.remove(&task);
                prop_assert!(plan.ended(task));
            }
            for start in plan.decide(now).starts {
                begun += 1;
                prop_assert!(running.insert(start.task, start.allocation).is_none());
            }
            let (mut held, mut used) = (BTreeMap::new(), BTreeMap::<NodeIndex, u64>::new());
            for share in running.values().flat_map(|allocation| &allocation.nodes) {
                for core in &share.cores {
                    prop_assert!(*core < CORES && held.insert((share.node, *core), ()).is_none());
                }
                *used.entry(share.node).or_default() += share.memory_mib;
            }
            prop_assert!(used.values().all(|mib| *mib <= MIB));
        }
        while let Some((task, _)) = running.pop_first() {
            prop_assert!(plan.ended(task) && !plan.ended(task));
            for start in plan.decide(now).starts {
                begun += 1;
                running.insert(start.task, start.allocation);
            }
        }
        prop_assert_eq!(begun, total, "every job ran once");
    }
}
