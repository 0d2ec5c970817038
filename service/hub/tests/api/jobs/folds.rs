//! The stored rows are what their facts make of them: after any facts in any order, folding anew gives the same rows.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tieline_hub::app::jobs::facts::apply;
use tieline_hub::app::jobs::refold::{check, rebuild};
use tieline_model::job::{Actor, AttemptKey, Evidence, Exit, How, JobFact, Phase, Script, Sight, Usage};
use tieline_model::{Seconds, Sha256, Timestamp};
use tieline_store_hub::{attempts, books, job_files, jobs};

use crate::play::{Play, sighted, staged_in};

const BEGINNING: i64 = 1_800_000_000;

fn moment() -> impl Strategy<Value = Timestamp> {
    (0i64..7200).prop_map(|second| Timestamp::from_seconds(BEGINNING + second))
}

fn usage() -> impl Strategy<Value = Usage> {
    let evidence = prop_oneof![Just(Evidence::Accounting), Just(Evidence::Bracket), Just(Evidence::Sentinel)];
    (moment(), 0u64..3600, evidence).prop_map(|(started, lasted, evidence)| Usage {
        ended: started + Seconds(lasted),
        evidence,
        ..crate::play::usage(started, started)
    })
}

fn exit() -> impl Strategy<Value = Exit> {
    let how = prop_oneof![Just(How::Code(0)), Just(How::Code(1)), Just(How::Canceled), Just(How::TimedOut), Just(How::Signal(9))];
    (how, proptest::option::of(moment()), moment()).prop_map(|(how, started, ended)| Exit { how, started, ended })
}

fn fact() -> impl Strategy<Value = JobFact> {
    let sight = prop_oneof![
        Just(Sight::Queued { reason: None, expected: None }),
        Just(Sight::Held { reason: Some("JobHeldUser".to_owned()) }),
        Just(Sight::Requeued),
        moment().prop_map(|started| Sight::Running { started, nodes: vec!["n1".to_owned()] }),
        moment().prop_map(|started| Sight::Suspended { started }),
    ];
    let native = proptest::option::of(Just("77".parse().unwrap()));
    let path = prop_oneof![Just("out.txt"), Just("a/b.log"), Just("ä")];
    let brought = proptest::option::of(Just(Sha256([5; 32])));
    prop_oneof![
        1 => Just(JobFact::StageInStarted),
        1 => Just(staged_in()),
        1 => Just(JobFact::SubmitStarted),
        4 => sight.prop_map(sighted),
        1 => moment().prop_map(|since| JobFact::Vanished { since }),
        2 => (native, exit(), proptest::option::of(usage())).prop_map(|(native, exit, usage)| JobFact::Ended {
            native,
            exit,
            usage,
            evidence: Evidence::Accounting
        }),
        2 => usage().prop_map(|usage| JobFact::UsageKnown { usage }),
        1 => Just(JobFact::StageOutStarted),
        2 => (path, 0u64..9, brought).prop_map(|(path, size, brought)| JobFact::Output { path: path.parse().unwrap(), size, brought }),
        1 => Just(JobFact::Purged),
        1 => Just(JobFact::Finished),
        1 => Just(JobFact::Failed { phase: Phase::Submit, reason: "refused".to_owned(), hint: None }),
        1 => Just(JobFact::CancelRequested { by: Actor::Center, reason: None }),
        1 => Just(JobFact::Canceled),
        1 => Just(JobFact::ScriptRan { script: Script::Submit, status: 0, took: Seconds(1), log: "done".to_owned() }),
    ]
}

#[tokio::test]
async fn folding_anew_gives_the_stored_rows_after_any_facts() {
    let mut play = Play::start().await;
    play.top_up(100_000).await;
    let mut runner = TestRunner::deterministic();
    let histories = proptest::collection::vec((moment(), fact()), 1..40);
    let mut keys = Vec::new();
    for _ in 0..40 {
        let key = play.placed().await;
        let history = histories.new_tree(&mut runner).unwrap().current();
        let batch = history.iter().map(|(at, fact)| play.gateway.note(*at, key, fact)).collect();
        apply(&play.hub.app, play.gateway.id, play.gateway.incarnation, batch).await.unwrap();
        if play.attempt(key).await.state.is_final() && play.state(key).await != "completed" {
            play.hub.post(format!("/jobs/{}/retry", key.job), serde_json::json!({})).as_user("alice").await.expect(200);
            play.place().await;
            let again = AttemptKey { number: 2, ..key };
            let history = histories.new_tree(&mut runner).unwrap().current();
            let batch = history.iter().map(|(at, fact)| play.gateway.note(*at, again, fact)).collect();
            apply(&play.hub.app, play.gateway.id, play.gateway.incarnation, batch).await.unwrap();
        }
        keys.push(key);
    }
    let report = check(&play.hub.app).await.unwrap();
    assert_eq!(report.differences, [""; 0]);
    assert!(report.jobs == 40 && report.facts > 400, "{report:?}");
    books::audit(play.hub.app.store.read()).await.unwrap();
    for key in &keys {
        let free = tieline_store_hub::holds::of_attempt(play.hub.app.store.read(), *key).await.unwrap().unwrap().released.is_some();
        assert!(free || !play.attempt(*key).await.state.is_final(), "{key} is over and its money is still held");
    }
    spoil(&play, &keys).await;
    let found = rebuild(&play.hub.app).await.unwrap().differences;
    assert!(found.len() == 3, "{found:?}");
    assert_eq!(check(&play.hub.app).await.unwrap().differences, [""; 0]);
}

/// Makes rows wrong, as a fault in the program would.
async fn spoil(play: &Play, keys: &[AttemptKey]) {
    let tx = play.hub.app.store.begin().await.unwrap();
    let mut attempt = attempts::by_key(&tx, keys[0]).await.unwrap().unwrap();
    attempt.folder = Some("/wrong".to_owned());
    attempts::save(&tx, &attempt).await.unwrap();
    let mut job = jobs::by_id(&tx, keys[1].job).await.unwrap().unwrap();
    job.changed = Timestamp::from_seconds(1);
    jobs::update(&tx, &job).await.unwrap();
    let wrong = job_files::JobFile { path: "invented".parse().unwrap(), size: 1, sha256: None, gone: false };
    job_files::save(&tx, keys[2], &wrong).await.unwrap();
    tx.commit().await.unwrap();
}
