//! The attempt against a model scheduler: whatever is lost, late, said twice or killed, it is handed over at most once and ends once.

use proptest::prelude::*;
use tieline_model::job::{Actor, State};
use tieline_model::{Id, JobId, RelPath, Resources};

use super::*;
use crate::core::{Next, PackageRef, Person};

/// A scheduler that holds the jobs of one tag, and the facts a gateway wrote.
struct World {
    now: Timestamp,
    rules: Rules,
    attempt: Attempt,
    facts: Facts,
    /// When each job was taken; one in the future is still on its way there.
    jobs: Vec<(NativeId, Timestamp, Life)>,
    orders: u64,
    /// Scripts that ran and failed.
    failed: Vec<Script>,
}

#[derive(Clone, Debug, PartialEq)]
enum Life {
    Waits,
    Runs,
    Over(How, bool),
}

#[derive(Clone, Debug)]
enum Happening {
    /// The next action, and what becomes of it.
    Act(Fate),
    /// Time passes, in seconds.
    Pass(u64),
    /// The scheduler is asked; it may have lost sight of the job.
    Poll {
        blind: bool,
    },
    /// The job goes on at the scheduler.
    Progress {
        code: i32,
    },
    Cancel,
    Restart,
    OrderAgain,
}

#[derive(Clone, Copy, Debug)]
enum Fate {
    Works,
    /// It is not done, and nobody can tell.
    LostBefore,
    /// It is done, and nobody can tell.
    LostAfter,
    /// It is done a little later, and nobody can tell.
    Late(u64),
    /// It is done, and the gateway is killed before it hears of it.
    Killed,
    Refused,
    /// The package's own script ends with this status, and no scheduler has the job.
    Script(i32),
}

fn rules() -> Rules {
    Rules { settle: Seconds(60), grace: Seconds(300), lost: Seconds::hours(24), ..Rules::default() }
}

fn order() -> Order {
    Order {
        machine: "m".parse().unwrap(),
        queue: None,
        person: Person { user: "alice".parse().unwrap(), account: "acc".into(), roles: vec![] },
        package: PackageRef { app: "shell".parse().unwrap(), version: "1".into(), sha256: tieline_model::Sha256([0; 32]), size: 0 },
        params: "{}".into(),
        inputs: vec![],
        wish: Resources::one_core(Seconds(60)),
        name: "n".into(),
        output_cap: 0,
        placed: Timestamp::default(),
    }
}

impl World {
    fn new() -> Self {
        let now = Timestamp::from_seconds(1_000);
        let (attempt, facts) = Attempt::new(AttemptKey { job: JobId::from_bytes([3; 16]), number: 1 }, order(), false, now);
        Self { now, rules: rules(), attempt, facts, jobs: vec![], orders: 0, failed: vec![] }
    }

    fn happen(&mut self, what: &Happening) {
        match what {
            Happening::Act(fate) => self.act(*fate),
            Happening::Pass(seconds) => self.now = self.now + Seconds(*seconds),
            Happening::Poll { blind } => self.poll(*blind),
            Happening::Progress { code } => self.progress(*code),
            Happening::Cancel => {
                self.facts.push(JobFact::CancelRequested { by: Actor::Platform, reason: None });
                let facts = self.attempt.on_cancel(self.now);
                self.facts.extend(facts);
            }
            Happening::Restart => self.restart(),
            // The engine finds the attempt by its key and does nothing.
            Happening::OrderAgain => {}
        }
    }

    fn restart(&mut self) {
        let text = serde_json::to_string(&self.attempt).unwrap();
        let back: Attempt = serde_json::from_str(&text).unwrap();
        assert_eq!(back, self.attempt);
        self.attempt = back;
    }

