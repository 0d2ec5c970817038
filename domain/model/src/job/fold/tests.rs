//! The fold against the picture of states: whatever facts arrive, only its arrows are walked.

use proptest::prelude::*;

use super::*;
use crate::job::{Evidence, Usage};
use crate::{Id, MachineId, Seconds, Timestamp};

fn native() -> NativeId {
    "17".parse().unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn sighted(sight: Sight) -> JobFact {
    JobFact::Sighted { native: native(), sight, evidence: Evidence::QueueRow }
}

fn running() -> JobFact {
    sighted(Sight::Running { started: at(10), nodes: vec![] })
}

fn queued() -> JobFact {
    sighted(Sight::Queued { reason: None, expected: None })
}

fn ended(how: How, started: Option<Timestamp>) -> JobFact {
    JobFact::Ended { native: Some(native()), exit: Exit { how, started, ended: at(20) }, usage: None, evidence: Evidence::Accounting }
}

fn cancel() -> JobFact {
    JobFact::CancelRequested { by: Actor::Platform, reason: None }
}

fn any_fact() -> impl Strategy<Value = JobFact> {
    let how = prop_oneof![Just(How::Code(0)), Just(How::Code(3)), Just(How::Signal(9)), Just(How::Canceled), Just(How::TimedOut)];
    let usage = Usage {
        started: at(1),
        ended: at(2),
        nodes: 1,
        cores: 1,
        gpus: 0,
        cpu_time: None,
        peak_memory_mib: None,
        evidence: Evidence::Bracket,
        run: 0,
    };
    prop_oneof![
        Just(JobFact::Created),
        Just(JobFact::CheckStarted),
        Just(JobFact::Placed { machine: MachineId::from_bytes([0; 16]), queue: None, reason: String::new() }),
        Just(JobFact::StageInStarted),
        Just(JobFact::StagedIn { folder: String::new(), bytes: 0 }),
        Just(JobFact::SubmitStarted),
        Just(queued()),
        Just(sighted(Sight::Held { reason: None })),
        Just(running()),
        Just(sighted(Sight::Suspended { started: at(10) })),
        Just(sighted(Sight::Requeued)),
        Just(JobFact::Vanished { since: at(5) }),
        (how, prop::option::of(Just(at(10)))).prop_map(|(how, started)| ended(how, started)),
        Just(JobFact::UsageKnown { usage }),
        Just(JobFact::StageOutStarted),
        Just(JobFact::Purged),
        Just(JobFact::Finished),
        Just(JobFact::Failed { phase: Phase::Submit, reason: String::new(), hint: None }),
        Just(JobFact::Failed { phase: Phase::Lost, reason: String::new(), hint: None }),
        Just(cancel()),
        Just(JobFact::Canceled),
        Just(JobFact::ScriptRan { script: crate::job::Script::Submit, status: 0, took: Seconds(0), log: String::new() }),
    ]
}

fn walk<'a>(facts: impl IntoIterator<Item = &'a JobFact>) -> (State, Vec<Passed>) {
    facts.into_iter().fold((State::Created, Vec::new()), |(state, mut road), fact| match state.after(fact) {
        Ok(folded) => {
            road.extend(folded.passed);
            (folded.state, road)
        }
        Err(_) => (state, road),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn only_arrows_of_the_picture_are_walked(facts in prop::collection::vec(any_fact(), 0..40)) {
        let mut state = State::Created;
        for fact in &facts {
            let before = state.name();
            match state.after(fact) {
                Err(_) => prop_assert_eq!(state.name(), before),
                Ok(folded) => {
                    let mut at = before;
                    for passed in &folded.passed {
                        prop_assert_eq!(passed.from, at);
                        prop_assert!(passed.from.may_become(passed.to), "{} -> {} after {:?}", passed.from, passed.to, fact);
                        at = passed.to;
                    }
                    prop_assert_eq!(folded.state.name(), at, "{:?}", fact);
                    state = folded.state;
                }
            }
        }
    }

    #[test]
    fn a_final_state_never_changes(facts in prop::collection::vec(any_fact(), 0..40), more in any_fact()) {
        let (state, _) = walk(&facts);
        if state.is_final() {
            prop_assert_eq!(state.after(&more), Err(Refused::Final(state.name())));
        }
    }

    #[test]
    fn nothing_finishes_without_an_end_that_was_seen(facts in prop::collection::vec(any_fact(), 0..40)) {
        let (state, _) = walk(&facts);
        let seen = facts.iter().any(|fact| matches!(fact, JobFact::Ended { .. }));
        prop_assert!(state.name() != StateName::Completed || seen);
    }

    #[test]
    fn a_state_survives_the_disk(facts in prop::collection::vec(any_fact(), 0..20)) {
        let (state, _) = walk(&facts);
        let text = serde_json::to_string(&state).unwrap();
        prop_assert_eq!(serde_json::from_str::<State>(&text).unwrap(), state);
        for fact in &facts {
            let text = serde_json::to_string(fact).unwrap();
            prop_assert_eq!(&serde_json::from_str::<JobFact>(&text).unwrap(), fact);
        }
    }
}

#[test]
fn an_end_fills_in_the_states_a_poll_skipped() {
    let (state, road) = walk(&[JobFact::SubmitStarted, ended(How::Code(0), Some(at(10)))]);
    assert_eq!(state.name(), StateName::Executed);
    let inferred: Vec<_> = road.iter().filter(|passed| passed.inferred).map(|passed| passed.to).collect();
    assert!(inferred.ends_with(&[StateName::Queued, StateName::Running]), "{inferred:?}");
    assert!(!road.last().unwrap().inferred);
}

#[test]
fn a_requeue_is_shown_as_one() {
    let (state, road) = walk(&[JobFact::SubmitStarted, running(), queued()]);
    assert_eq!(state.name(), StateName::Queued);
    assert!(road.iter().any(|passed| passed.to == StateName::Requeued && passed.inferred));
}

#[test]
fn a_vanished_job_comes_back_on_any_evidence() {
    let (state, _) = walk(&[JobFact::SubmitStarted, queued(), JobFact::Vanished { since: at(5) }]);
    assert_eq!(state.name(), StateName::Lost);
    assert_eq!(state.after(&running()).unwrap().state.name(), StateName::Running);
    let over = state.after(&ended(How::Code(0), Some(at(10)))).unwrap();
    assert_eq!(over.state.name(), StateName::Executed);
}

#[test]
fn a_cancel_that_came_too_late_leaves_the_jobs_own_end() {
    let (state, _) = walk(&[JobFact::SubmitStarted, running(), cancel(), ended(How::Code(0), Some(at(10))), JobFact::Finished]);
    assert_eq!(state.name(), StateName::Completed);
}

#[test]
fn a_cancel_in_time_ends_canceled_with_or_without_staging() {
    for staging in [true, false] {
        let mut facts = vec![JobFact::SubmitStarted, running(), cancel(), ended(How::Canceled, Some(at(10)))];
        facts.extend(staging.then_some(JobFact::StageOutStarted));
        facts.push(JobFact::Finished);
        let (state, _) = walk(&facts);
        assert_eq!(state, State::Canceled { by: Actor::Platform });
    }
}

#[test]
fn what_a_center_canceled_in_its_queue_is_canceled_by_the_center() {
    let (state, road) = walk(&[JobFact::SubmitStarted, queued(), ended(How::Canceled, None), JobFact::Finished]);
    assert_eq!(state, State::Canceled { by: Actor::Center });
    assert!(!road.iter().any(|passed| passed.to == StateName::Running));
}

#[test]
fn a_cancel_after_the_end_changes_nothing() {
    let (state, road) = walk(&[JobFact::SubmitStarted, ended(How::Code(1), Some(at(10))), cancel()]);
    assert_eq!(state.name(), StateName::Executed);
    assert!(!road.iter().any(|passed| passed.to == StateName::Terminating));
}
