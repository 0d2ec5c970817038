//! Fresh things for one cell of the table of roles: `alice` owns them, `olga` operates the center they are at.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Map, json};
use tieline_hub::app::jobs::wanted::Wanted;
use tieline_hub::app::people::{desk, tokens};
use tieline_hub::http::Caller;
use tieline_model::job::{AttemptKey, StateName};
use tieline_model::{MachineId, MemberRole, Resources, Seconds};
use tieline_store_hub::accounts::{self, Account};
use tieline_store_hub::attempts::{self, Attempt};
use tieline_store_hub::jobs::{self, Job};
use tieline_store_hub::{Tx, apps};

use crate::TestHub;
use crate::center;
use crate::hub::{Answer, Ask};

/// Ids as text. Add what your operations need.
#[derive(Debug)]
pub struct Stage<'a> {
    pub hub: &'a TestHub,
    /// A number that no other cell has, for names.
    pub cell: usize,
    pub refresh: String,
    pub session: String,
    pub token: String,
    pub template: String,
    /// A shared account that alice owns; carol is a member.
    pub account: String,
    pub center: center::Staged,
    /// A file of five bytes.
    pub file: String,
    /// An upload of five bytes, of which none has come.
    pub upload: String,
    /// A job at the machine that failed before anything was sent to its gateway.
    pub job: String,
}

impl<'a> Stage<'a> {
    pub async fn set(hub: &'a TestHub, cell: usize) -> Self {
        let alice = hub.user("alice").await;
        let proof = hub.signed_in("alice").await;
        let caller = Caller {
            user: alice.id,
            name: alice.name.clone(),
            roles: alice.roles.clone(),
            session: Some(proof.session),
            token: None,
            request: hub.clock.id(),
            address: "192.0.2.1".to_owned(),
        };
        let (_, token) = tokens::create(&hub.app, &caller, "staged", None).await.unwrap();
        let request = json!({ "app": "shell" }).to_string();
        let template = desk::keep(&hub.app, &caller, &format!("staged {cell}"), "shell", request).await.unwrap();
        let upload = begin(hub, cell, "waiting").await;
        let whole = begin(hub, cell, "whole").await;
        let ask = hub.ask(Method::PATCH, &whole).body("application/offset+octet-stream", "hello");
        let sent = tus(ask).header("upload-offset", "0").as_user("alice").await.expect(204);
        let file = sent.header("tieline-file").unwrap().to_owned();

        let center = center::stage(hub, cell).await;
        let tx = hub.app.store.begin().await.unwrap();
        let name = format!("group{cell}").parse().unwrap();
        let account = Account { id: hub.clock.id(), tenant: alice.tenant, name, personal_of: None, created: hub.clock.now() };
        accounts::insert(&tx, &account).await.unwrap();
        accounts::set_member(&tx, account.id, alice.id, MemberRole::Owner, hub.clock.now()).await.unwrap();
        let carol = hub.user("carol").await;
        accounts::set_member(&tx, account.id, carol.id, MemberRole::Member, hub.clock.now()).await.unwrap();
        let job = job(hub, &tx, &caller, &account, center.machine).await;
        tx.commit().await.unwrap();
        Self {
            hub,
            cell,
            refresh: proof.refresh.unwrap(),
            session: proof.session.to_string(),
            token: token.id.to_string(),
            template: template.id.to_string(),
            account: account.id.to_string(),
            center,
            file,
            upload: upload.trim_start_matches("/uploads/").to_owned(),
            job: job.id.to_string(),
        }
    }
}

/// What every request of the upload protocol says.
pub fn tus(ask: Ask) -> Ask {
    ask.header("tus-resumable", "1.0.0")
}

/// Announces a file of five bytes.
pub fn announced(hub: &TestHub, name: &str) -> Ask {
    use base64::Engine;
    let name = base64::engine::general_purpose::STANDARD.encode(name);
    tus(hub.ask(Method::POST, "/uploads")).header("upload-length", "5").header("upload-metadata", &format!("filename {name}"))
}

async fn begin(hub: &TestHub, cell: usize, name: &str) -> String {
    let answer: Answer = announced(hub, &format!("{name}{cell}")).as_user("alice").await.expect(201);
    answer.header("location").unwrap().trim_start_matches("/api/v1").to_owned()
}

async fn job(hub: &TestHub, tx: &Tx, owner: &Caller, account: &Account, machine: MachineId) -> Job {
    let edition = apps::current(tx).await.unwrap().into_iter().find(|edition| edition.app.as_str() == "shell").unwrap();
    let wanted = Wanted {
        given: Map::new(),
        files: BTreeMap::new(),
        params: Map::new(),
        inputs: Vec::new(),
        wish: Resources::one_core(Seconds(60)),
        machine: None,
        queue: None,
    };
    let now = hub.clock.now();
    let job = Job {
        id: hub.clock.id(),
        user: owner.user,
        account: account.id,
        app_version: edition.id,
        app: edition.app,
        name: "staged".to_owned(),
        remark: String::new(),
        request: json!(wanted).to_string(),
        attempt: 1,
        state: StateName::Failed,
        machine: Some(machine),
        created: now,
        changed: now,
        ended: Some(now),
        deleted: false,
    };
    jobs::insert(tx, &job, None).await.unwrap();
    attempts::save(tx, &Attempt::created(AttemptKey { job: job.id, number: 1 }, now)).await.unwrap();
    job
}
