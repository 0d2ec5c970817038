//! What somebody with bad intentions tries, and what it comes to.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use futures::StreamExt;
use http::Method;
use serde_json::{Value, json};
use tieline_model::job::JobFact;

use crate::TestHub;
use crate::center;
use crate::hub::PASSWORD;
use crate::play::{Play, queued, running, staged_in};
use crate::stage::Stage;

/// Something of alice's, and the same question about something that never was.
type Pair = (Method, String, &'static str, Option<Value>);

#[tokio::test]
async fn what_is_somebody_elses_looks_like_what_does_not_exist() {
    let hub = TestHub::start().await;
    let stage = Stage::set(&hub, 0).await;
    let none = "00000000000000000000000000";
    let member = json!({ "role": "member" });
    let pairs: Vec<Pair> = vec![
        (Method::GET, stage.job.clone(), "/jobs/{}", None),
        (Method::GET, stage.job.clone(), "/jobs/{}/files", None),
        (Method::GET, stage.job.clone(), "/jobs/{}/files/stdout.txt", None),
        (Method::GET, stage.job.clone(), "/jobs/{}/log", None),
        (Method::GET, stage.job.clone(), "/jobs/{}/explain", None),
        (Method::GET, stage.job.clone(), "/jobs/{}/scripts", None),
        (Method::DELETE, stage.job.clone(), "/jobs/{}", None),
        (Method::POST, stage.job.clone(), "/jobs/{}/cancel", Some(json!({}))),
        (Method::POST, stage.job.clone(), "/jobs/{}/retry", Some(json!({}))),
        (Method::GET, stage.file.clone(), "/files/{}", None),
        (Method::GET, stage.file.clone(), "/files/{}/content", None),
        (Method::DELETE, stage.file.clone(), "/files/{}", None),
        (Method::PUT, stage.file.clone(), "/files/{}", Some(json!({ "path": "mine" }))),
        (Method::DELETE, stage.session.clone(), "/sessions/{}", None),
        (Method::DELETE, stage.token.clone(), "/tokens/{}", None),
        (Method::GET, stage.account.clone(), "/accounts/{}", None),
        (Method::GET, stage.account.clone(), "/accounts/{}/balance", None),
        (Method::GET, stage.account.clone(), "/accounts/{}/charges", None),
        (Method::GET, stage.account.clone(), "/accounts/{}/holds", None),
        (Method::PUT, stage.account.clone(), "/accounts/{}/members/bob", Some(member)),
        (Method::DELETE, stage.account.clone(), "/accounts/{}/members/alice", None),
        (Method::PUT, stage.center.gateway.to_string(), "/gateways/{}/revoked", Some(json!({ "revoked": true }))),
    ];
    for (method, known, path, body) in pairs {
        let unknown = format!("{}_{none}", known.split_once('_').unwrap().0);
        let mut told = Vec::new();
        for id in [&known, &unknown] {
            let mut ask = hub.ask(method.clone(), path.replace("{}", id));
            if let Some(body) = &body {
                ask = ask.json(body);
            }
            let answer = ask.as_user("bob").await.expect(404);
            told.push(String::from_utf8_lossy(&answer.body).replace(id.as_str(), "[id]"));
        }
        assert_eq!(told[0], told[1], "{method} {path}");
    }
    for name in ["alice", "nobody", "Not A Name"] {
        let path = format!("/users/{}", name.replace(' ', "%20"));
        assert_eq!(hub.get(path).as_user("bob").await.expect(403).json()["code"], "forbidden");
        assert_eq!(hub.get(format!("/jobs?user={}", name.replace(' ', "+"))).as_user("bob").await.expect(403).json()["code"], "forbidden");
    }
}

#[tokio::test]
async fn who_proves_nothing_makes_nobody_wait_for_the_writer() {
    let hub = TestHub::start().await;
    let session = hub.signed_in("alice").await.refresh.unwrap();
    let session = session.split_once('.').unwrap().0.to_owned();
    let csr = center::request();
    let writer = hub.app.store.begin().await.unwrap();
    let all = async {
        for made_up in [format!("{session}.a.b"), "tlr_00000000000000000000000000.a.b".to_owned(), "x".to_owned()] {
            hub.post("/sessions/refresh", json!({ "refresh_token": made_up })).await.expect(401);
        }
        hub.post("/gateways/enroll", json!({ "token": "guessed", "csr_pem": csr, "version": "1" })).await.expect(403);
        hub.post("/gateways/enroll", json!({ "token": "guessed", "csr_pem": "not one", "version": "1" })).await.expect(403);
        hub.post("/sessions", json!({ "name": "nobody", "password": "wrong horse" })).await.expect(401);
        hub.get("/me").bearer("tlt_guessed").await.expect(401);
        hub.get("/me").bearer("a.b.c").await.expect(401);
    };
    tokio::time::timeout(Duration::from_secs(30), all).await.expect("somebody waits for the writer");
    drop(writer);
}

#[tokio::test]
async fn a_stolen_token_cannot_make_what_stays_when_it_is_revoked() {
    let hub = TestHub::start().await;
    let made = hub.post("/tokens", json!({ "name": "t" })).as_user("root").await.expect(201).json();
    let token = made["token"].as_str().unwrap();
    let dave = |roles: Value| json!({ "name": "dave", "display_name": "D", "password": PASSWORD, "roles": roles });
    let raise = json!({ "roles": ["platform-administrator"] });
    hub.post("/users", dave(json!(["platform-administrator"]))).bearer(token).await.expect(403);
    hub.put("/users/bob/roles", raise.clone()).bearer(token).await.expect(403);
    hub.put("/users/bob/password", json!({ "password": "another horse" })).bearer(token).await.expect(403);
    hub.put("/me/password", json!({ "old": PASSWORD, "new": "another horse" })).bearer(token).await.expect(403);
    hub.post("/tokens", json!({ "name": "child" })).bearer(token).await.expect(403);
    hub.post("/users", dave(json!([]))).bearer(token).await.expect(201);
    hub.put("/users/bob/roles", raise).as_user("root").await.expect(200);
}

#[tokio::test]
async fn who_is_kept_out_hears_no_more_of_a_log_that_goes_on() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    let started = play.hub.clock.now();
    play.happens(key, [JobFact::StageInStarted, staged_in(), JobFact::SubmitStarted, queued(), running(started)]).await;
    play.gateway.prints("stdout.txt", "one\n");
    let proof = play.hub.signed_in("alice").await;
    let made = play.hub.post("/tokens", json!({ "name": "t" })).bearer(&proof.access).await.expect(201).json();
    let mut streams = Vec::new();
    for bearer in [proof.access.as_str(), made["token"].as_str().unwrap()] {
        let (_, answer) = play.hub.get(format!("/jobs/{}/log?follow=true", key.job)).bearer(bearer).open().await;
        let mut body = answer.into_body().into_data_stream();
        assert_eq!(body.next().await.unwrap().unwrap(), "one\n");
        streams.push(body);
    }
    play.hub.delete("/sessions/current").bearer(&proof.access).await.expect(204);
    play.hub.delete(format!("/tokens/{}", made["info"]["id"].as_str().unwrap())).as_user("alice").await.expect(204);
    for mut body in streams {
        let end = tokio::time::timeout(Duration::from_secs(30), body.next()).await.expect("the stream goes on");
        assert!(end.is_none(), "{end:?}");
    }
}

