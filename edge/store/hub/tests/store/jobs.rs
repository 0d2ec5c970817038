//! Jobs: the list against a naive filter, and one job for one key.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tieline_model::job::{AttemptKey, Base, NativeId, State, StateName};
use tieline_model::{AccountId, ErrorKind, GatewayId, JobId, MachineId, UserId};
use tieline_store_hub::attempts::{self, Attempt, Transition};
use tieline_store_hub::jobs::{self, Filter, Job, Summary};
use tieline_store_hub::{Store, apps as editions, intents};

use super::apps::edition;
use crate::engines::id;
use crate::{for_each_engine, moment, seeded};

const NAMES: [&str; 6] = ["water box", "100% done", "under_score", "水盒子", "back\\slash", "WATER"];
const TEXTS: [&str; 9] = ["", "water", "%", "_", "盒", "\\", "0% d", "nothing", "r_s"];

fn naive(job: &Job, filter: &Filter) -> bool {
    let lower = |text: &str| text.to_ascii_lowercase();
    filter.user.is_none_or(|user| job.user == user)
        && filter.state.is_none_or(|state| job.state == state)
        && filter.base.is_none_or(|base| job.state.base() == base)
        && filter.app.as_ref().is_none_or(|app| job.app == *app)
        && filter.machine.is_none_or(|machine| job.machine == Some(machine))
        && filter.name.as_ref().is_none_or(|text| lower(&job.name).contains(&lower(text)))
        && filter.since.is_none_or(|since| job.created >= since)
        && filter.until.is_none_or(|until| job.created < until)
        && filter.deleted == job.deleted
        && filter.after.is_none_or(|after| job.id < after)
}

/// Jobs of two people in every state.
async fn several(store: &Store) -> (Vec<Job>, [UserId; 2], [MachineId; 2]) {
    let tx = store.begin().await.unwrap();
    let people = [seeded(&tx, "ada").await.id, seeded(&tx, "eve").await.id];
    let machines = [id::<MachineId>(), id::<MachineId>()];
    let (lammps, shell) = (edition("lammps", "1", 1), edition("shell", "1", 2));
    for edition in [&lammps, &shell] {
        editions::publish(&tx, edition).await.unwrap();
    }
    let mut all = Vec::new();
    for number in 0usize..120 {
        let edition = if number % 3 == 0 { &lammps } else { &shell };
        let job = Job {
            id: id::<JobId>(),
            user: people[usize::from(number % 4 == 0)],
            account: id::<AccountId>(),
            app_version: edition.id,
            app: edition.app.clone(),
            name: NAMES[number % NAMES.len()].to_owned(),
            remark: String::new(),
            request: "{}".to_owned(),
            attempt: 1,
            state: StateName::ALL[number % StateName::ALL.len()],
            machine: [None, Some(machines[0]), Some(machines[1])][number % 5 % 3],
            created: moment(i64::try_from(number).unwrap() / 2),
            changed: moment(500),
            ended: None,
            deleted: number % 7 == 0,
        };
        jobs::insert(&tx, &job, None).await.unwrap();
        all.push(job);
    }
    tx.commit().await.unwrap();
    all.reverse();
    (all, people, machines)
}

fn filters(ids: Vec<JobId>, people: [UserId; 2], machines: [MachineId; 2]) -> impl Strategy<Value = Filter> {
    use proptest::option::of;
    use proptest::sample::select;
    let bases = vec![Base::Pending, Base::Running, Base::Finished, Base::Failed, Base::Canceled];
    let apps: Vec<_> = ["lammps", "shell", "gromacs"].into_iter().map(|name| name.parse().unwrap()).collect();
    let who = (of(select(people.to_vec())), of(select(machines.to_vec())), of(select(apps)));
    let what = (of(select(StateName::ALL.to_vec())), of(select(bases)), of(select(TEXTS.map(str::to_owned).to_vec())));
    let when = (of((0i64..70).prop_map(moment)), of((0i64..70).prop_map(moment)), of(select(ids)), any::<bool>());
    (who, what, when).prop_map(|((user, machine, app), (state, base, name), (since, until, after, deleted))| Filter {
        user,
        state,
        base,
        app,
        machine,
        name,
        since,
        until,
        deleted,
        after,
    })
}

