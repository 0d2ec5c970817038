//! Every operation against every role, the expected statuses written by hand. An operation without a row fails.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tieline_hub::app::people::tokens;
use tieline_hub::http::Caller;
use tieline_model::MemberRole;
use tieline_store_hub::accounts::{self, Account};

use crate::TestHub;
use crate::center;
use crate::hub::{Ask, PASSWORD};

/// In the order of the columns below. `alice` is the one whose things are asked for.
const ROLES: [Option<&str>; 5] = [None, Some("alice"), Some("bob"), Some("olga"), Some("root")];

/// Fresh things for one cell of the table: `alice` owns them. Add what your operations need.
pub struct Stage<'a> {
    pub hub: &'a TestHub,
    /// A number that no other cell has, for names.
    pub cell: usize,
    pub refresh: String,
    pub session: String,
    pub token: String,
    pub account: String,
    pub center: center::Staged,
}

type Row = (&'static str, [u16; 5], fn(&Stage) -> Ask);

/// operation, [anonymous, user, other user, center operator, administrator], the request. One line for each operation.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    // meta
    ("version",          [200, 200, 200, 200, 200], |s| s.hub.get("/version")),
    // sessions
    ("sign_in",          [200, 200, 200, 200, 200], |s| s.hub.post("/sessions", json!({ "name": "alice", "password": PASSWORD }))),
    ("refresh_session",  [200, 200, 200, 200, 200], |s| s.hub.post("/sessions/refresh", json!({ "refresh_token": s.refresh }))),
    ("list_sessions",    [401, 200, 200, 200, 200], |s| s.hub.get("/sessions")),
    ("sign_out",         [401, 204, 204, 204, 204], |s| s.hub.delete("/sessions/current")),
    ("revoke_session",   [401, 204, 404, 404, 204], |s| s.hub.delete(format!("/sessions/{}", s.session))),
    // people
    ("me",               [401, 200, 200, 200, 200], |s| s.hub.get("/me")),
    ("change_password",  [401, 204, 204, 204, 204], |s| s.hub.put("/me/password", json!({ "old": PASSWORD, "new": "another horse" }))),
    ("create_token",     [401, 201, 201, 201, 201], |s| s.hub.post("/tokens", json!({ "name": "nightly" }))),
    ("list_tokens",      [401, 200, 200, 200, 200], |s| s.hub.get("/tokens")),
    ("revoke_token",     [401, 204, 404, 404, 404], |s| s.hub.delete(format!("/tokens/{}", s.token))),
    // users
    ("create_user",      [401, 403, 403, 403, 201], |s| s.hub.post("/users", json!({ "name": format!("dave{}", s.cell), "display_name": "Dave", "password": PASSWORD }))),
    ("list_users",       [401, 403, 403, 403, 200], |s| s.hub.get("/users")),
    ("get_user",         [401, 403, 403, 403, 200], |s| s.hub.get("/users/alice")),
    ("set_roles",        [401, 403, 403, 403, 200], |s| s.hub.put("/users/carol/roles", json!({ "roles": ["platform-administrator"] }))),
    ("reset_password",   [401, 403, 403, 403, 204], |s| s.hub.put("/users/carol/password", json!({ "password": "another horse" }))),
    ("set_blocked",      [401, 403, 403, 403, 200], |s| s.hub.put("/users/carol/blocked", json!({ "blocked": true }))),
    // accounts
    ("create_account",   [401, 403, 403, 403, 201], |s| s.hub.post("/accounts", json!({ "name": format!("new{}", s.cell) }))),
    ("list_accounts",    [401, 200, 200, 200, 200], |s| s.hub.get("/accounts")),
    ("get_account",      [401, 200, 404, 404, 200], |s| s.hub.get(format!("/accounts/{}", s.account))),
    ("set_member",       [401, 200, 404, 404, 200], |s| s.hub.put(format!("/accounts/{}/members/carol", s.account), json!({ "role": "administrator" }))),
    ("remove_member",    [401, 204, 404, 404, 204], |s| s.hub.delete(format!("/accounts/{}/members/carol", s.account))),
    // centers
    ("create_center",    [401, 403, 403, 403, 201], |s| s.hub.post("/centers", json!({ "name": format!("center{}", s.cell) }))),
    ("list_centers",     [200, 200, 200, 200, 200], |s| s.hub.get("/centers")),
    ("get_center",       [200, 200, 200, 200, 200], |s| s.hub.get(format!("/centers/{}", s.hub.center))),
    ("create_join_token", [401, 403, 403, 201, 201], |s| s.hub.post(format!("/centers/{}/join-tokens", s.hub.center), json!({}))),
    ("enroll_gateway",   [201, 201, 201, 201, 201], |s| s.hub.post("/gateways/enroll", json!({ "token": s.center.join, "csr_pem": center::request(), "version": "1" }))),
    ("list_gateways",    [401, 403, 403, 200, 200], |s| s.hub.get("/gateways")),
    ("set_gateway_revoked", [401, 404, 404, 200, 200], |s| s.hub.put(format!("/gateways/{}/revoked", s.center.gateway), json!({ "revoked": true }))),
    // machines
    ("list_machines",    [200, 200, 200, 200, 200], |s| s.hub.get("/machines")),
    ("get_machine",      [200, 200, 200, 200, 200], |s| s.hub.get(format!("/machines/{}", s.center.machine))),
    ("machine_history",  [401, 200, 200, 200, 200], |s| s.hub.get(format!("/machines/{}/history", s.center.machine))),
    ("set_machine_enabled", [401, 403, 403, 200, 200], |s| s.hub.put(format!("/machines/{}/enabled", s.center.machine), json!({ "enabled": false }))),
    // audit
    ("list_audit",       [401, 403, 403, 403, 200], |s| s.hub.get("/audit")),
];

