//! Placement against made-up machines.

use proptest::prelude::*;
use tieline_model::machine::{
    CoreCounts, Deployment, GpuCounts, NodeClass, NodeCounts, QueueLimits, QueueLoad, SchedulerKind, ServingState,
};
use tieline_model::{Currency, Id};

use super::*;

const NOW: Moment = Moment { now: Timestamp::from_seconds(1000), stale_after: Seconds(120) };

fn name<T: std::str::FromStr<Err = Error>>(text: &str) -> T {
    text.parse().unwrap()
}

fn description(cores: u32) -> Description {
    Description {
        name: name("m"),
        title: String::new(),
        description: String::new(),
        organisation: String::new(),
        architecture: "x86_64".to_owned(),
        accelerators: Vec::new(),
        peak_gflops: None,
        scheduler: SchedulerKind::Fork,
        scheduler_version: None,
        node_classes: vec![NodeClass { name: "n".to_owned(), nodes: 2, cores: cores / 2, memory_mib: 4096, gpus: 0, gpu_model: None }],
        queues: vec![QueueLimits {
            name: name("normal"),
            default: true,
            nodes: 2,
            cores,
            max_nodes: None,
            max_cores: None,
            max_memory_mib: None,
            gpus: 0,
            max_time: Some(Seconds::hours(1)),
            default_time: None,
        }],
        deployments: vec![Deployment { app: name("lammps"), ready: true, note: String::new() }],
    }
}

fn reading(idle: u32, work: u64) -> Reading {
    Reading {
        as_of: NOW.now,
        nodes: NodeCounts::default(),
        cores: CoreCounts::default(),
        gpus: GpuCounts::default(),
        queues: vec![QueueLoad {
            name: name("normal"),
            state: ServingState::Production,
            running: 1,
            waiting: 1,
            idle_cores: idle,
            waiting_core_seconds: work,
            running_core_seconds: 0,
        }],
        node_map: Vec::new(),
        raw: String::new(),
        storage: Vec::new(),
        trouble: None,
    }
}

fn money(micros: i64) -> Money {
    Money::from_micros(micros, Currency::CNY)
}

fn candidate<'a>(number: u8, label: &'a str, description: &'a Description, reading: &'a Reading, cost: i64) -> Candidate<'a> {
    Candidate {
        machine: MachineId::from_bytes([number; 16]),
        label,
        disabled: false,
        connected: true,
        description: Some(description),
        reading: Some((reading, NOW.now)),
        grant: Grant::Allowed,
        costs: [(name("normal"), Cost::Payable(money(cost)))].into(),
        pre_submit: PreSubmit::NotAsked,
    }
}

fn wish(cores: u32) -> Wish {
    let resources = Resources { nodes: 1, cores, memory_mib: None, gpus: 0, time: Seconds(600) };
    Wish { resources, app: Some(name("lammps")), hosts: Vec::new(), queue: None, machine: None }
}

#[test]
fn the_shortest_wait_wins_then_the_price_then_the_label() {
    let (small, free, busy) = (description(8), reading(8, 0), reading(0, 8000));
    let all =
        [candidate(1, "a/busy", &small, &busy, 1), candidate(2, "c/free", &small, &free, 5), candidate(3, "b/free", &small, &free, 5)];
    let evaluation = evaluate(&wish(4), &all, NOW);
    assert_eq!(evaluation.taken().unwrap().0.label, "b/free");
    assert_eq!(
        evaluation.reason().unwrap(),
        "b/free, queue normal: the shortest expected wait of 3 machines; 8 cores are free, it can start now"
    );
    let cheaper = [all[0].clone(), candidate(2, "c/free", &small, &free, 4), all[2].clone()];
    assert_eq!(evaluate(&wish(4), &cheaper, NOW).taken().unwrap().0.label, "c/free");
    let (_, eligible) = evaluate(&wish(4), &all[..1], NOW).taken().map(|(one, two)| (one.clone(), two.clone())).unwrap();
    assert_eq!(eligible.wait, Some(Seconds(1000)));
}

