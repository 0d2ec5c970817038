//! A hub lives on from the database of another one, of the present schema and of every older one, on both engines.
//!
//! Older databases lie as SQL text in `edge/store/hub/tests/older`; the page there says how one gets in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;
use tieline_hub::app::jobs::refold;
use tieline_model::job::{AttemptKey, Evidence, How, JobFact, Sight, Usage};
use tieline_model::{Seconds, Sha256};
use tieline_store_hub::{Store, books};
use tieline_testkit::{postgres, sql};

use crate::hub::PASSWORD;
use crate::play::{Play, ended, is_run, queued, running, sighted, staged_in, usage};
use crate::stage::announced;

/// Set to anything, the present schema's database is written to the older ones.
const KEEP: &str = "TIELINE_KEEP_SCHEMA";
/// The jobs of a life, and what has become of them.
const JOBS: [(&str, &str); 10] = [
    ("again", "placed"),
    ("canceled", "canceled"),
    ("done", "completed"),
    ("executed", "executed"),
    ("held", "held"),
    ("leaving", "staging_out"),
    ("lost", "lost"),
    ("queued", "queued"),
    ("running", "running"),
    ("waiting", "created"),
];

#[tokio::test]
async fn a_hub_lives_on_from_a_copy_of_the_present_schema_on_sqlite_and_postgres() {
    for engine in ["sqlite", "postgres"] {
        let folder = tempfile::tempdir().unwrap();
        let [first, second] = [database(engine, folder.path(), "first").await, database(engine, folder.path(), "second").await];
        live(&first).await;
        let text = sql::dump(&first).await.unwrap();
        if std::env::var_os(KEEP).is_some() {
            let newest = older().join(Store::schemas().pop().unwrap());
            std::fs::create_dir_all(&newest).unwrap();
            std::fs::write(newest.join(format!("{engine}.sql")), &text).unwrap();
        }
        sql::load(&second, &text).await.unwrap();
        live_on(second).await;
    }
}

#[tokio::test]
async fn a_hub_lives_on_from_every_older_schema_on_sqlite_and_postgres() {
    for schema in Store::schemas().iter().filter(|schema| older().join(schema).is_dir()) {
        for engine in ["sqlite", "postgres"] {
            let folder = tempfile::tempdir().unwrap();
            let url = database(engine, folder.path(), "hub").await;
            let text = std::fs::read_to_string(older().join(schema).join(format!("{engine}.sql"))).unwrap();
            sql::load(&url, &text).await.unwrap();
            live_on(url).await;
        }
    }
}

fn older() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../edge/store/hub/tests/older")
}

async fn database(engine: &str, folder: &Path, name: &str) -> String {
    match engine {
        "postgres" => postgres::fresh_database().await.unwrap(),
        _ => format!("sqlite:{}", folder.join(format!("{name}.sqlite")).display()),
    }
}

/// Everything of which a row is kept: people, proofs, files, money, and jobs wherever a job can be.
async fn live(url: &str) {
    let mut play = Play::start_with(|config| config.database.url = Some(url.to_owned())).await;
    people(&play).await;
    let done = play.placed_as("done").await;
    let started = play.hub.clock.now();
    play.runs(done, Seconds::minutes(30), How::Code(0)).await;
    let seen = Usage { evidence: Evidence::Accounting, cores: 2, ..usage(started, play.hub.clock.now()) };
    let output = |path: &str, brought| JobFact::Output { path: path.parse().unwrap(), size: 6, brought };
    let left =
        [output("out.txt", Some(Sha256([9; 32]))), output("large.bin", None), JobFact::Finished, JobFact::UsageKnown { usage: seen }];
    play.happens(done, [JobFact::StageOutStarted]).await;
    play.happens(done, left).await;
    for (name, facts) in [
        ("held", vec![sighted(Sight::Held { reason: Some("JobHeldUser".to_owned()) })]),
        ("lost", vec![running(started), JobFact::Vanished { since: started }]),
        ("queued", vec![queued()]),
        ("running", vec![running(started)]),
        ("executed", vec![running(started), ended(How::Code(0), started, started + Seconds(60))]),
        ("leaving", vec![running(started), ended(How::Code(0), started, started + Seconds(60)), JobFact::StageOutStarted]),
        ("canceled", vec![JobFact::Canceled]),
        ("again", vec![running(started), ended(How::Code(3), started, started + Seconds(60)), JobFact::Finished]),
    ] {
        let key = play.placed_as(name).await;
        play.happens(key, [JobFact::StageInStarted, staged_in(), JobFact::SubmitStarted]).await;
        if name == "canceled" {
            play.hub.post(format!("/jobs/{}/cancel", key.job), json!({})).as_user("alice").await.expect(200);
        }
        play.happens(key, facts).await;
        if name == "again" {
            play.hub.post(format!("/jobs/{}/retry", key.job), json!({})).as_user("alice").await.expect(200);
            play.place().await;
        }
    }
    play.named("waiting").await;
    play.end().await;
}

