//! Signing in and out, sessions, tokens, people, accounts, and the log of it all.

use std::future::IntoFuture;

use futures::future::join_all;
use serde_json::{Value, json};
use tieline_model::Seconds;

use crate::TestHub;
use crate::hub::{Ask, PASSWORD};

fn sign_in(hub: &TestHub, name: &str, password: &str) -> Ask {
    hub.post("/sessions", json!({ "name": name, "password": password }))
}

fn from_page(ask: Ask, cookie: &str) -> Ask {
    ask.header("cookie", &format!("tieline_refresh={cookie}")).header("origin", "http://127.0.0.1:7480")
}

#[tokio::test]
async fn a_shell_gets_its_refresh_token_in_the_body_and_a_browser_in_a_cookie() {
    let hub = TestHub::start().await;
    let shell = sign_in(&hub, "alice", PASSWORD).header("x-tieline-client", "shell").await.expect(200);
    assert!(shell.header("set-cookie").is_none());
    let body = shell.json();
    assert!(body["refresh_token"].as_str().unwrap().starts_with("tlr_"));
    insta::assert_json_snapshot!(body, {
        ".access_token" => "[token]", ".refresh_token" => "[token]", ".user.id" => "[id]"
    });

    let browser = sign_in(&hub, "alice", PASSWORD).await.expect(200);
    assert!(browser.json().get("refresh_token").is_none());
    let cookie = browser.header("set-cookie").unwrap().to_owned();
    assert!(cookie.ends_with("; Path=/api/v1/sessions; Max-Age=2592000; HttpOnly; SameSite=Strict"), "{cookie}");
    let me = hub.get("/me").bearer(browser.json()["access_token"].as_str().unwrap()).await.expect(200).json();
    assert_eq!(me["name"], "alice");
}

