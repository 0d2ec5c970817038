//! Proofs that are over go, and the key that signs access tokens is renewed.

use serde_json::json;
use tieline_hub::reconcile::renew_proofs;
use tieline_model::Seconds;
use tieline_store_hub::{sessions, tokens};

use crate::TestHub;
use crate::hub::PASSWORD;
use crate::stage::Stage;

#[tokio::test]
async fn sessions_and_tokens_are_removed_the_set_time_after_they_ended_and_never_while_they_are_good() {
    let hub = TestHub::start_with(|config| config.limits.ended_session_days = 3).await;
    let [ended, idle, kept] = [hub.signed_in("alice").await, hub.signed_in("alice").await, hub.signed_in("alice").await];
    let token = async |name: &str, days| {
        let ask = json!({ "name": name, "expires_in_days": days });
        let made = hub.post("/tokens", ask).as_user("alice").await.expect(201).json();
        made["info"]["id"].as_str().unwrap().parse().unwrap()
    };
    let [short, long, endless] = [token("short", Some(1)).await, token("long", Some(365)).await, token("endless", None).await];
    hub.delete("/sessions/current").bearer(&ended.access).await.expect(204);
    let there = async || {
        renew_proofs(&hub.app).await.unwrap();
        let db = hub.app.store.read();
        let mut found = Vec::new();
        for session in [&ended, &idle, &kept] {
            found.push(sessions::by_id(db, session.session).await.unwrap().is_some());
        }
        for token in [short, long, endless] {
            found.push(tokens::by_id(db, token).await.unwrap().is_some());
        }
        found
    };
    hub.pass(Seconds::days(3));
    assert_eq!(there().await, [true; 6], "not before its time");
    hub.pass(Seconds(1));
    assert_eq!(there().await, [false, true, true, true, true, true]);
    let refresh = hub.post("/sessions/refresh", json!({ "refresh_token": kept.refresh })).await.expect(200).json();
    hub.pass(Seconds::days(1));
    assert_eq!(there().await, [false, true, true, false, true, true]);
    hub.pass(Seconds::days(29));
    assert_eq!(there().await, [false, false, true, false, true, true], "who came back in time is kept from then on");
    hub.post("/sessions/refresh", json!({ "refresh_token": idle.refresh })).await.expect(401);
    hub.post("/sessions/refresh", json!({ "refresh_token": refresh["refresh_token"] })).await.expect(401);
    hub.post("/sessions", json!({ "name": "alice", "password": PASSWORD })).await.expect(200);
}

#[tokio::test]
async fn many_more_than_one_batch_are_removed_in_one_round() {
    let hub = TestHub::start().await;
    let proof = hub.signed_in("alice").await;
    let tx = hub.app.store.begin().await.unwrap();
    let first = sessions::by_id(&tx, proof.session).await.unwrap().unwrap();
    for _ in 0..1200 {
        sessions::insert(&tx, &sessions::Session { id: hub.clock.id(), ended: Some(hub.clock.now()), ..first.clone() }).await.unwrap();
    }
    tx.commit().await.unwrap();
    hub.pass(Seconds(Seconds::days(30).0 + 1));
    renew_proofs(&hub.app).await.unwrap();
    let tx = hub.app.store.begin().await.unwrap();
    assert_eq!(sessions::remove_over(&tx, hub.clock.now(), 10_000).await.unwrap(), 1, "only the one that has just run out was left");
}

#[tokio::test]
async fn an_access_token_stays_good_across_a_new_key_and_a_restart() {
    let mut hub = TestHub::start().await;
    hub.pass(Seconds::days(30));
    let before = hub.signed_in("alice").await.access;
    renew_proofs(&hub.app).await.unwrap();
    let after = hub.signed_in("alice").await.access;
    let key = |token: &str| token.split('.').next().unwrap().to_owned();
    assert_ne!(key(&before), key(&after), "the header names another key");
    let log = hub.get("/audit?action=signing_key.renew").as_user("root").await.expect(200).json();
    assert_eq!((log["items"].as_array().unwrap().len(), &log["items"][0]["actor"]), (1, &json!("platform")));
    hub.restart().await;
    for token in [&before, &after] {
        hub.get("/me").bearer(token).await.expect(200);
    }
    hub.pass(Seconds(599));
    renew_proofs(&hub.app).await.unwrap();
    hub.get("/me").bearer(&before).await.expect(200);
    hub.pass(Seconds(1));
    assert_eq!(hub.get("/me").bearer(&before).await.expect(401).json()["code"], "token_expired");
}

#[tokio::test]
async fn a_link_opens_one_file_for_a_minute_and_only_while_its_maker_is_signed_in() {
    let hub = TestHub::start().await;
    let stage = Stage::set(&hub, 0).await;
    let proof = hub.signed_in("alice").await;
    let path = format!("/api/v1/files/{}/content", stage.file);
    let make = async |path: &str| hub.post("/download-links", json!({ "path": path })).bearer(&proof.access).await;
    let url = async || make(&path).await.expect(201).json()["url"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();

    let link = url().await;
    let file = hub.get(&link).await.expect(200);
    assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let ticket = link.split_once("ticket=").unwrap().1;
    let other = Stage::set(&hub, 1).await;
    hub.get(format!("/files/{}/content?ticket={ticket}", other.file)).await.expect(401);
    hub.get(format!("/jobs/{}/files/job.sh?ticket={ticket}", stage.job)).await.expect(401);
    hub.get(format!("/files/{}?ticket={ticket}", stage.file)).await.expect(401);
    hub.get("/me").bearer(ticket).await.expect(401);
    hub.get(format!("/files/{}/content?ticket={}", stage.file, proof.access)).await.expect(401);

    for wrong in ["/api/v1/me", "https://elsewhere.example/api/v1/files/x/content", "//elsewhere.example/x", "files/x/content", ""] {
        assert_eq!(make(wrong).await.expect(422).json()["field"], "path", "{wrong}");
    }
    let token = hub.post("/tokens", json!({ "name": "program" })).as_user("alice").await.expect(201).json();
    let asked = hub.post("/download-links", json!({ "path": path })).bearer(token["token"].as_str().unwrap());
    asked.await.expect(403);

    hub.pass(Seconds(61));
    assert_eq!(hub.get(&link).await.expect(401).json()["code"], "token_expired");
    let link = url().await;
    hub.delete("/sessions/current").bearer(&proof.access).await.expect(204);
    hub.get(&link).await.expect(401);
}
