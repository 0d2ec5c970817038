//! Spaces, files, uploads, and which contents are needed.

use tieline_model::file::Location;
use tieline_model::job::{Actor, AttemptKey, State, StateName};
use tieline_model::{ErrorKind, JobId, MachineId, Sha256, SpaceId};
use tieline_store_hub::apps::{self, AppVersion};
use tieline_store_hub::attempts::{self, Attempt};
use tieline_store_hub::files::{self, Entry, File};
use tieline_store_hub::job_files::{self, JobFile};
use tieline_store_hub::jobs::{self, Job};
use tieline_store_hub::spaces::{self, Space, Used};
use tieline_store_hub::uploads::{self, Upload};
use tieline_store_hub::users::User;
use tieline_store_hub::{Store, Tx, blobs, intents};

use crate::engines::id;
use crate::{for_each_engine, moment, seeded};

async fn space(tx: &Tx, user: &User) -> SpaceId {
    let space = Space { id: id(), user: user.id, created: moment(1) };
    spaces::insert(tx, &space).await.unwrap();
    space.id
}

fn file(space: SpaceId, path: &str, content: u8) -> File {
    File { id: id(), space, path: path.parse().unwrap(), size: 10, sha256: Sha256([content; 32]), created: moment(2), modified: moment(2) }
}

fn upload(space: SpaceId, size: u64, expires: i64) -> Upload {
    let (created, expires) = (moment(1), moment(expires));
    Upload { id: id(), space, path: "u".parse().unwrap(), size, sha256: Some(Sha256([9; 32])), created, expires, file: None }
}

async fn paths(store: &Store, space: SpaceId, folder: Option<&str>, deep: bool, limit: u64) -> Vec<String> {
    let folder = folder.map(|folder| folder.parse().unwrap());
    let mut found: Vec<Entry> = Vec::new();
    loop {
        let from = found.last().map(Entry::behind);
        let page = files::list(store.read(), space, folder.as_ref(), deep, from, limit).await.unwrap();
        if page.is_empty() {
            return found.iter().map(|entry| entry.path().to_string()).collect();
        }
        found.extend(page);
    }
}

#[tokio::test]
async fn a_path_is_one_file_that_keeps_its_id_when_its_content_changes() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        let (ada, eve) = (seeded(&tx, "ada").await, seeded(&tx, "eve").await);
        let space = space(&tx, &ada).await;
        let first = file(space, "输入/in.lj", 1);
        assert_eq!(files::put(&tx, &first).await.unwrap(), first.id);
        let place = Location::Machine { machine: id::<MachineId>(), path: "/work/in.lj".to_owned() };
        files::add_location(&tx, first.id, &place).await.unwrap();
        assert_eq!(files::locations(&tx, &first).await.unwrap(), [Location::Hub { sha256: first.sha256 }, place]);
        let second = File { id: id(), sha256: Sha256([2; 32]), size: 20, modified: moment(5), ..first.clone() };
        assert_eq!(files::put(&tx, &second).await.unwrap(), first.id);
        tx.commit().await.unwrap();

        let now = files::owned(store.read(), first.id, ada.id).await.unwrap().unwrap();
        assert_eq!(now, File { id: first.id, ..second.clone() });
        assert_eq!(files::locations(store.read(), &now).await.unwrap(), [Location::Hub { sha256: second.sha256 }]);
        assert_eq!(files::owned(store.read(), first.id, eve.id).await.unwrap(), None, "somebody else's");

        let tx = store.begin().await.unwrap();
        let other = file(space, "b", 3);
        files::put(&tx, &other).await.unwrap();
        tx.commit().await.unwrap();
        let tx = store.begin().await.unwrap();
        assert_eq!(files::rename(&tx, other.id, &first.path, moment(6)).await.unwrap_err().kind(), ErrorKind::Conflict);
        drop(tx);
        let tx = store.begin().await.unwrap();
        files::rename(&tx, other.id, &"c".parse().unwrap(), moment(6)).await.unwrap();
        files::delete(&tx, first.id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(paths(&store, space, None, true, 10).await, ["c"]);
    })
    .await;
}

#[tokio::test]
async fn folders_are_listed_by_bytes_whatever_the_size_of_a_page() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        let ada = seeded(&tx, "ada").await;
        let space = space(&tx, &ada).await;
        for path in ["b", "a/1", "a/2/x", "a/2/y", "a-b", "a0", "A", "c/1", "é", "输入/文件"] {
            files::put(&tx, &file(space, path, 1)).await.unwrap();
        }
        for number in 0..450 {
            files::put(&tx, &file(space, &format!("many/{number:03}"), 1)).await.unwrap();
        }
        for (path, other) in [("a", "a/1"), ("a/1/x", "a/1"), ("b/x/y", "b")] {
            let found = files::in_the_way(&tx, space, &path.parse().unwrap()).await.unwrap().unwrap();
            assert_eq!(found.path.as_str(), other);
        }
        assert!(files::in_the_way(&tx, space, &"a/3".parse().unwrap()).await.unwrap().is_none());
        tx.commit().await.unwrap();
        for limit in [1, 2, 3, 100] {
            assert_eq!(paths(&store, space, None, false, limit).await, ["A", "a-b", "a", "a0", "b", "c", "many", "é", "输入"]);
            assert_eq!(paths(&store, space, Some("a"), false, limit).await, ["a/1", "a/2"]);
            assert_eq!(paths(&store, space, Some("a"), true, limit).await, ["a/1", "a/2/x", "a/2/y"]);
        }
        assert_eq!(paths(&store, space, Some("many"), false, 1000).await.len(), 450);
        assert_eq!(paths(&store, space, None, true, 7).await.len(), 460);
    })
    .await;
}

