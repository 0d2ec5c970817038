//! Every operation that changes something leaves a row in the audit log with who, from where, and in which request. A new
//! operation fails here until it does, or until it is said why it need not.

use http::Method;
use serde_json::{Value, json};

use crate::TestHub;
use crate::hub::{Answer, Ask};
use crate::play::Play;
use crate::roles::{ROLES, TABLE, operations};
use crate::stage::{Stage, tus};

/// Operations by which nothing changes that anybody else sees.
const UNRECORDED: [(&str, &str); 6] = [
    ("create_download_link", "it opens what its maker may read anyway, for a minute"),
    ("check_job", "nothing is made"),
    ("refresh_session", "the session goes on as it was; its beginning, its end and a second use of a token are recorded"),
    ("upload_options", "nothing is made"),
    ("create_upload", "what it brings is recorded once it is a file"),
    ("delete_upload", "nothing had come of it"),
];

/// Operations whose job has to be at a machine, which is played for them.
const PLAYED: [&str; 3] = ["create_job", "cancel_job", "restore_job"];

/// An operation and its request.
type Case = (&'static str, fn(&Stage) -> Ask);

/// Operations that change something in another case than the one in the table of roles.
const INSTEAD: [Case; 1] = [("patch_upload", |s| {
    let whole = tus(s.hub.ask(Method::PATCH, format!("/uploads/{}", s.upload))).header("upload-offset", "0");
    whole.body("application/offset+octet-stream", "hello")
})];

#[tokio::test]
async fn every_operation_that_changes_something_leaves_a_row_with_who_where_and_in_which_request() {
    let (hub, mut wrong) = (TestHub::start().await, Vec::new());
    for (cell, (operation, expected, ask)) in TABLE.iter().enumerate() {
        let changes = !matches!(operations()[*operation].split_once(' '), Some(("get" | "head", _)));
        if !changes || PLAYED.contains(operation) {
            continue;
        }
        let stage = Stage::set(&hub, 1000 + cell).await;
        let instead = INSTEAD.iter().find(|(name, _)| name == operation).map(|(_, ask)| ask);
        // The administrator where he may, or else whose the thing is.
        let allowed = |column: &usize| (200..300).contains(&expected[*column]);
        let column = [4, 1, 0].into_iter().find(allowed).unwrap();
        let mut ask = instead.unwrap_or(ask)(&stage);
        if let Some(name) = ROLES[column] {
            ask = ask.as_user(name);
        }
        let answer = ask.await;
        assert!((200..300).contains(&answer.status), "{operation}: {}", answer.status);
        let row = row(&hub, &answer).await;
        let is_recorded = row.is_some();
        let need_not = UNRECORDED.iter().any(|(name, _)| name == operation);
        if is_recorded == need_not {
            wrong.push(format!("{operation} leaves {row:?}"));
        }
        let Some(row) = row else { continue };
        assert_eq!(row["address"], "192.0.2.1", "{operation}");
        // Who signs in or enrols is only known then.
        let actor = match *operation {
            "sign_in" => "alice".to_owned(),
            "enroll_gateway" => format!("gateway {}", row["subject"].as_str().unwrap()),
            _ => ROLES[column].unwrap().to_owned(),
        };
        assert_eq!(row["actor"], actor, "{operation}: {row}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (name, _) in &UNRECORDED {
        assert!(TABLE.iter().any(|(operation, ..)| operation == name), "{name} is no operation");
    }
}

#[tokio::test]
async fn what_is_done_to_a_job_at_a_machine_leaves_a_row_too_and_what_is_refused_leaves_none() {
    let play = Play::start().await;
    let hub = &play.hub;
    let made = hub.post("/jobs", play.request()).as_user("alice").await.expect(201);
    let job = made.json()["id"].as_str().unwrap().to_owned();
    let canceled = hub.post(format!("/jobs/{job}/cancel"), json!({})).as_user("alice").await.expect(200);
    hub.delete(format!("/jobs/{job}")).as_user("alice").await.expect(200);
    let restored = hub.post(format!("/jobs/{job}/restore"), json!({})).as_user("alice").await.expect(200);
    let actions = PLAYED.map(|operation| operation.split_once('_').unwrap().0);
    for (answer, action) in [made, canceled, restored].iter().zip(actions) {
        let row = row(hub, answer).await.unwrap();
        let said = ["action", "actor", "subject", "address"].map(|field| row[field].as_str().unwrap());
        assert_eq!(said, [&format!("job.{action}"), "alice", &job, "192.0.2.1"]);
    }
    let refused = hub.post("/jobs", json!({ "app": "shell" })).as_user("alice").await.expect(422);
    assert!(row(hub, &refused).await.is_none());
}

/// The row of this answer's request.
async fn row(hub: &TestHub, answer: &Answer) -> Option<Value> {
    let request = answer.header("x-request-id").unwrap();
    let log = hub.get("/audit?limit=100").as_user("root").await.expect(200).json();
    log["items"].as_array().unwrap().iter().find(|row| row["request"] == request).cloned()
}
