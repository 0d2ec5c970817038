//! A job with its outputs that lies ready for a test.

use bytes::Bytes;
use futures::stream;
use tieline_hub::App;
use tieline_model::job::{Actor, AttemptKey, State, StateName};
use tieline_model::{JobId, UserId};
use tieline_store_hub::attempts::{self, Attempt};
use tieline_store_hub::job_files::{self, JobFile};
use tieline_store_hub::jobs::{self, Job};
use tieline_store_hub::{accounts, apps};

use crate::TestHub;

/// A job of this person that is over, with these outputs brought back; each holds `hello world`.
pub async fn stage_job(hub: &TestHub, user: UserId, outputs: &[&str]) -> JobId {
    stage_job_with(hub, user, outputs, b"hello world").await
}

/// The same; each holds this.
pub async fn stage_job_with(hub: &TestHub, user: UserId, outputs: &[&str], content: &[u8]) -> JobId {
    let key = AttemptKey { job: put_job(&hub.app, user, StateName::Canceled).await, number: 1 };
    let bytes = Bytes::copy_from_slice(content);
    let (sha256, size) = hub.app.blobs.receive(stream::iter([Ok(bytes)]), None, 1 << 20).await.unwrap();
    let tx = hub.app.store.begin().await.unwrap();
    let mut attempt = Attempt::created(key, hub.clock.now());
    attempt.state = State::Canceled { by: Actor::User(user) };
    attempts::save(&tx, &attempt).await.unwrap();
    for path in outputs {
        job_files::save(&tx, key, &JobFile { path: path.parse().unwrap(), size, sha256: Some(sha256), gone: false }).await.unwrap();
    }
    tx.commit().await.unwrap();
    key.job
}

async fn put_job(app: &App, user: UserId, state: StateName) -> JobId {
    let tx = app.store.begin().await.unwrap();
    let edition = apps::current(&tx).await.unwrap().into_iter().next().unwrap();
    let account = accounts::personal(&tx, user).await.unwrap().unwrap();
    let now = app.clock.now();
    let job = Job {
        id: app.clock.id(),
        user,
        account: account.id,
        app_version: edition.id,
        app: edition.app,
        name: "staged".to_owned(),
        remark: String::new(),
        request: "{}".to_owned(),
        attempt: 1,
        state,
        machine: None,
        created: now,
        changed: now,
        ended: Some(now),
        deleted: false,
    };
    jobs::insert(&tx, &job, None).await.unwrap();
    tx.commit().await.unwrap();
    job.id
}
