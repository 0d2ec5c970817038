//! What becomes of facts: in order, once, and only about the gateway's own jobs.

use serde_json::{Value, json};
use tieline_model::job::{Evidence, Exit, How, JobFact, Phase, Sight, Usage};
use tieline_model::{Id, Seconds, Timestamp};
use tieline_store_hub::{books, facts};
use tieline_wire_gateway::v1;
use tieline_wire_gateway::v1::from_gateway::Body as Up;

use crate::play::{Gateway, Play, ended, queued, running, sighted, staged_in, until, usage};

async fn count(play: &Play, key: tieline_model::job::AttemptKey) -> usize {
    facts::of_job(play.hub.app.store.read(), key.job).await.unwrap().len()
}

#[tokio::test]
async fn facts_that_come_twice_count_once_and_a_gap_ends_the_link() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    play.happens(key, [JobFact::StageInStarted, staged_in()]).await;
    let known = count(&play, key).await;
    let again = play.gateway.spool.clone();
    let fresh = play.gateway.note(play.hub.clock.now(), key, &JobFact::SubmitStarted);
    play.gateway.say(Up::Facts(v1::FactBatch { facts: again.into_iter().chain([fresh]).collect() })).await;
    play.gateway.applied_up_to(3).await;
    assert_eq!((count(&play, key).await, play.state(key).await), (known + 1, "submitting".to_owned()));

    play.gateway.note(play.hub.clock.now(), key, &queued());
    let beyond = play.gateway.note(play.hub.clock.now(), key, &running(play.hub.clock.now()));
    play.gateway.say(Up::Facts(v1::FactBatch { facts: vec![beyond] })).await;
    play.gateway.is_over().await;
    assert_eq!((count(&play, key).await, play.state(key).await), (known + 1, "submitting".to_owned()), "nothing of the batch is applied");
    let app = play.hub.app.clone();
    play.gateway.arrive(&app).await;
    assert_eq!(play.state(key).await, "running", "it comes back and tells what was missing");
}

#[tokio::test]
async fn a_batch_with_one_malformed_fact_is_refused_whole() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    let good = play.gateway.note(play.hub.clock.now(), key, &JobFact::StageInStarted);
    let bad = v1::Fact { number: 2, body: "{\"fact\":\"levitated\"}".to_owned(), ..good.clone() };
    play.gateway.say(Up::Facts(v1::FactBatch { facts: vec![good, bad] })).await;
    play.gateway.is_over().await;
    assert_eq!(play.state(key).await, "placed");
}

#[tokio::test]
async fn a_fact_about_another_gateways_job_changes_nothing() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    let known = count(&play, key).await;
    let mut other = Gateway::enrol(&play.hub).await;
    let lie = other.note(play.hub.clock.now(), key, &JobFact::Canceled);
    other.say(Up::Facts(v1::FactBatch { facts: vec![lie] })).await;
    other.applied_up_to(1).await;
    assert_eq!((count(&play, key).await, play.state(key).await), (known, "placed".to_owned()));
}

#[tokio::test]
async fn a_fact_after_the_end_is_kept_with_the_reason_and_changes_nothing() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    play.runs(key, Seconds(60), How::Code(3)).await;
    play.happens(key, [JobFact::Finished, running(play.hub.clock.now())]).await;
    assert_eq!(play.state(key).await, "failed");
    let last = facts::of_job(play.hub.app.store.read(), key.job).await.unwrap().pop().unwrap();
    assert_eq!(last.refused.as_deref(), Some("the attempt is failed, which is final"));
    let told = play.hub.get(format!("/jobs/{}/explain", key.job)).as_user("alice").await.expect(200).json();
    assert_eq!(told["sentence"], "it failed (run): the program ended with exit code 3");
}

#[tokio::test]
async fn usage_that_is_learned_after_the_end_is_charged_then_and_corrected_by_better_records() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    let started = play.hub.clock.now();
    play.happens(key, [running(started)]).await;
    play.hub.pass(Seconds::minutes(30));
    let exit = Exit { how: How::Code(0), started: Some(started), ended: play.hub.clock.now() };
    let claimed = Usage { evidence: Evidence::Sentinel, ..usage(started, play.hub.clock.now() + Seconds::hours(100)) };
    let end = JobFact::Ended { native: None, exit, usage: Some(claimed), evidence: Evidence::Sentinel };
    play.happens(key, [end]).await;
    assert_eq!(play.funds().await, ("1000.00 CNY".to_owned(), "10.00 CNY".to_owned()), "what a user could write proves no usage");
    play.happens(key, [JobFact::Finished]).await;
    assert_eq!(play.funds().await, ("1000.00 CNY".to_owned(), "0.00 CNY".to_owned()));
    let bracket = Usage { evidence: Evidence::Bracket, ..usage(started, started + Seconds::minutes(36)) };
    play.happens(key, [JobFact::UsageKnown { usage: bracket }]).await;
    assert_eq!(play.funds().await.0, "994.00 CNY");
    let better = usage(started, started + Seconds::minutes(30));
    play.happens(key, [JobFact::UsageKnown { usage: better }, JobFact::UsageKnown { usage: better }]).await;
    assert_eq!(play.funds().await.0, "995.00 CNY");
    play.happens(key, [JobFact::UsageKnown { usage: bracket }]).await;
    assert_eq!(play.funds().await.0, "995.00 CNY", "a worse record changes nothing");
    let entries = books::of_attempt(play.hub.app.store.read(), key).await.unwrap();
    assert_eq!(
        entries.iter().map(|entry| (entry.kind.word(), entry.sum.micros)).collect::<Vec<_>>(),
        [("charge", -6_000_000), ("adjustment", 1_000_000)]
    );
    books::audit(play.hub.app.store.read()).await.unwrap();
    assert_eq!(play.attempt(key).await.usage, Some(better));
}