async fn people(play: &Play) {
    let hub = &play.hub;
    hub.put("/users/bob/blocked", json!({ "blocked": true })).as_user("root").await.expect(200);
    hub.post("/tokens", json!({ "name": "nightly", "expires_in_days": 1 })).as_user("alice").await.expect(201);
    hub.delete("/sessions/current").as_user("alice").await.expect(204);
    hub.post("/accounts", json!({ "name": "fluids", "owner": "alice" })).as_user("root").await.expect(201);
    hub.put("/accounts/fluids/members/carol", json!({ "role": "member" })).as_user("alice").await.expect(200);
    announced(hub, "half.bin").as_user("alice").await.expect(201);
}

/// Opens a database in which [`live`] was, and lets its people and jobs go on.
async fn live_on(url: String) {
    let mut play = Play::over(url).await;
    let jobs = jobs(&play).await;
    let states: Vec<_> = jobs.iter().map(|(name, (_, state))| (name.as_str(), state.as_str())).collect();
    assert_eq!(states, JOBS);
    is_sound(&play).await;
    let sign_in = |name: &str| play.hub.post("/sessions", json!({ "name": name, "password": PASSWORD }));
    sign_in("alice").await.expect(200);
    assert_eq!(sign_in("bob").await.expect(403).json()["code"], "blocked");
    let before = play.funds().await;
    assert!(before.0.ends_with(" CNY") && before.0 != "1000.00 CNY", "something was paid for: {before:?}");

    let open = jobs["running"].0;
    let started = play.attempt(open).await.started.unwrap();
    play.happens(open, [ended(How::Code(0), started, started + Seconds::minutes(6)), JobFact::StageOutStarted, JobFact::Finished]).await;
    assert_eq!(play.state(open).await, "completed");
    play.place().await;
    let waiting = jobs["waiting"].0;
    play.gateway.wanted(waiting, is_run).await;
    let fresh = play.placed_as("fresh").await;
    for key in [jobs["queued"].0, waiting, fresh] {
        play.runs(key, Seconds(60), How::Code(0)).await;
        assert_eq!(play.state(key).await, "executed");
    }
    is_sound(&play).await;
    play.end().await;
}

async fn jobs(play: &Play) -> BTreeMap<String, (AttemptKey, String)> {
    let listed = play.hub.get("/jobs?limit=100").as_user("alice").await.expect(200).json();
    let text = |job: &serde_json::Value, field: &str| job[field].as_str().unwrap().to_owned();
    let one = |job: &serde_json::Value| {
        let number = if job["name"] == "again" { 2 } else { 1 };
        (text(job, "name"), (AttemptKey { job: text(job, "id").parse().unwrap(), number }, text(job, "state")))
    };
    listed["items"].as_array().unwrap().iter().map(one).collect()
}

/// All postings sum to zero, and everything folded is what its facts make of it.
async fn is_sound(play: &Play) {
    books::audit(play.hub.app.store.read()).await.unwrap();
    let report = refold::check(&play.hub.app).await.unwrap();
    assert_eq!((report.differences, report.unknown), (Vec::new(), Vec::new()));
}