    fn act(&mut self, fate: Fate) {
        let Next::Do(action) = self.attempt.next(self.now, &self.rules) else { return };
        if action == Action::Submit {
            let facts = self.attempt.begin_submit(self.now);
            self.facts.extend(facts);
        }
        if let Fate::Script(status) = fate {
            return self.fail(&action, status);
        }
        let done = !matches!(fate, Fate::LostBefore | Fate::Refused);
        let late = if let Fate::Late(seconds) = fate { seconds } else { 0 };
        let outcome = if done { self.perform(&action, late) } else { Outcome::Canceled };
        let trouble = |passing| Outcome::Failed(Trouble { passing, reason: "no".into(), hint: None, excused: false });
        let outcome = match fate {
            Fate::Works => outcome,
            Fate::LostBefore | Fate::LostAfter | Fate::Late(_) | Fate::Script(_) => trouble(true),
            Fate::Killed => return self.restart(),
            Fate::Refused => trouble(false),
        };
        let facts = self.attempt.on_done(&action, outcome, self.now, &self.rules, Jitter(7));
        self.facts.extend(facts);
    }

    fn fail(&mut self, action: &Action, status: i32) {
        let script = match action {
            Action::Prepare => Script::Initialize,
            Action::Cancel(_) => Script::Terminate,
            Action::StageOut => Script::Finalize,
            Action::Find | Action::Submit | Action::ReadEnd(_) | Action::Purge => return,
        };
        let outcome = if self.attempt.may_ask(script) {
            self.failed.push(script);
            let log = "no space left".to_owned();
            let failed = |excused| Outcome::Failed(Trouble { passing: status == 75, reason: "no".into(), hint: None, excused });
            let ran = [JobFact::ScriptRan { script, status, took: Seconds(1), log }];
            let before = self.attempt.script_tries.clone();
            self.attempt.on_scripts(&ran, &failed(true));
            assert_eq!(self.attempt.script_tries, before, "what it is not to blame for does not count");
            self.attempt.on_scripts(&ran, &failed(false));
            failed(false)
        } else {
            Outcome::OutOfReach
        };
        let facts = self.attempt.on_done(action, outcome, self.now, &self.rules, Jitter(7));
        self.facts.extend(facts);
    }

    fn perform(&mut self, action: &Action, late: u64) -> Outcome {
        match action {
            Action::Prepare => Outcome::Prepared { user: "u".parse().unwrap(), folder: "/f".into(), bytes: 0, own: Own::default() },
            Action::Find => {
                let known = self.jobs.iter().filter(|(_, taken, _)| *taken <= self.now);
                Outcome::Found(known.map(|(native, ..)| native.clone()).collect())
            }
            Action::Submit => {
                self.orders += 1;
                let native: NativeId = self.orders.to_string().parse().unwrap();
                self.jobs.push((native.clone(), self.now + Seconds(late), Life::Waits));
                Outcome::Submitted(native)
            }
            Action::Cancel(native) => {
                for (number, _, life) in &mut self.jobs {
                    if number == native && !matches!(life, Life::Over(..)) {
                        *life = Life::Over(How::Canceled, *life == Life::Runs);
                    }
                }
                Outcome::Canceled
            }
            Action::ReadEnd(native) => {
                let life = self.jobs.iter().find(|(number, ..)| number == native).map(|(.., life)| life);
                match life {
                    Some(Life::Over(How::Code(code), _)) => Outcome::End(Some(SentinelEnd { code: *code, ended: self.now })),
                    _ => Outcome::End(None),
                }
            }
            Action::StageOut => {
                let path: RelPath = "out".parse().unwrap();
                Outcome::StagedOut(vec![JobFact::Output { path, size: 1, brought: None }])
            }
            Action::Purge => Outcome::Purged,
        }
    }

    /// The order to end the job it watches.
    fn cancel(&self) -> Action {
        Action::Cancel(self.attempt.watched().unwrap().native)
    }

    fn poll(&mut self, blind: bool) {
        let Some(watched) = self.attempt.watched() else { return };
        let started = Timestamp::from_seconds(1_500);
        let life = self.jobs.iter().find(|(native, ..)| *native == watched.native).map(|(.., life)| life.clone());
        let evidence = Evidence::QueueRow;
        let seen = match life {
            _ if blind => Seen::Absent,
            None => Seen::Absent,
            Some(Life::Waits) => Seen::Sighted { sight: Sight::Queued { reason: None, expected: None }, evidence },
            Some(Life::Runs) => Seen::Sighted { sight: Sight::Running { started, nodes: vec![] }, evidence },
            Some(Life::Over(how, ran)) => {
                let exit = Exit { how, started: ran.then_some(started), ended: self.now };
                Seen::Ended { exit, usage: None, evidence: Evidence::Accounting }
            }
        };
        let facts = self.attempt.on_seen(&watched.native, seen, self.now, &self.rules);
        self.facts.extend(facts);
    }