#[test]
fn every_reason_has_its_word_and_a_sentence() {
    let (described, free) = (description(8), reading(8, 0));
    let good = || candidate(1, "a/m", &described, &free, 1);
    let other = MachineId::from_bytes([9; 16]);
    let mut closed = free.clone();
    closed.queues[0].state = ServingState::Draining;
    let mut elsewhere = free.clone();
    elsewhere.queues[0].name = name("other");
    let (mut no_app, mut no_queues, mut one_gpu_each) = (described.clone(), described.clone(), described.clone());
    no_app.deployments[0].ready = false;
    no_queues.queues.clear();
    one_gpu_each.queues[0].gpus = 2;
    one_gpu_each.node_classes[0].gpus = 1;
    let with = |change: &dyn Fn(&mut Resources)| {
        let mut wish = wish(4);
        change(&mut wish.resources);
        wish
    };
    let cases: Vec<(Reason, Wish, Candidate<'_>)> = vec![
        (Reason::NotChosenByUser, Wish { machine: Some(other), ..wish(4) }, good()),
        (Reason::HostNotSuited, Wish { hosts: vec!["b/m".to_owned(), "n".to_owned()], ..wish(4) }, good()),
        (Reason::MachineDisabled, wish(4), Candidate { disabled: true, ..good() }),
        (Reason::GatewayOffline, wish(4), Candidate { connected: false, ..good() }),
        (Reason::NotDescribed, wish(4), Candidate { description: None, ..good() }),
        (Reason::ReadingMissing, wish(4), Candidate { reading: None, ..good() }),
        (Reason::ReadingMissing, wish(4), Candidate { reading: Some((&elsewhere, NOW.now)), ..good() }),
        (Reason::ReadingStale, wish(4), Candidate { reading: Some((&free, NOW.now - Seconds(121))), ..good() }),
        (Reason::NoGrant, wish(4), Candidate { grant: Grant::Refused("no rule fits".to_owned()), ..good() }),
        (Reason::GrantUnknown, wish(4), Candidate { grant: Grant::Unknown, ..good() }),
        (Reason::AppNotReady, wish(4), Candidate { description: Some(&no_app), ..good() }),
        (Reason::AppNotDeployed, Wish { app: Some(name("gromacs")), ..wish(4) }, good()),
        (Reason::QueueUnknown, Wish { queue: Some(name("fast")), ..wish(4) }, good()),
        (Reason::QueueClosed, wish(4), Candidate { reading: Some((&closed, NOW.now)), ..good() }),
        (Reason::QueuesMissing, wish(4), Candidate { description: Some(&no_queues), ..good() }),
        (Reason::NodesOverLimit, with(&|wanted| wanted.nodes = 3), good()),
        (Reason::CoresOverLimit, with(&|wanted| wanted.cores = 9), good()),
        (Reason::CoresOverNode, with(&|wanted| wanted.cores = 5), good()),
        (Reason::MemoryOverLimit, with(&|wanted| wanted.memory_mib = Some(5000)), good()),
        (Reason::GpusMissing, with(&|wanted| wanted.gpus = 1), good()),
        (Reason::GpusOverNode, with(&|wanted| wanted.gpus = 2), Candidate { description: Some(&one_gpu_each), ..good() }),
        (Reason::TimeOverLimit, with(&|wanted| wanted.time = Seconds::hours(2)), good()),
        (Reason::NoPrice, wish(4), Candidate { costs: BTreeMap::new(), ..good() }),
        (
            Reason::NoBalance,
            wish(4),
            Candidate { costs: [(name("normal"), Cost::Unpaid(money(5), "5 is missing".to_owned()))].into(), ..good() },
        ),
        (Reason::PreSubmitRefused, wish(4), Candidate { pre_submit: PreSubmit::Refused("too many atoms".to_owned()), ..good() }),
        (Reason::PreSubmitSilent, wish(4), Candidate { pre_submit: PreSubmit::Silent, ..good() }),
    ];
    for (expected, wish, candidate) in &cases {
        let evaluation = evaluate(wish, std::slice::from_ref(candidate), NOW);
        let Verdict::NotEligible(told) = &evaluation.machines[0].verdict else {
            panic!("{expected:?} was not found");
        };
        assert_eq!(told.reason, *expected);
        for (name, value) in &told.values {
            let said = match value {
                Value::Text(text) => told.sentence.contains(text),
                Value::Number(number) if name.ends_with("_s") => told.sentence.contains(&Seconds(*number).to_string()),
                Value::Number(number) => told.sentence.contains(&number.to_string()),
            };
            // The made-up sentence of an account that is short names no sum.
            assert!(said || name == "sum", "{name} of {told:?}");
        }
        let refusal = evaluation.refusal().unwrap();
        if *expected != Reason::NotChosenByUser {
            assert_eq!((refusal.word(), refusal.kind(), refusal.wrong_field()), (expected.word(), expected.kind(), expected.field()));
        }
        let stored = serde_json::to_string(&evaluation).unwrap();
        assert!(stored.contains(&format!("\"{}\"", expected.word())), "{stored}");
        assert_eq!(serde_json::from_str::<Evaluation>(&stored).unwrap(), evaluation);
    }
    for reason in Reason::ALL {
        assert!(cases.iter().any(|(tried, ..)| tried == reason), "{reason:?} has no case");
    }
}