#[tokio::test]
async fn files_and_open_uploads_count_and_finished_ones_do_not_count_twice() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        let ada = seeded(&tx, "ada").await;
        assert_eq!(spaces::of_user(&tx, ada.id).await.unwrap(), None);
        let space = space(&tx, &ada).await;
        assert_eq!(spaces::used(&tx, space).await.unwrap(), Used::default());
        let kept = file(space, "a", 1);
        files::put(&tx, &kept).await.unwrap();
        let (open, done) = (upload(space, 1 << 40, 100), upload(space, 10, 50));
        uploads::insert(&tx, &open).await.unwrap();
        uploads::insert(&tx, &done).await.unwrap();
        uploads::finish(&tx, done.id, kept.id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(spaces::used(store.read(), space).await.unwrap(), Used { files: 1, file_bytes: 10, upload_bytes: 1 << 40 });
        assert_eq!(uploads::by_id(store.read(), open.id).await.unwrap(), Some(open.clone()));
        assert_eq!(uploads::by_id(store.read(), done.id).await.unwrap().unwrap().file, Some(kept.id));
        assert_eq!(uploads::expired(store.read(), moment(51), 10).await.unwrap(), [done.id]);
        assert_eq!(uploads::expired(store.read(), moment(101), 10).await.unwrap(), [done.id, open.id]);
        let tx = store.begin().await.unwrap();
        uploads::delete(&tx, open.id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(uploads::by_id(store.read(), open.id).await.unwrap(), None);
    })
    .await;
}

async fn job(tx: &Tx, user: &User, state: StateName) -> JobId {
    let edition = match apps::current(tx).await.unwrap().into_iter().next() {
        Some(edition) => edition.id,
        None => {
            let edition = AppVersion {
                id: id(),
                app: "shell".parse().unwrap(),
                version: "1".to_owned(),
                manifest: "{}".to_owned(),
                sha256: Sha256([7; 32]),
                size: 1,
                scripts: Vec::new(),
                current: true,
                created: moment(1),
            };
            apps::publish(tx, &edition).await.unwrap();
            edition.id
        }
    };
    let job = Job {
        id: id(),
        user: user.id,
        account: id(),
        app_version: edition,
        app: "shell".parse().unwrap(),
        name: "one".to_owned(),
        remark: String::new(),
        request: "{}".to_owned(),
        attempt: 1,
        state,
        machine: None,
        created: moment(1),
        changed: moment(1),
        ended: None,
        deleted: false,
    };
    jobs::insert(tx, &job, None).await.unwrap();
    job.id
}

#[tokio::test]
async fn a_content_is_needed_by_files_outputs_packages_and_jobs_that_have_not_ended() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        let ada = seeded(&tx, "ada").await;
        let space = space(&tx, &ada).await;
        files::put(&tx, &file(space, "a", 1)).await.unwrap();
        let (open, ended) = (job(&tx, &ada, StateName::Queued).await, job(&tx, &ada, StateName::Failed).await);
        blobs::need(&tx, open, &[Sha256([2; 32]), Sha256([3; 32])]).await.unwrap();
        blobs::need(&tx, open, &[Sha256([2; 32])]).await.unwrap();
        blobs::need(&tx, ended, &[Sha256([4; 32])]).await.unwrap();
        let output = JobFile { path: "out".parse().unwrap(), size: 1, sha256: Some(Sha256([5; 32])), gone: true };
        job_files::save(&tx, AttemptKey { job: ended, number: 1 }, &output).await.unwrap();
        tx.commit().await.unwrap();
        let all: Vec<Sha256> = (0..10).map(|byte| Sha256([byte; 32])).collect();
        let mut found: Vec<u8> = blobs::referenced(store.read(), &all).await.unwrap().into_iter().map(|sha256| sha256.0[0]).collect();
        found.sort_unstable();
        assert_eq!(found, [1, 2, 3, 5, 7]);
    })
    .await;
}

#[tokio::test]
async fn a_folder_is_to_be_removed_once_and_only_after_its_attempt_was_over_long_enough() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        let ada = seeded(&tx, "ada").await;
        let mut keys = Vec::new();
        for (over, placed, changed, purged) in
            [(true, true, 10, false), (true, true, 30, false), (true, false, 10, false), (true, true, 10, true), (false, true, 10, false)]
        {
            let key = AttemptKey { job: job(&tx, &ada, StateName::Canceled).await, number: 1 };
            let mut attempt = Attempt::created(key, moment(1));
            if over {
                attempt.state = State::Canceled { by: Actor::User(ada.id) };
            }
            attempt.gateway = placed.then(id);
            (attempt.changed, attempt.purged) = (moment(changed), purged);
            attempts::save(&tx, &attempt).await.unwrap();
            keys.push(key);
        }
        tx.commit().await.unwrap();
        let due = async |seconds| {
            let found = attempts::to_purge(store.read(), moment(seconds), 10).await.unwrap();
            found.into_iter().map(|attempt| attempt.key).collect::<Vec<_>>()
        };
        assert_eq!(due(20).await, [keys[0]]);
        assert_eq!(due(40).await, [keys[0], keys[1]]);
        let tx = store.begin().await.unwrap();
        let gateway = attempts::by_key(&tx, keys[0]).await.unwrap().unwrap().gateway.unwrap();
        let kind = "purge".to_owned();
        let asked = intents::Intent { id: id(), gateway, key: keys[0], kind, body: vec![1], created: moment(41), kept: None };
        intents::insert(&tx, &asked).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(due(40).await, [keys[1]]);
    })
    .await;
}