    fn progress(&mut self, code: i32) {
        for (_, taken, life) in &mut self.jobs {
            match life {
                Life::Waits if *taken <= self.now => *life = Life::Runs,
                Life::Runs => *life = Life::Over(How::Code(code), true),
                Life::Waits | Life::Over(..) => {}
            }
        }
    }

    fn drain(&mut self) {
        for _ in 0..2_000 {
            if self.attempt.is_done() && !self.attempt.purge {
                return;
            }
            self.act(Fate::Works);
            self.poll(false);
            self.progress(0);
            self.now = self.now + Seconds(30);
        }
        panic!("it never ends: {:?}", self.attempt);
    }

    fn fold(&self) -> (State, usize) {
        let mut state = State::Placed;
        let mut ends = 0;
        for fact in &self.facts {
            if let Ok(folded) = state.after(fact) {
                ends += usize::from(folded.state.is_final() && !state.is_final());
                state = folded.state;
            } else {
                assert!(
                    matches!(fact, JobFact::CancelRequested { .. } | JobFact::Purged),
                    "{state:?} refuses {fact:?} of {:?}",
                    self.facts
                );
            }
        }
        (state, ends)
    }
}

fn any_fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => Just(Fate::Works),
        2 => Just(Fate::LostBefore),
        2 => Just(Fate::LostAfter),
        2 => (0u64..60).prop_map(Fate::Late),
        3 => Just(Fate::Killed),
        1 => Just(Fate::Refused),
        6 => Just(Fate::Script(75)),
        1 => Just(Fate::Script(78)),
    ]
}

fn any_happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        8 => any_fate().prop_map(Happening::Act),
        4 => (1u64..400).prop_map(Happening::Pass),
        4 => prop::bool::weighted(0.3).prop_map(|blind| Happening::Poll { blind }),
        2 => (0i32..2).prop_map(|code| Happening::Progress { code }),
        1 => Just(Happening::Cancel),
        2 => Just(Happening::Restart),
        1 => Just(Happening::OrderAgain),
    ]
}

fn is_last(fact: &JobFact) -> bool {
    matches!(fact, JobFact::Finished | JobFact::Failed { .. } | JobFact::Canceled)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_happens_it_is_handed_over_at_most_once_and_ends_once(story in prop::collection::vec(any_happening(), 0..80)) {
        let mut world = World::new();
        story.iter().for_each(|what| world.happen(what));
        world.attempt.on_purge();
        world.drain();
        prop_assert!(world.jobs.len() <= 1, "handed over {} times: {:?}", world.jobs.len(), world.facts);
        let (state, ends) = world.fold();
        prop_assert!(state.is_final(), "{:?}", state);
        prop_assert_eq!(ends, 1);
        for (script, most) in [(Script::Initialize, 5), (Script::Terminate, 10), (Script::Finalize, 10)] {
            prop_assert!(world.failed.iter().filter(|failed| **failed == script).count() <= most, "{:?}", script);
        }
        prop_assert_eq!(world.facts.iter().filter(|fact| is_last(fact)).count(), 1, "{:?}", world.facts);
        prop_assert_eq!(world.facts.iter().filter(|fact| matches!(fact, JobFact::SubmitStarted)).count().max(1), 1);
    }
}

fn acted(happenings: &[Happening]) -> World {
    let mut world = World::new();
    happenings.iter().for_each(|what| world.happen(what));
    world
}

#[test]
fn a_search_before_the_submission_could_have_arrived_proves_nothing() {
    let mut world = acted(&[Happening::Act(Fate::Works), Happening::Act(Fate::Late(50)), Happening::Pass(10), Happening::Act(Fate::Works)]);
    assert!(matches!(world.attempt.next(world.now, &world.rules), Next::Wait(_)), "{:?}", world.attempt);
    world.happen(&Happening::Pass(60));
    world.happen(&Happening::Act(Fate::Works));
    assert!(world.attempt.watched().is_some());
    assert_eq!(world.jobs.len(), 1);
}

