//! What people do to jobs that exist.

use http::Method;
use serde_json::{Value, json};
use tieline_hub::app::jobs::intents;
use tieline_model::Seconds;
use tieline_model::job::{AttemptKey, How, JobFact};
use tieline_store_hub::facts;

use crate::play::{Play, ended, is_cancel, is_run, queued, running, staged_in};

async fn cancel(play: &Play, key: AttemptKey) -> String {
    let answer = play.hub.post(format!("/jobs/{}/cancel", key.job), json!({ "reason": "no need" })).as_user("alice").await.expect(200);
    answer.json()["state"].as_str().unwrap().to_owned()
}

async fn cancels(play: &Play, key: AttemptKey) -> usize {
    let all = facts::of_job(play.hub.app.store.read(), key.job).await.unwrap();
    all.iter().filter(|fact| matches!(fact.body, JobFact::CancelRequested { .. })).count()
}

async fn open(play: &Play) -> usize {
    intents::open(&play.hub.app, play.gateway.id).await.unwrap().len()
}

#[tokio::test]
async fn a_job_that_was_never_placed_is_canceled_at_once_and_never_placed() {
    let play = Play::start().await;
    let key = AttemptKey { job: play.job().await, number: 1 };
    assert_eq!((cancel(&play, key).await.as_str(), cancel(&play, key).await.as_str()), ("canceled", "canceled"));
    play.place().await;
    assert_eq!((open(&play).await, cancels(&play, key).await), (0, 1));
    assert_eq!(play.funds().await, ("1000.00 CNY".to_owned(), "0.00 CNY".to_owned()));
}

#[tokio::test]
async fn a_cancel_while_the_gateway_is_away_waits_for_it() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    let app = play.hub.app.clone();
    play.gateway.leave(&app).await;
    let told = play.hub.get(format!("/jobs/{}", key.job)).as_user("alice").await.expect(200).json();
    assert!(told["last_seen_at"].is_string() && told["state"] == "placed", "it was last seen then, in the same state: {told}");
    assert_eq!((cancel(&play, key).await.as_str(), cancel(&play, key).await.as_str()), ("terminating", "terminating"));
    assert_eq!((open(&play).await, cancels(&play, key).await), (2, 1));
    play.gateway.arrive(&app).await;
    assert!(play.gateway.wanted(key, is_run).await.kept_before);
    play.gateway.wanted(key, is_cancel).await;
    play.happens(key, [JobFact::Canceled]).await;
    assert_eq!((play.state(key).await.as_str(), open(&play).await), ("canceled", 0));
    assert_eq!(play.funds().await, ("1000.00 CNY".to_owned(), "0.00 CNY".to_owned()));
}

#[tokio::test]
async fn a_job_that_waits_or_runs_is_ended_once_the_center_says_so() {
    let mut play = Play::start().await;
    let waiting = play.placed().await;
    play.happens(waiting, [JobFact::StageInStarted, staged_in(), queued()]).await;
    assert_eq!((cancel(&play, waiting).await.as_str(), cancel(&play, waiting).await.as_str()), ("terminating", "terminating"));
    play.gateway.wanted(waiting, is_cancel).await;
    play.happens(waiting, [JobFact::Canceled]).await;
    assert_eq!((cancel(&play, waiting).await.as_str(), cancels(&play, waiting).await), ("canceled", 1));

    let runs = play.placed().await;
    let started = play.hub.clock.now();
    play.happens(runs, [running(started)]).await;
    assert_eq!(cancel(&play, runs).await, "terminating");
    play.hub.pass(Seconds::minutes(6));
    play.happens(runs, [ended(How::Canceled, started, play.hub.clock.now())]).await;
    assert_eq!(play.state(runs).await, "terminating");
    play.happens(runs, [JobFact::StageOutStarted, JobFact::Finished]).await;
    assert_eq!((play.state(runs).await.as_str(), open(&play).await), ("canceled", 0));
    assert_eq!(play.funds().await, ("999.00 CNY".to_owned(), "0.00 CNY".to_owned()), "what it had used is paid for");
}

#[tokio::test]
async fn a_job_that_ends_by_itself_before_the_cancel_reaches_it_follows_its_own_exit() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    let started = play.hub.clock.now();
    play.happens(key, [running(started)]).await;
    cancel(&play, key).await;
    play.happens(key, [ended(How::Code(0), started, started), JobFact::Finished]).await;
    assert_eq!(play.state(key).await, "completed");
}

#[tokio::test]
async fn after_the_program_ended_a_cancel_stops_only_the_staging() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    play.runs(key, Seconds(60), How::Code(0)).await;
    assert_eq!((cancel(&play, key).await.as_str(), cancel(&play, key).await.as_str()), ("executed", "executed"));
    play.gateway.wanted(key, is_cancel).await;
    assert_eq!(cancels(&play, key).await, 1);
    play.happens(key, [JobFact::Finished]).await;
    assert_eq!((cancel(&play, key).await.as_str(), open(&play).await), ("completed", 0));
}