#[tokio::test]
async fn a_list_holds_exactly_what_every_combination_of_filters_lets_through() {
    for_each_engine(async |store| {
        let (all, people, machines) = several(&store).await;
        let filters = filters(all.iter().map(|job| job.id).collect(), people, machines);
        let mut runner = TestRunner::deterministic();
        let mut found_some = 0;
        for _ in 0..300 {
            let mut filter = filters.new_tree(&mut runner).unwrap().current();
            // Who asks for everything at once finds nothing.
            if filter.state.is_some() {
                (filter.base, filter.since, filter.machine) = (None, None, None);
            }
            let expected: Vec<_> = all.iter().filter(|job| naive(job, &filter)).take(10).cloned().map(Summary::from).collect();
            let found = jobs::list(store.read(), &filter, 10).await.unwrap();
            assert_eq!(found, expected, "{filter:?}");
            found_some += usize::from(!found.is_empty());
        }
        assert!(found_some > 60, "{found_some}");
    })
    .await;
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_or_a_double_while_jobs_are_added() {
    for_each_engine(async |store| {
        let (all, ..) = several(&store).await;
        let expected: Vec<_> = all.iter().filter(|job| !job.deleted).map(|job| job.id).collect();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut filter = Filter::default();
        loop {
            let page = jobs::list(store.read(), &filter, 7).await.unwrap();
            let Some(last) = page.last() else { break };
            filter.after = Some(last.id);
            seen.lock().unwrap().extend(page.iter().map(|job| job.id));
            let tx = store.begin().await.unwrap();
            jobs::insert(&tx, &Job { id: id(), deleted: false, ..all[0].clone() }, None).await.unwrap();
            tx.commit().await.unwrap();
        }
        assert_eq!(*seen.lock().unwrap(), expected);
        let oldest = jobs::page(store.read(), None, 3).await.unwrap();
        assert_eq!(oldest.iter().map(|job| job.id).collect::<Vec<_>>(), all.iter().rev().take(3).map(|job| job.id).collect::<Vec<_>>());
        assert_eq!(jobs::page(store.read(), Some(oldest[2].id), 1).await.unwrap()[0].id, all[all.len() - 4].id);
    })
    .await;
}

#[tokio::test]
async fn a_key_of_a_person_names_one_job() {
    for_each_engine(async |store| {
        let (all, ..) = several(&store).await;
        let tx = store.begin().await.unwrap();
        let first = Job { id: id(), ..all[0].clone() };
        jobs::insert(&tx, &first, Some("nightly")).await.unwrap();
        let other = all.iter().find(|job| job.user != first.user).unwrap();
        jobs::insert(&tx, &Job { id: id(), ..other.clone() }, Some("nightly")).await.unwrap();
        tx.commit().await.unwrap();
        let tx = store.begin().await.unwrap();
        let error = jobs::insert(&tx, &Job { id: id(), ..first.clone() }, Some("nightly")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        drop(tx);
        assert_eq!(jobs::by_client_key(store.read(), first.user, "nightly").await.unwrap(), Some(first.clone()));
        assert_eq!(jobs::by_client_key(store.read(), first.user, "other").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn an_attempt_with_all_it_knows_is_read_as_it_was_written_and_moves_with_its_machine() {
    for_each_engine(async |store| {
        let (all, _, machines) = several(&store).await;
        let key = AttemptKey { job: all[0].id, number: 2 };
        let (from, to) = (id::<GatewayId>(), id::<GatewayId>());
        let native: NativeId = "77_[1-3]".parse().unwrap();
        let attempt = Attempt {
            gateway: Some(from),
            machine: Some(machines[0]),
            queue: Some("main".parse().unwrap()),
            evaluation: Some("{}".to_owned()),
            folder: Some("/jobs/水".to_owned()),
            native: Some(native.clone()),
            state: State::Running { native, started: moment(3) },
            transitions: 2,
            started: Some(moment(3)),
            ..Attempt::created(key, moment(1))
        };
        let step = |from, to, inferred, fact| Transition { from, to, at: moment(2), inferred, fact };
        let steps = [step(StateName::Created, StateName::Checking, true, 4), step(StateName::Checking, StateName::Placed, false, 4)];
        let tx = store.begin().await.unwrap();
        attempts::save(&tx, &Attempt::created(key, moment(1))).await.unwrap();
        attempts::save(&tx, &attempt).await.unwrap();
        for (ordinal, step) in (1..).zip(&steps) {
            attempts::add_transition(&tx, key, ordinal, step).await.unwrap();
        }
        let kind = "run".to_owned();
        let intent = intents::Intent { id: id(), gateway: from, key, kind, body: vec![1], created: moment(1), kept: Some(moment(2)) };
        intents::insert(&tx, &intent).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(attempts::by_key(store.read(), key).await.unwrap(), Some(attempt.clone()));
        assert_eq!(attempts::transitions(store.read(), key).await.unwrap(), steps);
        assert_eq!(attempts::in_states(store.read(), &[StateName::Running]).await.unwrap(), std::slice::from_ref(&attempt));
        let tx = store.begin().await.unwrap();
        assert_eq!(attempts::hand_over(&tx, machines[1], from, to).await.unwrap(), 0, "another machine");
        assert_eq!(attempts::hand_over(&tx, machines[0], from, to).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(attempts::of_job(store.read(), key.job).await.unwrap(), [Attempt { gateway: Some(to), ..attempt }]);
        assert_eq!(intents::open(store.read(), to).await.unwrap(), [intents::Intent { gateway: to, ..intent }], "kept before");
        let tx = store.begin().await.unwrap();
        attempts::forget(&tx, key.job).await.unwrap();
        tx.commit().await.unwrap();
        assert!(attempts::transitions(store.read(), key).await.unwrap().is_empty());
    })
    .await;
}