#[test]
fn a_surplus_submission_that_ended_at_once_leads_to_the_one_that_owns_the_job() {
    let mut world = acted(&[Happening::Act(Fate::Works), Happening::Act(Fate::Works)]);
    let other: NativeId = "2".parse().unwrap();
    world.jobs.push((other.clone(), world.now, Life::Runs));
    world.jobs[0].2 = Life::Over(How::Code(CLAIMED_BY_ANOTHER), true);
    world.poll(false);
    world.act(Fate::Works);
    assert_eq!(world.attempt.watched().map(|watched| watched.native), Some(other));
}

#[test]
fn a_cancel_that_comes_before_the_order_wins() {
    let key = AttemptKey { job: JobId::from_bytes([3; 16]), number: 1 };
    let (attempt, facts) = Attempt::canceled_unseen(key, Timestamp::default());
    assert!(attempt.is_done());
    assert_eq!(facts, vec![JobFact::Canceled]);
}

/// The script fails as often as it is asked; the gateway restarts in between.
fn fail_until(world: &mut World, tries: usize) {
    for number in 1..=tries {
        assert!(!world.attempt.is_done(), "it gave up before try {number}");
        world.now = world.now + Seconds(600);
        world.act(Fate::Script(75));
        world.restart();
    }
}

#[test]
fn a_script_is_tried_as_often_as_the_contract_says_whatever_restarts_and_the_end_names_it() {
    let told = |world: &World, phase: Phase, parts: [&str; 3]| match world.facts.last() {
        Some(JobFact::Failed { phase: at, reason, .. }) => {
            assert!(*at == phase && parts.iter().all(|part| reason.contains(part)), "{reason}")
        }
        other => panic!("{other:?}"),
    };
    let mut world = World::new();
    fail_until(&mut world, 5);
    told(&world, Phase::StageIn, ["initialize", "75: no space left", "5 times"]);

    let mut world = acted(&[Happening::Act(Fate::Works), Happening::Act(Fate::Works), Happening::Progress { code: 0 }]);
    world.progress(0);
    world.poll(false);
    fail_until(&mut world, 10);
    told(&world, Phase::StageOut, ["finalize", "75: no space left", "10 times"]);
}

#[test]
fn a_job_its_package_cannot_end_and_no_scheduler_has_goes_on_and_its_person_is_told_why() {
    let mut world = acted(&[Happening::Act(Fate::Works), Happening::Act(Fate::Works), Happening::Progress { code: 0 }]);
    world.poll(false);
    world.happen(&Happening::Cancel);
    fail_until(&mut world, 11);
    let Some(JobFact::Stalled { reason: Some(reason) }) = world.facts.last() else { panic!("{:?}", world.facts) };
    assert!(["terminate", "75: no space left", "10 times", "goes on"].iter().all(|part| reason.contains(part)), "{reason}");
    assert_eq!(world.attempt.next(world.now + Seconds::hours(1), &world.rules), Next::Idle);
    world.drain();
    assert_eq!(world.fold().0.name(), tieline_model::job::StateName::Completed, "it ended by itself");
}

#[test]
fn a_job_that_was_told_to_end_is_canceled_unless_it_has_an_exit_of_its_own_whenever_it_was_asked_about() {
    let other = || How::Other("failed".to_owned());
    let (signals, ends) = ([How::Signal(15), How::Code(143), How::Canceled], [How::Code(0), How::Code(3), How::TimedOut]);
    let ends = ends.map(|how| (how.clone(), Evidence::Package, how));
    let signals = signals.map(|how| (how, Evidence::Accounting, How::Canceled));
    let named = [(other(), Evidence::Package, How::Canceled), (other(), Evidence::Accounting, other())];
    for (how, evidence, told) in signals.into_iter().chain(ends).chain(named) {
        for canceled in [true, false] {
            let mut world = acted(&[Happening::Act(Fate::Works), Happening::Act(Fate::Works)]);
            // Asked about before the cancel, answered after it.
            let asked = world.attempt.watched().unwrap();
            if canceled {
                world.happen(&Happening::Cancel);
            }
            let exit = Exit { how: how.clone(), started: Some(world.now), ended: world.now };
            let facts = world.attempt.on_seen(&asked.native, Seen::Ended { exit, usage: None, evidence }, world.now, &world.rules);
            let Some(JobFact::Ended { exit, .. }) = facts.first() else { panic!("{facts:?}") };
            assert_eq!(exit.how, if canceled { told.clone() } else { how.clone() }, "{how:?} {evidence:?}");
        }
    }
}