#[tokio::test]
async fn a_failed_job_is_tried_again_as_a_new_attempt_and_one_that_ended_well_is_not() {
    let mut play = Play::start().await;
    let first = play.placed().await;
    let retry = |play: &Play| play.hub.post(format!("/jobs/{}/retry", first.job), json!({})).as_user("alice");
    assert_eq!(
        retry(&play).await.expect(409).json()["message"],
        "the job is placed; only one that failed or was canceled can be tried again"
    );
    play.runs(first, Seconds(60), How::Code(1)).await;
    play.happens(first, [JobFact::Finished]).await;
    play.hub.delete(format!("/jobs/{}", first.job)).as_user("alice").await.expect(200);
    retry(&play).await.expect(409);
    play.hub.post(format!("/jobs/{}/restore", first.job), json!({})).as_user("alice").await.expect(200);
    let again = retry(&play).await.expect(200).json();
    assert_eq!(
        (&again["attempt"], &again["state"], &again["machine"], &again["ended_at"]),
        (&json!(2), &json!("created"), &Value::Null, &Value::Null)
    );
    play.place().await;
    let second = AttemptKey { number: 2, ..first };
    play.gateway.wanted(second, is_run).await;
    assert_eq!(play.funds().await.1, "10.00 CNY");
    // A late word about the first attempt does not touch the job any more.
    play.happens(first, [JobFact::Purged]).await;
    play.runs(second, Seconds(60), How::Code(0)).await;
    play.happens(second, [JobFact::Finished]).await;
    retry(&play).await.expect(409);
    let told = play.hub.get(format!("/jobs/{}", first.job)).as_user("alice").await.expect(200).json();
    let attempts = told["attempts"].as_array().unwrap();
    let states: Vec<_> = attempts.iter().map(|attempt| (&attempt["state"], &attempt["purged"])).collect();
    assert_eq!(states, [(&json!("failed"), &json!(true)), (&json!("completed"), &json!(false))]);
    assert_eq!(told["state"], "completed");
}

#[tokio::test]
async fn names_and_notes_change_and_only_what_is_over_is_put_away() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    let path = format!("/jobs/{}", key.job);
    let patch = |body: Value| play.hub.ask(Method::PATCH, &path).json(&body).as_user("alice");
    let changed = patch(json!({ "name": "second", "remark": "try 2" })).await.expect(200).json();
    assert_eq!((&changed["name"], &changed["remark"]), (&json!("second"), &json!("try 2")));
    assert_eq!(patch(json!({ "remark": "" })).await.expect(200).json()["remark"], "");
    let refused = patch(json!({ "name": "two\nlines" })).await.expect(422).json();
    assert_eq!(refused["field"], "name", "{refused}");
    assert_eq!(patch(json!({ "state": "completed" })).await.expect(422).json()["field"], "state");
    assert_eq!(play.hub.delete(&path).as_user("alice").await.expect(409).json()["hint"], "cancel it first");
    play.runs(key, Seconds(60), How::Code(0)).await;
    play.happens(key, [JobFact::Finished]).await;
    assert_eq!(play.hub.delete(&path).as_user("alice").await.expect(200).json()["deleted"], true);
    play.hub.delete(&path).as_user("alice").await.expect(200);
    let listed = async |query: &str| {
        play.hub.get(format!("/jobs{query}")).as_user("alice").await.expect(200).json()["items"].as_array().unwrap().len()
    };
    assert_eq!((listed("").await, listed("?deleted=true").await), (0, 1));
    play.hub.get(&path).as_user("alice").await.expect(200);
    play.hub.post(format!("{path}/restore"), json!({})).as_user("alice").await.expect(200);
    assert_eq!((listed("").await, listed("?deleted=true").await), (1, 0));
}

#[tokio::test]
async fn another_persons_job_is_not_there_and_an_operator_sees_but_does_not_touch() {
    let mut play = Play::start().await;
    play.job().await;
    let key = play.placed().await;
    for (person, seen, touched) in [("bob", 404, 404), ("olga", 200, 403), ("root", 200, 200)] {
        play.hub.get(format!("/jobs/{}", key.job)).as_user(person).await.expect(seen);
        play.hub.get(format!("/jobs/{}/explain", key.job)).as_user(person).await.expect(seen);
        play.hub.get(format!("/jobs/{}/scripts", key.job)).as_user(person).await.expect(seen);
        play.hub.ask(Method::PATCH, format!("/jobs/{}", key.job)).json(&json!({ "remark": person })).as_user(person).await.expect(touched);
    }
    play.hub.get("/jobs?user=alice").as_user("bob").await.expect(403);
    play.hub.get("/jobs?user=all").as_user("olga").await.expect(403);
    assert_eq!(play.hub.get("/jobs?user=alice").as_user("root").await.expect(200).json()["items"].as_array().unwrap().len(), 2);
}