#[tokio::test]
async fn every_operation_answers_every_role_as_the_table_says() {
    let mut wrong = Vec::new();
    for (row, (operation, expected, ask)) in TABLE.iter().enumerate() {
        // A hub for each row: what one operation does must not help or harm the next.
        let hub = TestHub::start().await;
        for (column, (role, expected)) in ROLES.iter().zip(expected).enumerate() {
            let stage = stage(&hub, row * ROLES.len() + column).await;
            let mut ask = ask(&stage);
            if let Some(name) = role {
                ask = ask.as_user(name);
            }
            let answer = ask.await;
            if answer.status != *expected {
                let body = String::from_utf8_lossy(&answer.body).into_owned();
                wrong.push(format!("{operation} as {}: {} instead of {expected}: {body}", role.unwrap_or("nobody"), answer.status));
            }
            if answer.status >= 400 {
                assert!(answer.json()["message"].is_string(), "{operation}: a failure without an error body");
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_operation_of_the_document_has_one_row() {
    let rows = TABLE.iter().map(|(operation, ..)| (*operation).to_owned()).collect::<Vec<_>>();
    let unique = rows.iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(rows.len(), unique.len(), "an operation has two rows");
    let operations = operations().into_keys().collect::<BTreeSet<_>>();
    let without = operations.difference(&unique).collect::<Vec<_>>();
    let gone = unique.difference(&operations).collect::<Vec<_>>();
    assert!(without.is_empty() && gone.is_empty(), "without a row: {without:?}; without an operation: {gone:?}");
}

/// All operations of the document by their ids, with method and path.
fn operations() -> BTreeMap<String, String> {
    let document = serde_json::to_value(tieline_hub::http::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let each = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().unwrap().clone();
        let path = path.clone();
        methods
            .into_iter()
            .filter_map(move |(method, operation)| Some((operation.get("operationId")?.as_str()?.to_owned(), format!("{method} {path}"))))
    };
    paths.iter().flat_map(each).collect()
}

async fn stage(hub: &TestHub, cell: usize) -> Stage<'_> {
    let alice = hub.user("alice").await;
    let proof = hub.signed_in("alice").await;
    let caller = Caller {
        user: alice.id,
        name: alice.name.clone(),
        roles: alice.roles.clone(),
        session: Some(proof.session),
        request: hub.clock.id(),
        address: "192.0.2.1".to_owned(),
    };
    let (_, token) = tokens::create(&hub.app, &caller, "staged", None).await.unwrap();
    let tx = hub.app.store.begin().await.unwrap();
    let name = format!("group{cell}").parse().unwrap();
    let account = Account { id: hub.clock.id(), tenant: alice.tenant, name, personal_of: None, created: hub.clock.now() };
    accounts::insert(&tx, &account).await.unwrap();
    accounts::set_member(&tx, account.id, alice.id, MemberRole::Owner, hub.clock.now()).await.unwrap();
    let carol = hub.user("carol").await;
    accounts::set_member(&tx, account.id, carol.id, MemberRole::Member, hub.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    Stage {
        hub,
        cell,
        refresh: proof.refresh.unwrap(),
        session: proof.session.to_string(),
        token: token.id.to_string(),
        account: account.id.to_string(),
        center: center::stage(hub, cell).await,
    }
}