#[test]
fn a_job_that_vanished_comes_back_on_evidence_and_is_lost_only_after_long() {
    let mut world = acted(&[Happening::Act(Fate::Works), Happening::Act(Fate::Works), Happening::Progress { code: 0 }]);
    world.poll(false);
    world.poll(true);
    world.now = world.now + Seconds(400);
    world.poll(true);
    world.act(Fate::Works);
    assert!(world.facts.iter().any(|fact| matches!(fact, JobFact::Vanished { .. })));
    world.poll(false);
    assert!(matches!(world.facts.last(), Some(JobFact::Sighted { sight: Sight::Running { .. }, .. })));
    world.poll(true);
    world.now = world.now + Seconds::hours(25);
    world.poll(true);
    assert!(matches!(world.facts.last(), Some(JobFact::Failed { phase: Phase::Lost, .. })));
}

#[test]
fn an_attempt_of_a_lost_life_is_searched_before_it_is_handed_over() {
    let mut world = World::new();
    world.attempt.recovering = true;
    world.jobs.push(("7".parse().unwrap(), world.now, Life::Runs));
    world.act(Fate::Works);
    world.act(Fate::Works);
    assert_eq!(world.attempt.watched().map(|watched| watched.native.to_string()).as_deref(), Some("7"));
    world.drain();
    assert!(world.fold().0.is_final());
}

#[test]
fn what_the_gateway_saw_before_a_restart_is_charged_where_only_the_wrapper_tells_the_end() {
    let mut world = acted(&[Happening::Act(Fate::Works), Happening::Act(Fate::Works), Happening::Progress { code: 0 }]);
    world.poll(false);
    let Some(JobFact::Sighted { sight: Sight::Running { started, .. }, .. }) = world.facts.last() else { panic!("{:?}", world.facts) };
    let began = *started;
    world.restart();
    let native = world.attempt.watched().unwrap().native;
    let exit = Exit { how: How::Code(0), started: Some(began), ended: began + Seconds(30) };
    let seen = Seen::Ended { exit, usage: None, evidence: Evidence::Sentinel };
    let facts = world.attempt.on_seen(&native, seen, began + Seconds(60), &world.rules);
    let Some(JobFact::Ended { usage: Some(usage), evidence: Evidence::Bracket, .. }) = facts.first() else { panic!("{facts:?}") };
    assert_eq!((usage.elapsed_micros(), usage.cores), (30_000_000, 1));
}

/// What is charged of these facts: from when to when, and of which run.
fn charged(facts: &[JobFact]) -> Vec<(i64, i64, u32)> {
    let usage = |fact: &JobFact| match fact {
        JobFact::UsageKnown { usage } | JobFact::Ended { usage: Some(usage), .. } => Some(*usage),
        _ => None,
    };
    facts.iter().filter_map(usage).map(|usage| (usage.started.seconds(), usage.ended.seconds(), usage.run)).collect()
}

/// A job that was handed over, and then seen like this at these seconds.
fn seen(story: &[(i64, Seen)]) -> Vec<JobFact> {
    let mut world = acted(&[Happening::Act(Fate::Works), Happening::Act(Fate::Works)]);
    let native = world.attempt.watched().unwrap().native;
    let mut facts = vec![];
    for (at, seen) in story {
        world.restart();
        facts.extend(world.attempt.on_seen(&native, seen.clone(), Timestamp::from_seconds(*at), &world.rules));
    }
    facts
}

fn sight(sight: Sight) -> Seen {
    Seen::Sighted { sight, evidence: Evidence::QueueRow }
}

fn runs_since(started: i64) -> Seen {
    sight(Sight::Running { started: Timestamp::from_seconds(started), nodes: vec![] })
}

fn over(started: i64, ended: i64, evidence: Evidence) -> Seen {
    let [started, ended] = [started, ended].map(Timestamp::from_seconds);
    let usage = evidence.proves_usage().then(|| Usage { evidence, ..bracketed(order().wish, started, ended) });
    Seen::Ended { exit: Exit { how: How::Code(0), started: Some(started), ended }, usage, evidence }
}

