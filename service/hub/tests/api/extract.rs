//! Requests that are wrong before any operation looks at them: each answer is our own, and says what is wrong.

use http::Method;
use serde_json::{Value, json};

use crate::TestHub;

fn told(answer: &Value) -> (&str, &str) {
    (answer["field"].as_str().unwrap_or(""), answer["message"].as_str().unwrap())
}

#[tokio::test]
async fn what_is_not_json_is_refused_with_the_place_where_it_breaks() {
    let hub = TestHub::start().await;
    let answer = hub.ask(Method::POST, "/sessions").body("application/json", "{\n  \"name\": ,}").await.expect(400).json();
    assert_eq!(told(&answer), ("", "the request is not JSON: expected value at line 2 column 11"));
    let answer = hub.ask(Method::POST, "/sessions").body("application/json", "{} {}").await.json();
    assert_eq!(answer["kind"], "invalid");
    let answer = hub.ask(Method::POST, "/sessions").body("application/json", &b"{\"name\": \"\xff\"}"[..]).await.expect(400).json();
    assert_eq!(told(&answer), ("", "the request is not UTF-8: byte 10 is wrong"));
}

#[tokio::test]
async fn a_field_that_is_missing_unknown_or_of_the_wrong_type_is_named() {
    let hub = TestHub::start().await;
    for (body, field) in [
        (json!({ "name": "alice" }), "password"),
        (json!({ "name": "alice", "password": 1 }), "password"),
        (json!({ "name": "alice", "password": "x", "remember": true }), "remember"),
    ] {
        let answer = hub.post("/sessions", body).await.expect(422).json();
        assert_eq!(told(&answer).0, field, "{answer}");
    }
    let answer = hub.get("/sessions?limit=x").as_user("alice").await.expect(422).json();
    assert_eq!(told(&answer).0, "limit", "{answer}");
    let answer = hub.get("/sessions?limit=1001").as_user("alice").await.expect(422).json();
    assert_eq!(told(&answer), ("limit", "is 1001, it must be from 1 to 1000"));
    let answer = hub.get("/sessions?sort=name").as_user("alice").await.expect(422).json();
    assert_eq!(told(&answer).0, "sort", "{answer}");
    let answer = hub.get("/sessions?after=x").as_user("alice").await.expect(422).json();
    assert_eq!(told(&answer).0, "after", "{answer}");
    let answer = hub.delete("/sessions/job_1").as_user("alice").await.expect(422).json();
    assert!(told(&answer).1.contains("'job_1' is not an id of the form ses_"), "{answer}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_before_it_is_read() {
    let hub = TestHub::start_with(|config| config.limits.request_bytes = 100).await;
    let large = json!({ "name": "x".repeat(100), "password": "x" });
    let answer = hub.post("/sessions", large).await.expect(413).json();
    assert_eq!(told(&answer).1, "the request is larger than 100 bytes");
    let announced = hub.ask(Method::POST, "/sessions").body("application/json", "{}").header("content-length", "1073741824");
    announced.await.expect(413);
}

#[tokio::test]
async fn what_no_operation_takes_is_answered_in_our_own_words() {
    let hub = TestHub::start().await;
    let answer = hub.get("/nothing").await.expect(404).json();
    assert_eq!(told(&answer).1, "there is nothing at /api/v1/nothing");
    let answer = hub.ask(Method::PATCH, "/sessions").await.expect(405);
    assert_eq!(told(&answer.json()).1, "/api/v1/sessions does not take PATCH");
    let answer = hub.ask(Method::POST, "/sessions").body("text/plain", "{}").await.expect(415).json();
    assert_eq!(told(&answer).0, "content-type");
}

#[tokio::test]
async fn every_answer_names_its_request_and_is_kept_from_being_more_than_an_answer() {
    let hub = TestHub::start().await;
    let answer = hub.get("/version").header("x-request-id", "req_00000000000000000000000000").await.expect(200);
    let id = answer.header("x-request-id").unwrap();
    assert!(id.starts_with("req_") && id != "req_00000000000000000000000000", "{id}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}
