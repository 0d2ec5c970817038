//! Requests that make no job: what is wrong with them, and why no machine can run them.

use serde_json::{Value, json};
use tieline_model::machine::{Deployment, QueueLoad, Reading, ServingState};
use tieline_model::{Seconds, Sha256};
use tieline_store_hub::{apps, machines};

use crate::hub::Ask;
use crate::play::{Manners, Play, description, reading};

async fn jobs(play: &Play) -> usize {
    let listed = play.hub.get("/jobs?user=all").as_user("root").await.expect(200).json();
    listed["items"].as_array().unwrap().len()
}

/// The status and what of the body is for people.
async fn told(ask: Ask) -> Value {
    let answer = ask.as_user("alice").await;
    let body = answer.json();
    json!([answer.status, body["code"], body["field"], body["message"]])
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_request_is_named_and_nothing_is_made() {
    let play = Play::start().await;
    let missing = "fil_00000000000000000000000000";
    let mut all = Vec::new();
    let changes = [
        json!({ "app": "levitate" }),
        json!({ "app": "../shell" }),
        json!({ "version": "9.9.9" }),
        json!({ "files": {} }),
        json!({ "files": { "script": [] } }),
        json!({ "files": { "script": [missing] } }),
        json!({ "files": { "script": [play.script, play.script] } }),
        json!({ "files": { "nothing": [play.script] } }),
        json!({ "files": { "script": "first" } }),
        json!({ "params": { "levity": 1 } }),
        json!({ "params": { "args": 5 } }),
        json!({ "params": { "script": "x" } }),
        json!({ "params": [] }),
        json!({ "app": "lammps", "files": { "input": [play.script] }, "params": { "x": 500 } }),
        json!({ "app": "lammps", "files": { "input": [play.script] }, "params": { "x": "two" } }),
        json!({ "app": "lammps", "files": { "input": [play.script] }, "params": { "x": 1.5 } }),
        json!({ "cores": 0 }),
        json!({ "cores": "many" }),
        json!({ "cores": -1 }),
        json!({ "cores": 3, "nodes": 2 }),
        json!({ "nodes": 0 }),
        json!({ "time_s": 0 }),
        json!({ "memory_mib": 0 }),
        json!({ "name": "two\nlines" }),
        json!({ "name": "" }),
        json!({ "name": "x".repeat(129) }),
        json!({ "machine": "nowhere" }),
        json!({ "machine": "a\nb" }),
        json!({ "queue": "no queue; rm -rf /" }),
        json!({ "account": "somebody" }),
        json!({ "account": "bob" }),
        json!({ "colour": "red" }),
    ];
    for change in changes {
        let mut request = play.request();
        request.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        all.push(json!({ "with": change, "told": told(play.hub.post("/jobs", request)).await }));
    }
    let text = serde_json::to_string(&all).unwrap().replace(&play.script.to_string(), "[script]");
    insta::assert_json_snapshot!(serde_json::from_str::<Value>(&text).unwrap());
    let theirs = play.file("bob", "run.sh", b"echo bob\n").await;
    let mut request = play.request();
    request["files"]["script"] = json!([theirs]);
    play.hub.post("/jobs", request).as_user("alice").await.expect(404);
    play.hub.ask(http::Method::POST, "/jobs").body("application/json", &b"{\"app\": \"\xff\"}"[..]).as_user("alice").await.expect(400);
    let huge = format!("{{\"app\": \"{}\"}}", "x".repeat(2 << 20));
    play.hub.ask(http::Method::POST, "/jobs").body("application/json", huge).as_user("alice").await.expect(413);
    assert_eq!(jobs(&play).await, 0);
}

#[tokio::test]
async fn a_file_beyond_the_parameters_limit_is_refused() {
    let play = Play::start().await;
    let big = play.file("alice", "big.sh", vec![b'#'; (16 << 20) + 1].leak()).await;
    let mut request = play.request();
    request["files"]["script"] = json!([big]);
    let told = play.hub.post("/jobs", request).as_user("alice").await;
    assert!(told.status == 422 || told.status == 413, "{told:?}");
    assert!(told.json()["field"].as_str().unwrap().contains("script"), "{:?}", told.json());
    assert_eq!(jobs(&play).await, 0);
}

#[tokio::test]
async fn machines_are_compared_while_a_file_is_still_missing_and_no_job_is_made_of_that() {
    let play = Play::start().await;
    let mut request = play.request();
    request["files"] = json!({});
    let checked = play.hub.post("/apps/shell/check", request.clone()).as_user("alice").await.expect(200).json();
    assert_eq!(checked["errors"][0]["field"], "files.script", "{checked}");
    assert_eq!(checked["candidates"][0]["name"], "fast", "{checked}");
    play.hub.post("/jobs", request).as_user("alice").await.expect(422);
    assert_eq!(jobs(&play).await, 0);
}

/// Why the only machine cannot run it, from the check, and what making it answers.
async fn reason(play: &Play, change: Value) -> Value {
    let mut request = play.request();
    request.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let checked = play.hub.post("/apps/shell/check", request.clone()).as_user("alice").await.expect(200).json();
    let reasons = checked["candidates"].as_array().unwrap().iter().filter_map(|one| one["reasons"].get(0)).cloned().collect::<Vec<_>>();
    let told = told(play.hub.post("/jobs", request)).await;
    json!({ "reasons": reasons, "told": told })
}

#[tokio::test]
async fn every_reason_why_no_machine_can_run_a_job_has_its_word_and_its_sentence() {
    let mut play = Play::start().await;
    let mut all = Vec::new();
    for change in [
        json!({ "queue": "night" }),
        json!({ "nodes": 3, "cores": 3 }),
        json!({ "cores": 17 }),
        json!({ "cores": 9 }),
        json!({ "memory_mib": 32_768 }),
        json!({ "gpus": 1 }),
        json!({ "time_s": 86_401 }),
        json!({ "nodes": 2, "cores": 16, "time_s": 86_400 }),
    ] {
        all.push(reason(&play, change).await);
    }
    play.describe(&description("slow")).await;
    play.read_of("slow", &reading()).await;
    all.push(reason(&play, json!({ "machine": "slow" })).await);
    let tx = play.hub.app.store.begin().await.unwrap();
    let slow = machines::find(&tx, "slow").await.unwrap().id;
    machines::set_enabled(&tx, slow, false).await.unwrap();
    tx.commit().await.unwrap();
    all.push(reason(&play, json!({ "machine": "slow" })).await);

    let only_fast = json!({ "machine": "fast" });
    let closed = Reading { queues: vec![QueueLoad { state: ServingState::Closed, ..reading().queues[0].clone() }], ..reading() };
    play.read(&closed).await;
    all.push(reason(&play, only_fast.clone()).await);
    play.read(&reading()).await;
    let mut without = description("fast");
    without.deployments[0].ready = false;
    without.deployments[0].note = "sh was not found".to_owned();
    play.describe(&without).await;
    all.push(reason(&play, only_fast.clone()).await);
    without.deployments.remove(0);
    play.describe(&without).await;
    all.push(reason(&play, only_fast.clone()).await);
    play.describe(&description("fast")).await;

    *play.gateway.manners.lock().unwrap() = Manners { forbids: Some("no rule lets alice in".to_owned()), silent: false };
    all.push(reason(&play, only_fast.clone()).await);
    *play.gateway.manners.lock().unwrap() = Manners { forbids: None, silent: true };
    all.push(reason(&play, only_fast.clone()).await);
    *play.gateway.manners.lock().unwrap() = Manners::default();
    play.hub.pass(Seconds(121));
    all.push(reason(&play, only_fast.clone()).await);
    let app = play.hub.app.clone();
    play.gateway.leave(&app).await;
    all.push(reason(&play, only_fast).await);
    insta::assert_json_snapshot!(all);
    assert_eq!(jobs(&play).await, 0);
}

#[tokio::test]
async fn a_job_whose_money_is_spent_meanwhile_fails_before_it_is_submitted() {
    let play = Play::start().await;
    let dear = json!({ "nodes": 2, "cores": 16, "time_s": 21_600 });
    let mut request = play.request();
    request.as_object_mut().unwrap().extend(dear.as_object().unwrap().clone());
    let first = play.hub.post("/jobs", request.clone()).as_user("alice").await.expect(201).json();
    play.hub.pass(Seconds(1));
    let second = play.hub.post("/jobs", request).as_user("alice").await.expect(201).json();
    play.place().await;
    let state = async |job: &Value| {
        play.hub.get(format!("/jobs/{}/explain", job["id"].as_str().unwrap())).as_user("alice").await.expect(200).json()
    };
    assert_eq!(state(&first).await["state"], "placed");
    let failed = state(&second).await;
    assert_eq!(failed["state"], "failed");
    assert!(failed["sentence"].as_str().unwrap().contains("920.00 CNY more is needed"), "{failed}");
    assert_eq!(play.funds().await.1, "960.00 CNY");
}

#[tokio::test]
async fn a_job_waits_for_its_machine_and_says_why() {
    let mut play = Play::start().await;
    let job = play.job().await;
    let app = play.hub.app.clone();
    play.gateway.leave(&app).await;
    play.place().await;
    let told = play.hub.get(format!("/jobs/{job}/explain")).as_user("alice").await.expect(200).json();
    assert_eq!(told["state"], "checking");
    assert_eq!(told["sentence"], "it waits for a machine: no machine can run this job: east/fast: its gateway is not connected");
    assert_eq!(told["candidates"][0]["reasons"][0]["code"], "gateway_offline");
    play.gateway.arrive(&app).await;
    play.place().await;
    let told = play.hub.get(format!("/jobs/{job}/explain")).as_user("alice").await.expect(200).json();
    assert_eq!(told["state"], "placed");
    assert!(told["sentence"].as_str().unwrap().starts_with("it waits for the center's gateway: east/fast, queue main: "), "{told}");
}

#[tokio::test]
async fn a_waiting_job_that_no_machine_can_ever_run_fails_with_what_each_of_them_says() {
    let play = Play::start().await;
    let job = play.job().await;
    let (mut fast, mut slow) = (description("fast"), description("slow"));
    fast.queues[0].max_time = Some(Seconds(60));
    slow.queues[0].max_nodes = Some(0);
    play.describe(&fast).await;
    play.describe(&slow).await;
    play.read_of("slow", &reading()).await;
    play.place().await;
    let told = play.hub.get(format!("/jobs/{job}/explain")).as_user("alice").await.expect(200).json();
    assert_eq!(told["state"], "failed");
    let sentence = told["sentence"].as_str().unwrap();
    assert!(sentence.contains("east/fast: a time of 01:00:00") && sentence.contains("east/slow: 1 nodes are asked for"), "{sentence}");
    let refused = play.hub.post("/jobs", play.request()).as_user("alice").await.expect(422).json();
    assert_eq!(refused["code"], "no_machine", "a new one is refused at once: {refused}");
    // The larger machine is away but known to be too small: nobody waits for it.
    let app = play.hub.app.clone();
    let mut play = play;
    play.gateway.leave(&app).await;
    play.hub.post("/jobs", play.request()).as_user("alice").await.expect(422);
}

#[tokio::test]
async fn an_app_made_for_one_machine_is_refused_by_the_others() {
    let play = Play::start().await;
    let shell = apps::current(play.hub.app.store.read()).await.unwrap().into_iter().find(|one| one.app.as_str() == "shell").unwrap();
    let publish = async |hosts: &str, number: u8| {
        let manifest = format!("hosts = [\"{hosts}\"]\n{}", shell.manifest);
        let edition = apps::AppVersion { id: play.hub.clock.id(), manifest, sha256: Sha256([number; 32]), ..shell.clone() };
        let tx = play.hub.app.store.begin().await.unwrap();
        apps::publish(&tx, &edition).await.unwrap();
        tx.commit().await.unwrap();
    };
    publish("other", 1).await;
    let told = reason(&play, json!({})).await;
    assert_eq!(told["reasons"][0]["code"], "host_not_suited", "{told}");
    assert_eq!(told["told"][0], 422);
    publish("east/fast", 2).await;
    play.hub.post("/jobs", play.request()).as_user("alice").await.expect(201);
}

#[tokio::test]
async fn the_same_idempotency_key_makes_one_job_also_when_both_requests_come_at_once() {
    let play = Play::start().await;
    let ask = || play.hub.post("/jobs", play.request()).header("idempotency-key", "nightly-7").as_user("alice");
    let (one, other) = tokio::join!(ask(), ask());
    let (one, other) = (one.expect(201).json(), other.expect(201).json());
    assert_eq!(one["id"], other["id"]);
    assert_eq!(ask().await.expect(201).json()["id"], one["id"]);
    assert_eq!(jobs(&play).await, 1);
    let bad = play.hub.post("/jobs", play.request()).header("idempotency-key", "two words").as_user("alice").await.expect(422).json();
    assert_eq!(bad["field"], "idempotency-key");
}

#[tokio::test]
async fn an_app_suggests_no_more_cores_than_a_machine_gives() {
    let play = Play::start().await;
    let mut with_lammps = description("fast");
    with_lammps.deployments.push(Deployment { app: "lammps".parse().unwrap(), ready: true, note: String::new() });
    play.describe(&with_lammps).await;
    let suggested = async |change: Value| {
        // For ten copies along x the package itself suggests 64 cores.
        let mut request = json!({ "app": "lammps", "files": { "input": [play.script] }, "params": { "x": 10 }, "time_s": 3600 });
        request.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let checked = play.hub.post("/apps/lammps/check", request).as_user("alice").await.expect(200).json();
        let fast = checked["candidates"].as_array().unwrap().iter().find(|one| one["name"] == "fast").unwrap();
        json!([checked["recommended"]["cores"], fast["eligible"]])
    };
    assert_eq!(suggested(json!({})).await, json!([8, true]));
    assert_eq!(suggested(json!({ "nodes": 2 })).await, json!([16, true]));
    assert_eq!(suggested(json!({ "cores": 64 })).await, json!([8, false]), "who asks for more is told so");
}