#[test]
fn the_most_cores_are_those_of_the_largest_queue_as_far_as_the_nodes_have_them() {
    let mut described = description(8);
    let long = QueueLimits { name: name("long"), max_cores: Some(3), ..described.queues[0].clone() };
    described.queues.push(long);
    assert_eq!([1, 2, 3].map(|nodes| most_cores(&described, None, nodes)), [4, 8, 8]);
    assert_eq!(most_cores(&described, Some(&name("long")), 2), 3);
    assert_eq!(most_cores(&described, Some(&name("none")), 2), 0);
}

#[test]
fn an_app_made_for_some_machines_runs_only_there() {
    let (described, free) = (description(8), reading(8, 0));
    let all = [candidate(1, "a/m", &described, &free, 1), candidate(2, "b/n", &described, &free, 5)];
    let label = |hosts: &[&str]| {
        let wish = Wish { hosts: hosts.iter().map(|host| (*host).to_owned()).collect(), ..wish(4) };
        evaluate(&wish, &all, NOW).taken().map(|(one, _)| one.label.clone())
    };
    assert_eq!(label(&["n"]).as_deref(), Some("b/n"));
    assert_eq!(label(&["b/n", "b/m"]).as_deref(), Some("b/n"));
    assert_eq!(label(&["n", "m"]).as_deref(), Some("a/m"));
    assert_eq!(label(&["b", "c/m", "a/"]), None);
    let elsewhere = Wish { hosts: vec!["n".to_owned()], machine: Some(all[0].machine), ..wish(4) };
    let refusal = evaluate(&elsewhere, &all, NOW).refusal().unwrap();
    assert_eq!((refusal.word(), refusal.message()), ("host_not_suited", "no machine can run this job: a/m: the app is made for n only"));
}

#[test]
fn a_queue_that_may_open_is_waited_for_though_another_one_is_too_small() {
    let (mut described, mut load) = (description(8), reading(8, 0));
    let long = QueueLimits { name: name("long"), default: false, max_time: None, ..described.queues[0].clone() };
    described.queues.push(long);
    load.queues.push(QueueLoad { name: name("long"), state: ServingState::Closed, ..load.queues[0].clone() });
    let mut only = candidate(1, "a/m", &described, &load, 1);
    only.costs.insert(name("long"), Cost::Payable(money(3)));
    let mut day = wish(4);
    day.resources.time = Seconds::days(1);
    let refusal = evaluate(&day, &[only], NOW).refusal().unwrap();
    assert_eq!((refusal.word(), refusal.kind()), ("queue_closed", ErrorKind::Unavailable));
}

