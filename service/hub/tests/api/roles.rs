//! Every operation against every role, the expected statuses written by hand. An operation without a row fails.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde_json::{Value, json};

use crate::TestHub;
use crate::center;
use crate::hub::{Ask, PASSWORD};
use crate::stage::{Stage, announced, tus};

/// In the order of the columns below. `alice` is the one whose things are asked for.
pub const ROLES: [Option<&str>; 5] = [None, Some("alice"), Some("bob"), Some("olga"), Some("root")];

pub type Row = (&'static str, [u16; 5], fn(&Stage) -> Ask);

/// All rows meet one hub in this order, each cell with fresh things: what a row does to the five people must not harm the next.
/// operation, [anonymous, user, other user, center operator, administrator], the request. One line for each operation.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    // meta
    ("version",          [200, 200, 200, 200, 200], |s| s.hub.get("/version")),
    ("get_openapi",      [200, 200, 200, 200, 200], |s| s.hub.get("/openapi.json")),
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
    // what people arrange for themselves
    ("get_preferences",  [401, 200, 200, 200, 200], |s| s.hub.get("/me/preferences")),
    ("set_preferences",  [401, 200, 200, 200, 200], |s| s.hub.put("/me/preferences", json!({ "tiles": { "shell": "teal" } }))),
    ("create_template",  [401, 201, 201, 201, 201], |s| s.hub.post("/templates", json!({ "name": format!("cell {}", s.cell), "request": { "app": "shell" } }))),
    ("list_templates",   [401, 200, 200, 200, 200], |s| s.hub.get("/templates")),
    ("delete_template",  [401, 204, 404, 404, 404], |s| s.hub.delete(format!("/templates/{}", s.template))),
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
    // audit
    ("list_audit",       [401, 403, 403, 403, 200], |s| s.hub.get("/audit")),
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
    ("machine_access",   [401, 503, 503, 503, 503], |s| s.hub.get(format!("/machines/{}/access", s.center.machine))),
    ("machine_history",  [401, 200, 200, 200, 200], |s| s.hub.get(format!("/machines/{}/history", s.center.machine))),
    ("set_machine_enabled", [401, 403, 403, 200, 200], |s| s.hub.put(format!("/machines/{}/enabled", s.center.machine), json!({ "enabled": false }))),
    // files: even an administrator has no part in what is somebody else's
    ("upload_options",   [204, 204, 204, 204, 204], |s| s.hub.ask(Method::OPTIONS, "/uploads")),
    ("create_upload",    [401, 201, 201, 201, 201], |s| announced(s.hub, "new.txt")),
    ("show_upload",      [401, 200, 404, 404, 404], |s| tus(s.hub.ask(Method::HEAD, format!("/uploads/{}", s.upload)))),
    ("patch_upload",     [401, 204, 404, 404, 404], |s| tus(s.hub.ask(Method::PATCH, format!("/uploads/{}", s.upload))).header("upload-offset", "0").body("application/offset+octet-stream", "he")),
    ("delete_upload",    [401, 204, 404, 404, 404], |s| tus(s.hub.delete(format!("/uploads/{}", s.upload)))),
    ("list_files",       [401, 200, 200, 200, 200], |s| s.hub.get("/files")),
    ("get_file",         [401, 200, 404, 404, 404], |s| s.hub.get(format!("/files/{}", s.file))),
    ("create_download_link", [401, 201, 201, 201, 201], |s| s.hub.post("/download-links", json!({ "path": format!("/api/v1/files/{}/content", s.file) }))),
    ("download_file",    [401, 200, 404, 404, 404], |s| s.hub.get(format!("/files/{}/content", s.file))),
    ("move_file",        [401, 200, 404, 404, 404], |s| s.hub.put(format!("/files/{}", s.file), json!({ "path": format!("moved{}", s.cell) }))),
    ("delete_file",      [401, 204, 404, 404, 404], |s| s.hub.delete(format!("/files/{}", s.file))),
    ("my_quota",         [401, 200, 200, 200, 200], |s| s.hub.get("/quota")),
    // apps and jobs: the operator of the center where a job was placed sees it, but changes nothing and reads none of its files
    ("list_apps",        [200, 200, 200, 200, 200], |s| s.hub.get("/apps")),
    ("get_app",          [200, 200, 200, 200, 200], |s| s.hub.get("/apps/shell")),
    ("check_job",        [401, 200, 404, 404, 404], |s| s.hub.post("/apps/shell/check", json!({ "app": "shell", "files": { "script": [s.file] } }))),
    ("create_job",       [401, 503, 404, 404, 404], |s| s.hub.post("/jobs", json!({ "app": "shell", "files": { "script": [s.file] } }))),
    ("list_jobs",        [401, 200, 200, 200, 200], |s| s.hub.get("/jobs")),
    ("get_job",          [401, 200, 404, 200, 200], |s| s.hub.get(format!("/jobs/{}", s.job))),
    ("explain_job",      [401, 200, 404, 200, 200], |s| s.hub.get(format!("/jobs/{}/explain", s.job))),
    ("job_scripts",      [401, 200, 404, 200, 200], |s| s.hub.get(format!("/jobs/{}/scripts", s.job))),
    ("cancel_job",       [401, 200, 404, 403, 200], |s| s.hub.post(format!("/jobs/{}/cancel", s.job), json!({}))),
    ("retry_job",        [401, 200, 404, 403, 200], |s| s.hub.post(format!("/jobs/{}/retry", s.job), json!({}))),
    ("update_job",       [401, 200, 404, 403, 200], |s| s.hub.ask(Method::PATCH, format!("/jobs/{}", s.job)).json(&json!({ "name": "other" }))),
    ("delete_job",       [401, 200, 404, 403, 200], |s| s.hub.delete(format!("/jobs/{}", s.job))),
    ("restore_job",      [401, 200, 404, 403, 200], |s| s.hub.post(format!("/jobs/{}/restore", s.job), json!({}))),
    ("list_job_files",   [401, 200, 404, 403, 200], |s| s.hub.get(format!("/jobs/{}/files", s.job))),
    ("read_job_file",    [401, 404, 404, 403, 404], |s| s.hub.get(format!("/jobs/{}/files/none.txt", s.job))),
    ("read_job_file_lines", [401, 404, 404, 403, 404], |s| s.hub.get(format!("/jobs/{}/lines/none.txt", s.job))),
    ("search_job_file",  [401, 404, 404, 403, 404], |s| s.hub.get(format!("/jobs/{}/search/none.txt?text=x", s.job))),
    ("follow_job_log",   [401, 404, 404, 403, 404], |s| s.hub.get(format!("/jobs/{}/log?stream=stdout", s.job))),
    ("events",           [401, 200, 200, 200, 200], |s| s.hub.get("/events")),
    // money
    ("list_prices",      [401, 200, 200, 200, 200], |s| s.hub.get("/prices")),
    ("set_price",        [401, 403, 403, 201, 201], |s| s.hub.post("/prices", json!({ "machine": s.center.machine, "currency": "CNY", "core_hour": 100_000 }))),
    ("get_balance",      [401, 200, 404, 404, 200], |s| s.hub.get(format!("/accounts/{}/balance", s.account))),
    ("list_charges",     [401, 200, 404, 404, 200], |s| s.hub.get(format!("/accounts/{}/charges", s.account))),
    ("list_holds",       [401, 200, 404, 404, 200], |s| s.hub.get(format!("/accounts/{}/holds", s.account))),
    ("top_up",           [401, 403, 403, 403, 201], |s| s.hub.post(format!("/accounts/{}/topups", s.account), json!({ "sum": { "micros": 1, "currency": "CNY" } }))),
];

#[tokio::test]
async fn every_operation_answers_every_role_as_the_table_says() {
    let (hub, mut wrong) = (TestHub::start().await, Vec::new());
    for (row, (operation, expected, ask)) in TABLE.iter().enumerate() {
        for (column, (role, expected)) in ROLES.iter().zip(expected).enumerate() {
            let stage = Stage::set(&hub, row * ROLES.len() + column).await;
            let mut ask = ask(&stage);
            if let Some(name) = role {
                ask = ask.as_user(name);
            }
            let answer = ask.await;
            if answer.status != *expected {
                let body = String::from_utf8_lossy(&answer.body).into_owned();
                wrong.push(format!("{operation} as {}: {} instead of {expected}: {body}", role.unwrap_or("nobody"), answer.status));
            }
            if answer.status >= 400 && *operation != "show_upload" {
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
pub fn operations() -> BTreeMap<String, String> {
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
