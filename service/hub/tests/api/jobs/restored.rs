//! After something was lost: a hub restored from an older copy, a gateway without its disk, a gateway that is replaced.

use std::fs;

use serde_json::json;
use tieline_hub::app::jobs::refold;
use tieline_model::job::{AttemptKey, How, JobFact};
use tieline_model::{Id, IncarnationId, Seconds};
use tieline_store_hub::{books, facts, gateways, machines};

use crate::play::{Gateway, Play, is_run, staged_in};

#[tokio::test]
async fn a_hub_restored_from_an_older_copy_catches_up_with_a_gateway_that_is_ahead() {
    let mut play = Play::start().await;
    let known = play.placed().await;
    let unplaced = AttemptKey { job: play.job().await, number: 1 };
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.sqlite");
    let to = copy.clone();
    play.restart(move |database| assert!(fs::copy(database, to).unwrap() > 0)).await;

    play.runs(known, Seconds::minutes(30), How::Code(0)).await;
    play.happens(known, [JobFact::Finished]).await;
    play.place().await;
    play.gateway.wanted(unplaced, is_run).await;
    let unknown = play.placed().await;
    play.runs(unplaced, Seconds::minutes(6), How::Code(0)).await;
    play.happens(unknown, [JobFact::StageInStarted, staged_in()]).await;
    assert_eq!(play.funds().await, ("994.00 CNY".to_owned(), "10.00 CNY".to_owned()));

    play.restart(move |database| {
        fs::copy(&copy, database).unwrap();
        for tail in ["-wal", "-shm"] {
            // Both are gone where the store was closed in order.
            let _ = fs::remove_file(format!("{}{tail}", database.display()));
        }
    })
    .await;
    assert_eq!(play.state(known).await, "completed", "a known job catches up");
    assert_eq!(play.state(unplaced).await, "executed", "so does one that was placed after the copy was made");
    play.place().await;
    let open = tieline_hub::app::jobs::intents::open(&play.hub.app, play.gateway.id).await.unwrap();
    assert!(open.is_empty(), "nothing is run a second time: {open:?}");
    assert_eq!(play.funds().await, ("994.00 CNY".to_owned(), "0.00 CNY".to_owned()), "each is charged once");
    play.happens(unplaced, [JobFact::Finished]).await;
    assert_eq!(play.state(unplaced).await, "completed");
    let aside = facts::kept_aside(play.hub.app.store.read(), 10).await.unwrap();
    assert_eq!(
        aside.iter().map(|fact| (fact.key, &fact.body)).collect::<Vec<_>>(),
        [(unknown, &staged_in()), (unknown, &JobFact::StageInStarted)]
    );
    assert_eq!(aside[0].refused.as_deref(), Some("this hub does not know the job"));
    play.hub.get(format!("/jobs/{}", unknown.job)).as_user("alice").await.expect(404);
    books::audit(play.hub.app.store.read()).await.unwrap();
    let report = refold::check(&play.hub.app).await.unwrap();
    assert_eq!((report.differences, report.unknown), (Vec::new(), vec![unknown]));
}

#[tokio::test]
async fn a_gateway_that_lost_its_disk_hears_again_what_it_had_kept_and_counts_from_one() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    play.happens(key, [JobFact::StageInStarted]).await;
    let app = play.hub.app.clone();
    play.gateway.leave(&app).await;
    play.gateway.incarnation = IncarnationId::from_bytes([2; 16]);
    play.gateway.spool.clear();
    play.gateway.arrive(&app).await;
    assert!(play.gateway.wanted(key, is_run).await.kept_before, "so it looks for what runs already");
    play.runs(key, Seconds(60), How::Code(0)).await;
    assert_eq!((play.state(key).await.as_str(), play.gateway.spool[0].number), ("executed", 1));
}

#[tokio::test]
async fn the_jobs_of_a_machine_move_with_it_to_the_gateway_that_replaces_a_dead_one() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    let app = play.hub.app.clone();
    play.gateway.leave(&app).await;
    let tx = app.store.begin().await.unwrap();
    gateways::set_revoked(&tx, play.gateway.id, true).await.unwrap();
    tx.commit().await.unwrap();
    play.gateway = Gateway::enrol(&play.hub).await;
    play.describe(&crate::play::description("fast")).await;
    play.gateway.is_over().await;
    play.gateway.arrive(&app).await;
    assert!(play.gateway.wanted(key, is_run).await.kept_before);
    play.runs(key, Seconds(60), How::Code(0)).await;
    assert_eq!(play.state(key).await, "executed");
    assert_eq!(machines::find(app.store.read(), "fast").await.unwrap().gateway, play.gateway.id);
    let listed = play.hub.get("/jobs?machine=fast").as_user("alice").await.expect(200).json();
    assert_eq!(listed["items"][0]["id"], json!(key.job));
}

#[tokio::test]
async fn facts_that_a_gateway_has_forgotten_are_passed_over_once_it_says_so() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    for fact in [JobFact::StageInStarted, staged_in(), JobFact::SubmitStarted] {
        play.gateway.note(play.hub.clock.now(), key, &fact);
    }
    let app = play.hub.app.clone();
    play.gateway.leave(&app).await;
    play.gateway.spool.remove(0);
    play.gateway.arrive(&app).await;
    assert_eq!(play.state(key).await, "submitting");
    assert_eq!(facts::cursor(app.store.read(), play.gateway.id, play.gateway.incarnation).await.unwrap(), 3);
}