#[test]
fn reasons_that_differ_but_are_all_final_refuse_the_job_with_each_machine_s_sentence() {
    let (small, large, free) = (description(8), description(64), reading(64, 0));
    let too_small = candidate(1, "a/small", &small, &free, 1);
    let closed_to_you = Candidate { grant: Grant::Refused("no rule fits".to_owned()), ..candidate(2, "b/large", &large, &free, 1) };
    let dear = Candidate {
        costs: [(name("normal"), Cost::Unpaid(money(5), "5 is missing".to_owned()))].into(),
        ..candidate(3, "c/large", &large, &free, 1)
    };
    let refusal = |all: &[Candidate<'_>]| evaluate(&wish(16), all, NOW).refusal().unwrap();
    let both = refusal(&[too_small.clone(), closed_to_you.clone()]);
    assert_eq!((both.word(), both.kind(), both.wrong_field()), ("no_machine", ErrorKind::Invalid, None));
    assert_eq!(
        both.message(),
        "no machine can run this job: a/small: 16 cores are asked for, queue 'normal' gives a job at most 8; b/large: no rule fits"
    );
    assert_eq!(refusal(&[too_small.clone(), closed_to_you, dear]).kind(), ErrorKind::Unpaid);
    // An unreachable machine is not waited for where it is known to be too small.
    let away = Candidate { connected: false, reading: None, ..too_small.clone() };
    assert_eq!(refusal(&[too_small.clone(), away]).word(), "cores_over_limit");
    let unknown = Candidate { connected: false, description: None, ..candidate(4, "d/new", &large, &free, 1) };
    assert_eq!(refusal(&[too_small, unknown]).kind(), ErrorKind::Unavailable);
}

#[test]
fn a_job_too_long_for_the_default_queue_goes_to_one_that_takes_it() {
    let (mut described, mut load) = (description(8), reading(8, 0));
    let long = QueueLimits { name: name("long"), default: false, max_time: None, ..described.queues[0].clone() };
    described.queues.insert(0, long);
    load.queues.push(QueueLoad { name: name("long"), ..load.queues[0].clone() });
    let mut only = candidate(1, "a/m", &described, &load, 1);
    only.costs.insert(name("long"), Cost::Payable(money(3)));
    let queue = |wish: &Wish| evaluate(wish, std::slice::from_ref(&only), NOW).taken().unwrap().1.queue.to_string();
    assert_eq!(queue(&wish(4)), "normal");
    let mut day = wish(4);
    day.resources.time = Seconds::days(1);
    assert_eq!(queue(&day), "long");
    assert_eq!(queue(&Wish { queue: Some(name("long")), ..wish(4) }), "long");
}

#[test]
fn a_queue_that_starts_nothing_is_the_last_choice() {
    let (described, mut stopped, busy) = (description(8), reading(8, 0), reading(0, u64::MAX));
    stopped.queues[0].state = ServingState::Queueing;
    let all = [candidate(1, "a/stopped", &described, &stopped, 1), candidate(2, "b/busy", &described, &busy, 9)];
    assert_eq!(evaluate(&wish(4), &all, NOW).taken().unwrap().0.label, "b/busy");
    assert_eq!(evaluate(&wish(4), &all[..1], NOW).taken().unwrap().1.wait, None);
}

/// What stands in a job's way on a made-up machine, by chance: what passes by itself, and what does not.
#[derive(Clone, Debug)]
struct Trouble {
    cores: u32,
    passes: Option<Reason>,
    stays: Option<Reason>,
}

fn trouble() -> impl Strategy<Value = Trouble> {
    let passing: Vec<_> = Reason::ALL.iter().copied().filter(|reason| !reason.is_final()).collect();
    let passes = prop::option::of(prop::sample::select(passing));
    let stays = prop::option::weighted(0.3, prop::sample::select(vec![Reason::NoGrant, Reason::NoBalance, Reason::HostNotSuited]));
    (2u32..64, passes, stays).prop_map(|(cores, passes, stays)| Trouble { cores, passes, stays })
}

impl Trouble {
    /// What the hub knows of the machine itself.
    fn known(&self) -> (Description, Reading) {
        let (mut description, mut reading) = (description(self.cores), reading(64, 0));
        match self.passes {
            Some(Reason::AppNotDeployed) => description.deployments.clear(),
            Some(Reason::AppNotReady) => description.deployments[0].ready = false,
            Some(Reason::QueueClosed) => reading.queues[0].state = ServingState::Closed,
            Some(Reason::QueuesMissing) => description.queues.clear(),
            _ => {}
        }
        (description, reading)
    }

    fn candidate<'a>(&self, number: u8, (description, reading): &'a (Description, Reading)) -> Candidate<'a> {
        let label = if self.stays == Some(Reason::HostNotSuited) { "c/other" } else { "c/m" };
        let mut one = candidate(number, label, description, reading, 1);
        match self.passes {
            Some(Reason::MachineDisabled) => one.disabled = true,
            Some(Reason::GatewayOffline) => one.connected = false,
            Some(Reason::NotDescribed) => one.description = None,
            Some(Reason::ReadingMissing) => one.reading = None,
            Some(Reason::ReadingStale) => one.reading = Some((reading, NOW.now - Seconds(121))),
            Some(Reason::GrantUnknown) => one.grant = Grant::Unknown,
            Some(Reason::NoPrice) => one.costs.clear(),
            Some(Reason::PreSubmitSilent) => one.pre_submit = PreSubmit::Silent,
            _ => {}
        }
        match self.stays {
            Some(Reason::NoGrant) => one.grant = Grant::Refused("no rule fits".to_owned()),
            Some(Reason::NoBalance) => drop(one.costs.insert(name("normal"), Cost::Unpaid(money(5), "5 is missing".to_owned()))),
            _ => {}
        }
        one
    }

    /// Whether it could run the job, as far as anybody knows, once what passes has passed.
    fn could(&self, cores: u32) -> bool {
        // How large a machine is, and what a job costs there, is not known before it is described and has a queue.
        let unknown = matches!(self.passes, Some(Reason::NotDescribed | Reason::QueuesMissing));
        let fits = unknown || cores * 2 <= self.cores;
        let pays = unknown || self.stays != Some(Reason::NoBalance);
        fits && pays && !matches!(self.stays, Some(Reason::NoGrant | Reason::HostNotSuited))
    }
}

