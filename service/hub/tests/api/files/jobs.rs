//! Files of jobs that the hub has, and what is said of those it has not.

use tieline_model::job::AttemptKey;
use tieline_model::{GatewayId, Id, JobId};
use tieline_store_hub::attempts;
use tieline_store_hub::job_files::{self, JobFile};

use serde_json::{Value, json};

use super::{stage_job, stage_job_with};
use crate::TestHub;

async fn change(hub: &TestHub, job: JobId, change: impl FnOnce(&mut attempts::Attempt)) {
    let tx = hub.app.store.begin().await.unwrap();
    let mut attempt = attempts::by_key(&tx, AttemptKey { job, number: 1 }).await.unwrap().unwrap();
    change(&mut attempt);
    attempts::save(&tx, &attempt).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_output_that_was_brought_back_is_read_whole_in_ranges_and_from_its_end() {
    let hub = TestHub::start().await;
    let job = stage_job(&hub, hub.user("alice").await.id, &["out/a b.txt", "stdout.txt"]).await;
    let path = format!("/jobs/{job}/files/out/a%20b.txt");
    let whole = hub.get(&path).as_user("alice").await.expect(200);
    assert_eq!(&whole.body[..], b"hello world");
    assert!(whole.header("etag").is_some());
    assert!(whole.header("content-disposition").unwrap().contains("a%20b.txt"));
    let part = hub.get(&path).as_user("alice").header("range", "bytes=6-8").await.expect(206);
    assert_eq!((&part.body[..], part.header("content-range")), (&b"wor"[..], Some("bytes 6-8/11")));
    let end = hub.get(&path).as_user("alice").header("range", "bytes=-5").await.expect(206);
    assert_eq!(&end.body[..], b"world");
    hub.get(&path).as_user("alice").header("range", "bytes=11-").await.expect(416);
    let tail = hub.get(format!("{path}?tail=3")).as_user("alice").await.expect(200);
    assert_eq!((&tail.body[..], tail.header("content-length")), (&b"rld"[..], Some("3")));
    let more = hub.get(format!("{path}?tail=300")).as_user("alice").await.expect(200);
    assert_eq!(&more.body[..], b"hello world");
    hub.get(format!("/jobs/{job}/files/..%2Fx")).as_user("alice").await.expect(422);
    hub.get(format!("{path}?attempt=2")).as_user("alice").await.expect(404);
    hub.get(&path).as_user("bob").await.expect(404);
}

#[tokio::test]
async fn a_log_that_is_followed_ends_when_the_job_has_ended_and_all_was_sent() {
    let hub = TestHub::start().await;
    let job = stage_job(&hub, hub.user("alice").await.id, &["stdout.txt"]).await;
    for query in ["", "?follow=true", "?stream=stdout&follow=true"] {
        let log = hub.get(format!("/jobs/{job}/log{query}")).as_user("alice").await.expect(200);
        assert_eq!((&log.body[..], log.header("content-type")), (&b"hello world"[..], Some("text/plain; charset=utf-8")), "{query}");
    }
    let tail = hub.get(format!("/jobs/{job}/log?follow=true&tail=5")).as_user("alice").await.expect(200);
    assert_eq!(&tail.body[..], b"world");
    // Nothing was printed there, and nothing will be.
    let none = hub.get(format!("/jobs/{job}/log?stream=stderr&follow=true")).as_user("alice").await.expect(200);
    assert!(none.body.is_empty());
    hub.get(format!("/jobs/{job}/log?stream=stdin")).as_user("alice").await.expect(422);
}

#[tokio::test]
async fn what_lies_at_a_center_that_is_away_is_listed_and_said_to_be_away() {
    let hub = TestHub::start().await;
    let alice = hub.user("alice").await.id;
    let job = stage_job(&hub, alice, &["out/kept.txt"]).await;
    let tx = hub.app.store.begin().await.unwrap();
    let left = JobFile { path: "big.dat".parse().unwrap(), size: 1 << 40, sha256: None, gone: false };
    job_files::save(&tx, AttemptKey { job, number: 1 }, &left).await.unwrap();
    tx.commit().await.unwrap();
    change(&hub, job, |attempt| attempt.gateway = Some(GatewayId::from_bytes([3; 16]))).await;
    let listed = hub.get(format!("/jobs/{job}/files")).as_user("alice").await.expect(200).json();
    let lines = listed["items"].as_array().unwrap().iter();
    let lines: Vec<_> = lines.map(|line| (line["path"].as_str().unwrap(), line["folder"] == true, line["kept"] == true)).collect();
    assert_eq!(lines, [("big.dat", false, false), ("out", true, false)]);
    assert_eq!(listed["live"], false);
    assert!(listed["notice"].as_str().unwrap().contains("not connected"), "{listed}");
    assert!(listed["expires"].is_string(), "when the folder will go is said before");
    let away = hub.get(format!("/jobs/{job}/files/big.dat")).as_user("alice").await.expect(503).json();
    assert_eq!(away["code"], "center_away");
    assert!(away["message"].as_str().unwrap().contains("never seen"), "{away}");
    hub.get(format!("/jobs/{job}/files/out/kept.txt")).as_user("alice").await.expect(200);

    change(&hub, job, |attempt| attempt.purged = true).await;
    let gone = hub.get(format!("/jobs/{job}/files/big.dat")).as_user("alice").await.expect(404).json();
    assert!(gone["message"].as_str().unwrap().contains("was removed"), "{gone}");
    hub.get(format!("/jobs/{job}/files/out/kept.txt")).as_user("alice").await.expect(200);
}

#[tokio::test]
async fn a_file_is_read_by_line_searched_and_jumped_into_whatever_its_size() {
    let hub = TestHub::start().await;
    let lines: Vec<_> = (1..=12_345).map(|number| format!("step {number} energy -{}", number % 7)).collect();
    let text = lines.join("\n");
    let job = stage_job_with(&hub, hub.user("alice").await.id, &["log.txt"], text.as_bytes()).await;
    let ask = async |rest: &str| hub.get(format!("/jobs/{job}/{rest}")).as_user("alice").await.expect(200).json();

    let first = ask("lines/log.txt?count=3").await;
    assert_eq!(first["lines"], json!(lines[..3]));
    assert_eq!((&first["next"], &first["total"]), (&json!(4), &Value::Null), "the end was not seen yet");
    let middle = ask("lines/log.txt?first=12340&count=100").await;
    assert_eq!(middle["lines"], json!(lines[12_339..]), "the last line has no end and counts");
    assert_eq!((&middle["next"], &middle["total"]), (&Value::Null, &json!(12_345)));
    // Where lines begin is known by now, and so is how many there are.
    let again = ask("lines/log.txt?first=5001&count=2").await;
    assert_eq!((&again["lines"], &again["total"]), (&json!(lines[5000..5002]), &json!(12_345)));
    let beyond = ask("lines/log.txt?first=20000").await;
    assert_eq!((&beyond["lines"], &beyond["next"]), (&json!([]), &Value::Null));

    let hits = ask("search/log.txt?text=STEP%20777%20&limit=5").await;
    assert_eq!(hits["hits"], json!([{ "line": 777, "text": lines[776] }]));
    assert_eq!((&hits["next"], &hits["searched_to"]), (&Value::Null, &json!(12_345)));
    let some = ask("search/log.txt?text=energy%20-3&from=10&limit=2").await;
    assert_eq!(some["hits"].as_array().unwrap().iter().map(|hit| hit["line"].as_u64().unwrap()).collect::<Vec<_>>(), [10, 17]);
    assert_eq!(some["next"], 18);
    for wrong in
        ["lines/log.txt?first=0", "lines/log.txt?count=5001", "search/log.txt?text=", "search/log.txt?text=a%0Ab", "search/log.txt"]
    {
        hub.get(format!("/jobs/{job}/{wrong}")).as_user("alice").await.expect(422);
    }
    hub.get(format!("/jobs/{job}/lines/log.txt")).as_user("bob").await.expect(404);
}