#[tokio::test]
async fn a_cookie_is_marked_secure_where_people_come_by_https() {
    let hub = TestHub::start_with(|config| config.http.public_url = "https://hub.example".to_owned()).await;
    let answer = sign_in(&hub, "alice", PASSWORD).await.expect(200);
    assert!(answer.header("set-cookie").unwrap().ends_with("; Secure"));
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_get_the_same_answer() {
    let hub = TestHub::start().await;
    let answers = ["alice", "nobody", "Not A Name", ""].map(|name| sign_in(&hub, name, "wrong horse"));
    let mut bodies = Vec::new();
    for ask in answers {
        bodies.push(ask.await.expect(401).body);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_wrong_passwords_at_the_same_moment_are_checked_as_often_as_one_after_the_other() {
    let hub = TestHub::start_with(|config| config.limits.sign_in_failures = 5).await;
    let ask = |number: usize| sign_in(&hub, ["alice", "bob", "nobody"][number % 3], "wrong horse").into_future();
    let answers = join_all((0..64).map(ask)).await;
    let with = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((with(401), with(429)), (5, 59));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_people_than_may_fail_sign_in_at_the_same_moment_from_one_address() {
    let hub = TestHub::start_with(|config| config.limits.sign_in_failures = 3).await;
    let people = ["alice", "bob", "carol", "olga", "root"];
    let asks = (0..60).map(|number| sign_in(&hub, people[number % people.len()], PASSWORD).into_future());
    join_all(asks).await.into_iter().for_each(|answer| drop(answer.expect(200)));
}

#[tokio::test]
async fn after_too_many_failures_the_right_password_waits_too() {
    let hub = TestHub::start_with(|config| config.limits.sign_in_failures = 3).await;
    for _ in 0..3 {
        sign_in(&hub, "alice", "wrong horse").await.expect(401);
    }
    let answer = sign_in(&hub, "alice", PASSWORD).from("198.51.100.7").await.expect(429);
    assert_eq!(answer.header("retry-after"), Some("901"));
    let answer = answer.json();
    assert_eq!(answer["retry_after_s"], 901);
    assert!(answer["message"].as_str().unwrap().ends_with("try again at 2026-01-01T08:15:01Z"), "{answer}");
    sign_in(&hub, "bob", PASSWORD).await.expect(429);
    sign_in(&hub, "bob", PASSWORD).from("198.51.100.7").await.expect(200);
    hub.pass(Seconds(901));
    sign_in(&hub, "alice", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn an_access_token_ends_after_ten_minutes_and_a_refresh_gives_the_next() {
    let hub = TestHub::start().await;
    let first = sign_in(&hub, "alice", PASSWORD).await.expect(200);
    let access = first.json()["access_token"].as_str().unwrap().to_owned();
    hub.pass(Seconds(599));
    hub.get("/me").bearer(&access).await.expect(200);
    hub.pass(Seconds(1));
    assert_eq!(hub.get("/me").bearer(&access).await.expect(401).json()["code"], "token_expired");
    let cookie = first.cookie("tieline_refresh").unwrap();
    let next = from_page(hub.post("/sessions/refresh", json!({})), &cookie).await.expect(200);
    assert_ne!(next.cookie("tieline_refresh").unwrap(), cookie);
    hub.get("/me").bearer(next.json()["access_token"].as_str().unwrap()).await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_that_is_used_again_ends_the_whole_session() {
    let hub = TestHub::start().await;
    let old = hub.signed_in("alice").await.refresh.unwrap();
    let refresh = |token: &str| hub.post("/sessions/refresh", json!({ "refresh_token": token }));
    let next = refresh(&old).await.expect(200).json();
    let same_moment = refresh(&old).await.expect(200).json();
    assert!(same_moment.get("refresh_token").is_none(), "two programs of one session may refresh at once, only one gets the next");
    hub.pass(Seconds(10));
    assert_eq!(refresh(&old).await.expect(401).json()["code"], "token_reused");
    refresh(next["refresh_token"].as_str().unwrap()).await.expect(401);
    hub.get("/me").bearer(next["access_token"].as_str().unwrap()).await.expect(401);
}

#[tokio::test]
async fn a_made_up_refresh_token_ends_nobodys_session() {
    let hub = TestHub::start().await;
    let good = hub.signed_in("alice").await.refresh.unwrap();
    let (session, _) = good.split_once('.').unwrap();
    for made_up in [format!("{session}.a.b"), "tlr_x.y.z".to_owned(), String::new(), format!("{good}.x")] {
        hub.post("/sessions/refresh", json!({ "refresh_token": made_up })).await.expect(401);
    }
    hub.post("/sessions/refresh", json!({ "refresh_token": good })).await.expect(200);
}

#[tokio::test]
async fn another_sites_page_cannot_use_the_cookie() {
    let hub = TestHub::start().await;
    let cookie = hub.signed_in("alice").await.refresh.unwrap();
    let refresh = || hub.post("/sessions/refresh", json!({})).header("cookie", &format!("a=b; tieline_refresh={cookie}"));
    refresh().await.expect(403);
    refresh().header("origin", "https://evil.example").await.expect(403);
    refresh().header("origin", "http://127.0.0.1:7480").header("sec-fetch-site", "cross-site").await.expect(403);
    refresh().header("origin", "http://127.0.0.1:9").header("host", "127.0.0.1:9").await.expect(200);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_takes_the_cookie_away() {
    let hub = TestHub::start().await;
    let first = sign_in(&hub, "alice", PASSWORD).await;
    let (access, cookie) = (first.json()["access_token"].as_str().unwrap().to_owned(), first.cookie("tieline_refresh").unwrap());
    hub.pass(Seconds(3600));
    let out = from_page(hub.delete("/sessions/current"), &cookie).bearer(&access).await.expect(204);
    assert_eq!(out.cookie("tieline_refresh").as_deref(), Some(""));
    from_page(hub.post("/sessions/refresh", json!({})), &cookie).await.expect(401);
}

#[tokio::test]
async fn a_blocked_user_is_out_at_once() {
    let hub = TestHub::start().await;
    let proof = hub.signed_in("alice").await;
    let token = hub.post("/tokens", json!({ "name": "t" })).as_user("alice").await.expect(201).json();
    hub.put("/users/alice/blocked", json!({ "blocked": true })).as_user("root").await.expect(200);
    hub.get("/me").bearer(&proof.access).await.expect(401);
    hub.get("/me").bearer(token["token"].as_str().unwrap()).await.expect(401);
    hub.post("/sessions/refresh", json!({ "refresh_token": proof.refresh })).await.expect(401);
    sign_in(&hub, "alice", PASSWORD).await.expect(403);
    hub.put("/users/alice/blocked", json!({ "blocked": false })).as_user("root").await.expect(200);
    sign_in(&hub, "alice", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let hub = TestHub::start().await;
    let [here, there] = [hub.signed_in("alice").await, hub.signed_in("alice").await];
    let change = |old: &str, new: &str| hub.put("/me/password", json!({ "old": old, "new": new })).bearer(&here.access);
    assert_eq!(change("wrong horse", "another horse").await.expect(403).json()["field"], "old");
    let weak = change(PASSWORD, "short").await.expect(422).json();
    assert_eq!(
        (weak["field"].as_str(), weak["message"].as_str()),
        (Some("new"), Some("the password has 5 characters, it must have at least 10"))
    );
    change(PASSWORD, "another horse").await.expect(204);
    hub.get("/me").bearer(&here.access).await.expect(200);
    hub.get("/me").bearer(&there.access).await.expect(401);
    sign_in(&hub, "alice", PASSWORD).await.expect(401);
    sign_in(&hub, "alice", "another horse").await.expect(200);
}

#[tokio::test]
async fn an_api_token_acts_for_its_person_until_it_ends_but_cannot_make_another() {
    let hub = TestHub::start().await;
    let made = hub.post("/tokens", json!({ "name": "nightly", "expires_in_days": 1 })).as_user("alice").await.expect(201).json();
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("tlt_") && token.len() == 36, "{token}");
    assert_eq!(hub.get("/me").bearer(token).await.expect(200).json()["name"], "alice");
    hub.post("/tokens", json!({ "name": "child" })).bearer(token).await.expect(403);
    let listed = hub.get("/tokens").bearer(token).await.expect(200).json();
    assert_eq!(listed["items"][0]["used_at"], "2026-01-01T08:00:00Z");
    assert!(!listed.to_string().contains(token));
    hub.pass(Seconds::days(1));
    hub.get("/me").bearer(token).await.expect(401);
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    let hub = TestHub::start().await;
    let demote = |name: &str| hub.put(format!("/users/{name}/roles"), json!({ "roles": [] })).as_user("root");
    assert_eq!(demote("root").await.expect(409).json()["code"], "last_administrator");
    hub.put("/users/root/blocked", json!({ "blocked": true })).as_user("root").await.expect(409);
    hub.put("/users/bob/roles", json!({ "roles": ["platform-administrator"] })).as_user("root").await.expect(200);
    demote("root").await.expect(200);
    hub.get("/users").as_user("root").await.expect(403);
}

#[tokio::test]
async fn a_role_that_does_not_exist_is_named_by_its_place() {
    let hub = TestHub::start().await;
    let body = json!({ "name": "dave", "display_name": "Dave", "password": PASSWORD, "roles": ["user", "king"] });
    let answer = hub.post("/users", body).as_user("root").await.expect(422).json();
    assert_eq!(answer["field"], "roles[1]");
    hub.get("/users/dave").as_user("root").await.expect(404);
}

#[tokio::test]
async fn every_user_has_an_account_of_their_own_and_shared_ones_keep_an_owner() {
    let hub = TestHub::start().await;
    let own = hub.get("/accounts").as_user("alice").await.json();
    assert_eq!((own["items"][0]["name"].as_str(), own["items"][0]["personal"].as_bool()), (Some("alice"), Some(true)));

    hub.post("/accounts", json!({ "name": "fluids", "owner": "alice" })).as_user("root").await.expect(201);
    let member = |name: &str, role: &str| hub.put(format!("/accounts/fluids/members/{name}"), json!({ "role": role }));
    member("bob", "administrator").as_user("alice").await.expect(200);
    member("carol", "member").as_user("bob").await.expect(200);
    member("carol", "owner").as_user("bob").await.expect(403);
    member("alice", "member").as_user("bob").await.expect(403);
    assert_eq!(member("alice", "member").as_user("alice").await.expect(409).json()["code"], "last_owner");
    hub.delete("/accounts/fluids/members/alice").as_user("alice").await.expect(409);
    hub.delete("/accounts/fluids/members/carol").as_user("carol").await.expect(204);
    let detail = hub.get("/accounts/fluids").as_user("bob").await.expect(200).json();
    insta::assert_json_snapshot!(detail, { ".account.id" => "[id]", ".members[].user" => "[id]" });
    hub.post("/accounts", json!({ "name": "fluids" })).as_user("root").await.expect(409);
    hub.post("/users", json!({ "name": "fluids", "display_name": "F", "password": PASSWORD })).as_user("root").await.expect(409);
}

#[tokio::test]
async fn lists_come_in_pages_that_miss_and_repeat_nobody() {
    let hub = TestHub::start().await;
    let (mut names, mut path) = (Vec::new(), "/users?limit=2".to_owned());
    loop {
        let page = hub.get(&path).as_user("root").await.expect(200).json();
        names.extend(page["items"].as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/users?limit=2&after={next}");
    }
    assert_eq!(names, ["alice", "bob", "carol", "olga", "root"]);
}

#[tokio::test]
async fn every_change_leaves_a_row_with_who_where_and_in_which_request() {
    let hub = TestHub::start().await;
    hub.pass(Seconds(60));
    let body = json!({ "name": "dave", "display_name": "Dave", "password": PASSWORD, "roles": ["platform-administrator"] });
    let made = hub.post("/users", body).as_user("root").from("198.51.100.7").await.expect(201);
    let log = hub.get("/audit?action=user.create&actor=root&since=2026-01-01T08:01:00Z").as_user("root").await.expect(200).json();
    assert_eq!(log["items"][0]["request"].as_str(), made.header("x-request-id"));
    assert_eq!(log["items"][0]["subject"], made.json()["id"]);
    insta::assert_json_snapshot!(log, {
        ".items[].id" => "[id]", ".items[].request" => "[id]", ".items[].subject" => "[id]", ".items[].actor_id" => "[id]",
        ".items[].detail.account" => "[id]"
    });
    let earlier = hub.get("/audit?action=user.create&until=2026-01-01T08:01:00Z").as_user("root").await.json();
    assert!(earlier["items"].as_array().unwrap().iter().all(|row: &Value| row["actor"] == "platform"), "{earlier}");
}

#[tokio::test]
async fn no_secret_is_in_the_log() {
    let hub = TestHub::start().await;
    let signed = sign_in(&hub, "alice", PASSWORD).header("x-tieline-client", "shell").await.json();
    let token = hub.post("/tokens", json!({ "name": "t" })).as_user("alice").await.json();
    hub.put("/users/bob/password", json!({ "password": "secret horse" })).as_user("root").await.expect(204);
    let log = hub.get("/audit?limit=1000").as_user("root").await.expect(200).json().to_string();
    let refresh = signed["refresh_token"].as_str().unwrap();
    for secret in [PASSWORD, "secret horse", token["token"].as_str().unwrap(), refresh, "argon2"] {
        assert!(!log.contains(secret), "{secret}");
    }
}