/// What a made-up machine is like: cores, idle cores, queued work, cost, connected, disabled.
type Made = (u32, u32, u64, i64, bool, bool);

fn made() -> impl Strategy<Value = Vec<Made>> {
    prop::collection::vec((2u32..64, 0u32..64, 0u64..100_000, 0i64..5, any::<bool>(), prop::bool::weighted(0.2)), 0..8)
}

/// Evaluates made-up machines in the order given; the number says which machine it is.
fn evaluated(wish: &Wish, machines: &[(u8, Made)]) -> Evaluation {
    let parts: Vec<_> = machines.iter().map(|(_, made)| (description(made.0), reading(made.1, made.2))).collect();
    let labels: Vec<_> = machines.iter().map(|(number, _)| format!("center/m{}", number % 3)).collect();
    let candidates: Vec<_> = machines
        .iter()
        .zip(&parts)
        .zip(&labels)
        .map(|(((number, made), (described, load)), label)| Candidate {
            connected: made.4,
            disabled: made.5,
            ..candidate(*number, label, described, load, made.3)
        })
        .collect();
    evaluate(wish, &candidates, NOW)
}

fn numbered(machines: Vec<Made>) -> Vec<(u8, Made)> {
    (0..).zip(machines).collect()
}

proptest! {
    #[test]
    fn a_job_waits_exactly_if_a_machine_could_run_it_once_what_passes_has_passed(
        machines in prop::collection::vec(trouble(), 1..6),
        cores in 1u32..32,
    ) {
        let known: Vec<_> = machines.iter().map(Trouble::known).collect();
        let candidates: Vec<_> = (0..).zip(machines.iter().zip(&known)).map(|(number, (one, known))| one.candidate(number, known)).collect();
        let refusal = evaluate(&Wish { hosts: vec!["m".to_owned()], ..wish(cores) }, &candidates, NOW).refusal();
        let waits = refusal.is_none_or(|refusal| refusal.kind() == ErrorKind::Unavailable);
        prop_assert_eq!(waits, machines.iter().any(|one| one.could(cores)));
    }

    #[test]
    fn the_chosen_machine_is_eligible_and_one_is_chosen_if_any_is(machines in made(), cores in 1u32..64) {
        let evaluation = evaluated(&wish(cores), &numbered(machines));
        prop_assert_eq!(evaluation.taken().is_some(), evaluation.eligible().next().is_some());
        prop_assert_eq!(evaluation.chosen.is_some(), evaluation.taken().is_some());
        prop_assert_eq!(evaluation.refusal().is_some(), evaluation.chosen.is_none());
    }

    #[test]
    fn the_order_of_candidates_does_not_matter(machines in made(), cores in 1u32..64, turn in 0usize..8) {
        let straight = numbered(machines);
        let mut turned = straight.clone();
        turned.reverse();
        let length = turned.len().max(1);
        turned.rotate_left(turn % length);
        prop_assert_eq!(evaluated(&wish(cores), &straight), evaluated(&wish(cores), &turned));
    }

    #[test]
    fn one_more_idle_machine_never_makes_the_start_later(machines in made(), cores in 1u32..64) {
        let wait = |evaluation: &Evaluation| evaluation.taken().map_or(u64::MAX, |(_, eligible)| eligible.wait.map_or(u64::MAX, |wait| wait.0));
        let before = numbered(machines);
        let mut after = before.clone();
        after.push((100, (128, 128, 0, 9, true, false)));
        let after = evaluated(&wish(cores), &after);
        prop_assert!(wait(&after) <= wait(&evaluated(&wish(cores), &before)));
        prop_assert_eq!(wait(&after), 0);
    }
}
