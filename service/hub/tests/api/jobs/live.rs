//! Files of a job that still lie at its center, read and followed while the job runs.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures::StreamExt;
use tieline_model::Seconds;
use tieline_model::job::{AttemptKey, How, JobFact};

use crate::play::{Play, ended, queued, running, staged_in};

/// A job that runs, and has printed this.
async fn printing(text: &str) -> (Play, AttemptKey) {
    let mut play = Play::start().await;
    let key = play.placed().await;
    let started = play.hub.clock.now();
    play.happens(key, [JobFact::StageInStarted, staged_in(), JobFact::SubmitStarted, queued(), running(started)]).await;
    play.gateway.prints("stdout.txt", text);
    (play, key)
}

async fn ends(play: &mut Play, key: AttemptKey) {
    let started = play.attempt(key).await.started.unwrap();
    play.hub.pass(Seconds(60));
    let exit = ended(How::Code(0), started, play.hub.clock.now());
    play.happens(key, [exit, JobFact::StageOutStarted, JobFact::Finished]).await;
}

async fn follow(play: &Play, key: AttemptKey, query: &str) -> BodyDataStream {
    let (_, answer) = play.hub.get(format!("/jobs/{}/log?follow=true{query}", key.job)).as_user("alice").open().await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["x-content-type-options"]), (200, &"nosniff".parse().unwrap()));
    answer.into_body().into_data_stream()
}

/// What comes until it is as long as `text`, which it must be.
async fn hears(body: &mut BodyDataStream, text: &str) {
    let mut heard = Vec::new();
    while heard.len() < text.len() {
        let piece = tokio::time::timeout(Duration::from_secs(30), body.next()).await.expect("nothing came");
        heard.extend_from_slice(&piece.expect("the stream ended").unwrap());
    }
    assert_eq!(String::from_utf8(heard).unwrap(), text);
}

async fn is_over(body: &mut BodyDataStream) {
    let end = tokio::time::timeout(Duration::from_secs(30), body.next()).await.expect("the stream goes on");
    assert!(end.is_none(), "{end:?}");
}

#[tokio::test]
async fn what_a_job_prints_is_followed_from_its_center_until_the_job_has_ended() {
    let (mut play, key) = printing("one\n").await;
    let mut first = follow(&play, key, "").await;
    hears(&mut first, "one\n").await;
    play.gateway.prints("stdout.txt", "two\n");
    hears(&mut first, "two\n").await;
    let mut late = follow(&play, key, "&tail=4").await;
    hears(&mut late, "two\n").await;
    play.gateway.prints("stdout.txt", "three\n");
    ends(&mut play, key).await;
    for body in [&mut first, &mut late] {
        hears(body, "three\n").await;
        is_over(body).await;
    }
}

#[tokio::test]
async fn a_file_that_comes_later_is_waited_for() {
    let (mut play, key) = printing("").await;
    let mut errors = follow(&play, key, "&stream=stderr").await;
    play.gateway.prints("stderr.txt", "oh\n");
    hears(&mut errors, "oh\n").await;
    ends(&mut play, key).await;
    is_over(&mut errors).await;
}

#[tokio::test]
async fn following_goes_on_where_it_was_when_the_center_comes_back() {
    let (mut play, key) = printing("one\n").await;
    let mut body = follow(&play, key, "").await;
    hears(&mut body, "one\n").await;
    let app = play.hub.app.clone();
    play.gateway.leave(&app).await;
    play.gateway.prints("stdout.txt", "two\n");
    // Long enough for a look that finds nobody.
    assert!(tokio::time::timeout(Duration::from_millis(1200), body.next()).await.is_err());
    play.gateway.arrive(&app).await;
    hears(&mut body, "two\n").await;
    ends(&mut play, key).await;
    is_over(&mut body).await;
}

#[tokio::test]
async fn a_range_of_a_file_that_lies_at_the_center_is_read_while_the_job_runs() {
    let (play, key) = printing("hello world").await;
    let path = format!("/jobs/{}/files/stdout.txt", key.job);
    assert_eq!(&play.hub.get(&path).as_user("alice").await.expect(200).body[..], b"hello world");
    let part = play.hub.get(&path).header("range", "bytes=6-8").as_user("alice").await.expect(206);
    assert_eq!((&part.body[..], part.header("content-range")), (&b"wor"[..], Some("bytes 6-8/11")));
    assert_eq!(&play.hub.get(format!("{path}?tail=5")).as_user("alice").await.expect(200).body[..], b"world");
    play.hub.get(format!("/jobs/{}/files/none.txt", key.job)).as_user("alice").await.expect(404);
    play.hub.get(&path).as_user("bob").await.expect(404);
}