#[tokio::test]
async fn what_a_job_left_never_runs_in_a_browser_as_a_page_of_ours() {
    let play = Play::start().await;
    let evil = play.file("alice", "<script>alert(1)</script>\".html", b"<script>alert(1)</script>").await;
    let answer = play.hub.get(format!("/files/{evil}/content")).as_user("alice").await.expect(200);
    let said = ["content-type", "x-content-type-options", "content-security-policy", "content-disposition"]
        .map(|name| answer.header(name).unwrap());
    assert_eq!(
        said,
        [
            "application/octet-stream",
            "nosniff",
            "default-src 'none'; frame-ancestors 'none'",
            "attachment; filename=\"script__.html\"; filename*=UTF-8''script%3E%22.html"
        ]
    );
}

#[tokio::test]
async fn passwords_do_not_cross_a_network_in_plain_text_and_nobody_else_here_reads_the_state() {
    let [proxy, reader] = ["10.0.0.1", "192.0.2.7"];
    let bare = TestHub::start_with(|config| {
        config.http.certificate = None;
        config.http.trusted_proxies = vec![proxy.parse().unwrap()];
    });
    let bare = bare.await;
    let door = |from: &str| bare.post("/sessions", json!({ "name": "alice", "password": PASSWORD })).from(from);
    door(reader).await.expect(403);
    for welcome in [proxy, "127.0.0.1", "::1"] {
        door(welcome).await.expect(200);
    }
    let mode = std::fs::metadata(&bare.app.config.state).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}