#[test]
fn each_run_is_charged_once_where_the_scheduler_took_the_job_back() {
    let waits = || sight(Sight::Queued { reason: None, expected: None });
    for back in [waits(), sight(Sight::Requeued), sight(Sight::Held { reason: None })] {
        let story = [(1_100, runs_since(1_090)), (1_150, runs_since(1_090)), (1_200, back), (1_250, waits()), (1_300, runs_since(1_290))];
        for last in [Evidence::QueueRow, Evidence::Accounting, Evidence::Sentinel] {
            let facts = seen(&[&story[..], &[(1_460, over(1_290, 1_450, last))]].concat());
            assert_eq!(charged(&facts), [(1_090, 1_150, 0), (1_290, 1_450, 1)], "{last:?}");
        }
    }
}

#[test]
fn a_run_that_was_taken_back_while_nobody_looked_is_charged_until_it_was_seen_last() {
    let facts = seen(&[(1_100, runs_since(1_090)), (1_300, runs_since(1_290)), (1_400, over(1_290, 1_390, Evidence::QueueRow))]);
    assert_eq!(charged(&facts), [(1_090, 1_100, 0), (1_290, 1_390, 1)]);
    let facts = seen(&[(1_100, runs_since(1_090)), (1_400, over(1_290, 1_390, Evidence::Accounting))]);
    assert_eq!(charged(&facts), [(1_090, 1_100, 0), (1_290, 1_390, 1)]);
    let facts = seen(&[(1_100, runs_since(1_090)), (1_400, over(1_090, 1_390, Evidence::Accounting))]);
    assert_eq!(charged(&facts), [(1_090, 1_390, 0)], "the same run is not two");
    let facts = seen(&[(1_100, runs_since(1_090)), (1_101, runs_since(1_099)), (1_400, over(1_099, 1_390, Evidence::QueueRow))]);
    assert_eq!(charged(&facts), [(1_090, 1_099, 0), (1_099, 1_390, 1)], "no second counts twice");
}

#[test]
fn a_job_that_is_lost_is_charged_for_what_was_seen_of_it_and_a_packages_word_for_nothing() {
    let facts = seen(&[(1_100, runs_since(1_090)), (1_200, runs_since(1_090)), (1_300, Seen::Absent), (200_000, Seen::Absent)]);
    assert!(matches!(facts.last(), Some(JobFact::Failed { phase: Phase::Lost, .. })), "{facts:?}");
    assert_eq!(charged(&facts), [(1_090, 1_200, 0)]);
    let said = Seen::Sighted { sight: Sight::Running { started: Timestamp::from_seconds(1), nodes: vec![] }, evidence: Evidence::Package };
    let facts = seen(&[(1_100, said), (1_200, over(1, 1_200, Evidence::Package))]);
    assert_eq!(charged(&facts), []);
}

#[test]
fn nobody_waits_for_an_hour_because_the_clock_was_set_back_by_one() {
    let hour = Seconds::hours(1);
    let mut unsure = acted(&[Happening::Act(Fate::Works), Happening::Act(Fate::LostBefore)]);
    unsure.now = unsure.now - hour;
    unsure.happen(&Happening::Act(Fate::Works));
    unsure.happen(&Happening::Pass(61));
    unsure.happen(&Happening::Act(Fate::Works));
    unsure.happen(&Happening::Act(Fate::Works));
    assert!(unsure.attempt.watched().is_some(), "{:?}", unsure.attempt);

    unsure.attempt.cancel = true;
    unsure.attempt.on_done(&unsure.cancel(), Outcome::Canceled, unsure.now, &unsure.rules.clone(), Jitter::default());
    assert!(matches!(unsure.attempt.next(unsure.now, &unsure.rules), Next::Wait(_)));
    assert_eq!(unsure.attempt.next(unsure.now - hour, &unsure.rules), Next::Do(unsure.cancel()));

    unsure.attempt.cancel = false;
    unsure.poll(true);
    unsure.now = unsure.now - hour;
    unsure.poll(true);
    unsure.now = unsure.now + Seconds(301);
    unsure.poll(true);
    assert!(matches!(unsure.attempt.next(unsure.now, &unsure.rules), Next::Do(Action::ReadEnd(_))), "{:?}", unsure.attempt);
}