#[tokio::test]
async fn every_run_of_a_requeued_job_is_charged_once() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    let first = play.hub.clock.now();
    play.happens(key, [running(first)]).await;
    play.hub.pass(Seconds::minutes(30));
    let taken_back = usage(first, play.hub.clock.now());
    play.happens(key, [sighted(Sight::Requeued), JobFact::UsageKnown { usage: taken_back }, queued()]).await;
    assert_eq!(play.state(key).await, "queued");
    assert_eq!(play.funds().await, ("995.00 CNY".to_owned(), "10.00 CNY".to_owned()), "what is set aside is still needed");
    play.hub.pass(Seconds::minutes(5));
    let second = play.hub.clock.now();
    play.happens(key, [running(second)]).await;
    play.hub.pass(Seconds::minutes(15));
    play.happens(key, [ended(How::Code(0), second, play.hub.clock.now()), JobFact::Finished]).await;
    assert_eq!(play.funds().await, ("992.50 CNY".to_owned(), "0.00 CNY".to_owned()));
    play.happens(key, [JobFact::UsageKnown { usage: taken_back }]).await;
    assert_eq!(play.funds().await.0, "992.50 CNY");
    books::audit(play.hub.app.store.read()).await.unwrap();
}

#[tokio::test]
async fn a_job_without_evidence_is_lost_until_any_evidence_comes() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    let started = play.hub.clock.now();
    let vanished = |since: Timestamp| JobFact::Vanished { since };
    play.happens(key, [running(started), vanished(started)]).await;
    assert_eq!(play.state(key).await, "lost");
    let told = play.hub.get(format!("/jobs/{}/explain", key.job)).as_user("alice").await.expect(200).json();
    assert!(told["sentence"].as_str().unwrap().starts_with("nothing has been seen of it since "), "{told}");
    play.happens(key, [running(started)]).await;
    assert_eq!(play.state(key).await, "running");
    play.hub.pass(Seconds::minutes(6));
    play.happens(key, [vanished(started), ended(How::Code(0), started, play.hub.clock.now()), JobFact::Finished]).await;
    assert_eq!((play.state(key).await, play.funds().await.0), ("completed".to_owned(), "999.00 CNY".to_owned()));
}

/// What people see of the progress of a job's first attempt.
async fn shown(play: &Play, key: tieline_model::job::AttemptKey) -> Value {
    let job = play.hub.get(format!("/jobs/{}", key.job)).as_user("alice").await.expect(200).json();
    job["attempts"][0]["progress"].clone()
}

#[tokio::test]
async fn progress_is_shown_while_its_step_goes_on_and_nobody_speaks_of_anothers_job() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    play.happens(key, [staged_in(), queued(), running(play.hub.clock.now())]).await;
    let say = |percent: u8, script: &str, job: Vec<u8>| {
        let body = json!({ "script": script, "percent": percent, "message": "step\u{1b}[2J 3", "at": play.hub.clock.now() }).to_string();
        Up::Progress(v1::Progress { job, attempt: 1, body })
    };
    let job = key.job.bytes().to_vec();
    let [seven, forty, forged] = [say(7, "get-state", job.clone()), say(40, "get-state", job), say(9, "get-state", vec![9; 16])];
    for body in [seven, forged, forty] {
        play.gateway.say(body).await;
    }
    until("the latest progress is shown", async || shown(&play, key).await["percent"] == 40).await;
    let progress = shown(&play, key).await;
    assert_eq!((progress["script"].as_str(), progress["message"].as_str()), (Some("getState"), Some("step [2J 3")));
    let now = play.hub.clock.now();
    play.happens(key, [ended(How::Code(0), now, now)]).await;
    assert_eq!(shown(&play, key).await, Value::Null, "what ran is over");
}

#[tokio::test]
async fn a_job_its_gateway_can_do_nothing_for_says_why_until_it_can_again() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    play.happens(key, [staged_in(), queued()]).await;
    let why = "the center's gateway no longer serves the machine fast";
    play.happens(key, [JobFact::Stalled { reason: Some(why.to_owned()) }]).await;
    let sentence = async |play: &Play| {
        let told = play.hub.get(format!("/jobs/{}/explain", key.job)).as_user("alice").await.expect(200).json();
        told["sentence"].as_str().unwrap().to_owned()
    };
    assert!(sentence(&play).await.ends_with(why), "{}", sentence(&play).await);
    assert_eq!(play.state(key).await, "queued");
    play.happens(key, [JobFact::Stalled { reason: None }]).await;
    assert!(!sentence(&play).await.contains("no longer"));
}

#[tokio::test]
async fn a_job_that_failed_says_what_can_be_done_about_it() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    let hint = Some("put the line that `tieline access MACHINE` prints into your authorized_keys".to_owned());
    play.happens(key, [JobFact::Failed { phase: Phase::StageIn, reason: "login1 does not let awang in".to_owned(), hint }]).await;
    let told = play.hub.get(format!("/jobs/{}/explain", key.job)).as_user("alice").await.expect(200).json();
    let wanted =
        "it failed (stage_in): login1 does not let awang in; put the line that `tieline access MACHINE` prints into your authorized_keys";
    assert_eq!(told["sentence"], wanted);
}
