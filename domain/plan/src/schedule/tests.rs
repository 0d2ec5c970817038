//! What the schedule promises so far.

use tieline_model::time::{Seconds, Timestamp};

use super::*;

fn plan() -> Plan {
    let mut plan = Plan::new();
    let node = plan.set_node(NodeSpec { name: "n1".into(), cores: 4, memory_mib: 100 });
    plan.set_node_state(node, NodeState::Up);
    plan.set_partition(PartitionSpec { name: "cpu".into(), nodes: vec![node, node], max_time: None });
    plan
}

fn asks(cores: u32, priority: u64) -> Submission {
    Submission {
        partition: "cpu".into(),
        nodes: 1,
        cores_per_node: cores,
        memory_mib_per_node: 10,
        time_limit: Seconds(60),
        begin: None,
        priority,
        held: false,
    }
}

#[test]
fn the_higher_priority_starts_first_and_the_other_waits_until_the_cores_are_free() {
    let mut plan = plan();
    let now = Timestamp::from_seconds(0);
    plan.submit(JobNumber(1), asks(3, 1)).unwrap();
    plan.submit(JobNumber(2), asks(3, 2)).unwrap();
    let starts = plan.decide(now).starts;
    assert_eq!(starts.iter().map(|start| start.task.job.0).collect::<Vec<_>>(), [2]);
    assert_eq!(plan.explain(JobNumber(1)), Some(Reason::Resources));
    assert!(plan.ended(starts[0].task));
    assert_eq!(plan.decide(now).starts[0].allocation.nodes[0].cores, [0, 1, 2]);
}

#[test]
fn a_job_that_no_node_can_hold_is_refused_with_field_value_and_limit() {
    let refusal = plan().submit(JobNumber(1), asks(5, 1)).unwrap_err();
    assert_eq!((refusal.field, refusal.value.as_str()), ("nodes", "1"));
    let two = Submission { nodes: 2, ..asks(1, 1) };
    assert!(plan().submit(JobNumber(1), two).is_err(), "a node named twice counts once");
}

#[test]
fn a_held_job_and_one_with_a_later_begin_do_not_start() {
    let mut plan = plan();
    let begin = Timestamp::from_seconds(9);
    plan.submit(JobNumber(1), Submission { held: true, ..asks(1, 1) }).unwrap();
    plan.submit(JobNumber(2), Submission { begin: Some(begin), ..asks(1, 1) }).unwrap();
    assert_eq!(plan.decide(Timestamp::from_seconds(0)), Decided { starts: vec![], next_wake: Some(begin) });
    assert!(plan.set_held(JobNumber(1), false));
    assert_eq!(plan.decide(begin).starts.len(), 2);
}

#[test]
fn a_running_task_is_adopted_only_onto_what_is_free_and_a_requeued_one_waits_again() {
    let mut plan = plan();
    let now = Timestamp::from_seconds(0);
    plan.submit(JobNumber(1), asks(3, 1)).unwrap();
    let start = plan.decide(now).starts.remove(0);
    let other = Task { job: JobNumber(2), index: None };
    assert!(!plan.adopt(other, asks(3, 1), start.allocation.clone(), now));
    assert!(plan.requeue(start.task));
    assert!(plan.adopt(other, asks(3, 1), start.allocation.clone(), now));
    assert_eq!(plan.decide(now).starts, []);
    assert!(plan.ended(other));
    assert_eq!(plan.decide(now).starts, [start]);
}

#[test]
fn a_job_given_a_higher_priority_overtakes() {
    let mut plan = plan();
    plan.submit(JobNumber(1), asks(3, 5)).unwrap();
    plan.submit(JobNumber(2), asks(3, 1)).unwrap();
    assert!(plan.set_priority(JobNumber(2), 6));
    assert_eq!(plan.decide(Timestamp::from_seconds(0)).starts[0].task.job, JobNumber(2));
}

#[test]
fn a_short_job_fills_the_gap_before_the_promise_and_a_long_one_waits() {
    let mut plan = plan();
    let now = Timestamp::from_seconds(0);
    plan.submit(JobNumber(1), asks(2, 9)).unwrap();
    plan.decide(now);
    plan.submit(JobNumber(2), asks(4, 8)).unwrap();
    plan.submit(JobNumber(3), Submission { time_limit: Seconds(61), ..asks(1, 7) }).unwrap();
    plan.submit(JobNumber(4), asks(1, 6)).unwrap();
    let starts = plan.decide(now).starts;
    assert_eq!(starts.iter().map(|start| start.task.job.0).collect::<Vec<_>>(), [4]);
    assert_eq!(plan.explain(JobNumber(3)), Some(Reason::Priority(JobNumber(2))));
}
