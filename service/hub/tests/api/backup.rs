//! A backup of a hub on PostgreSQL, made while it serves and is written to, and the hubs made from it.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tieline_hub::app::files::sweep;
use tieline_hub::app::jobs::refold;
use tieline_hub::{Config, backup};
use tieline_model::job::{AttemptKey, How, JobFact};
use tieline_model::{Currency, ErrorKind, Seconds};
use tieline_store_hub::{books, facts};
use tieline_testkit::postgres;

use crate::TestHub;
use crate::hub::{PASSWORD, settings};
use crate::play::{Play, staged_in};

const SCRIPT: &[u8] = b"#!/bin/sh\necho hello\n";

#[tokio::test]
async fn a_hub_on_postgres_is_backed_up_while_it_is_written_to_and_goes_on_from_the_backup_on_either_engine() {
    let folder = tempfile::tempdir().unwrap();
    let url = postgres::fresh_database().await.unwrap();
    let mut play = Play::start_with(|config| config.database.url = Some(url)).await;
    let done = play.placed_as("done").await;
    play.runs(done, Seconds::minutes(30), How::Code(0)).await;
    play.happens(done, [JobFact::StageOutStarted, JobFact::Finished]).await;
    let open = play.placed_as("open").await;
    play.happens(open, [JobFact::StageInStarted, staged_in()]).await;
    let proof = play.hub.signed_in("alice").await;
    let kept = folder.path().join("kept");

    let before = play.funds().await.0;
    let made = {
        let copying = backup::backup(&play.hub.app.config, &kept, play.hub.clock.now());
        let writing = async {
            loop {
                play.top_up(1).await;
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! { made = copying => made.unwrap(), () = writing => unreachable!() }
    };
    play.top_up(1).await;
    let after = play.funds().await.0;
    assert_ne!(before, after);

    let sqlite = format!("sqlite:{}", folder.path().join("moved.sqlite").display());
    for (name, database) in [("postgres", postgres::fresh_database().await.unwrap()), ("sqlite", sqlite)] {
        let config = config(folder.path(), name, &database);
        assert_eq!(backup::restore(&config, &kept).await.unwrap(), made);
        let hub = TestHub::over(database, play.hub.clock.now(), |given| *given = config).await;
        is_whole(&hub, &play, &proof.access).await;
        cancel_goes_on(&hub, open).await;
        hub.app.store.clone().close().await.unwrap();
    }
}

fn config(folder: &Path, name: &str, database: &str) -> Config {
    let mut config = settings(folder.join(name));
    config.database.url = Some(database.to_owned());
    config
}

/// Money, folds, people, keys and files are one moment of what they were.
async fn is_whole(hub: &TestHub, play: &Play, access: &str) {
    books::audit(hub.app.store.read()).await.unwrap();
    let report = refold::check(&hub.app).await.unwrap();
    assert_eq!((report.jobs, report.differences, report.unknown), (2, Vec::new(), Vec::new()));
    let money = |hub: &TestHub| {
        let store = hub.app.store.clone();
        async move { books::balance(store.read(), tieline_ledger::LedgerAccount::Account(play.account), Currency::CNY).await.unwrap() }
    };
    let (then, now) = (money(hub).await.micros, money(&play.hub).await.micros);
    assert!(995_000_000 <= then && then < now && then % 1_000_000 == 0, "{then} of {now}");
    hub.post("/sessions", json!({ "name": "alice", "password": PASSWORD })).await.expect(200);
    assert_eq!(hub.get("/me").bearer(access).await.expect(200).json()["name"], "alice", "an access token of before is still good");
    let content = hub.get(format!("/files/{}/content", play.script)).as_user("alice").await.expect(200);
    assert_eq!(content.body, SCRIPT);
}

/// What happens next is counted after what had happened.
async fn cancel_goes_on(hub: &TestHub, open: AttemptKey) {
    let newest = facts::newest(hub.app.store.read()).await.unwrap();
    hub.post(format!("/jobs/{}/cancel", open.job), json!({})).as_user("alice").await.expect(200);
    assert_eq!(facts::newest(hub.app.store.read()).await.unwrap(), newest + 1);
}

#[tokio::test]
async fn a_backup_is_not_restored_over_a_postgres_database_that_holds_a_hub() {
    let folder = tempfile::tempdir().unwrap();
    let url = postgres::fresh_database().await.unwrap();
    let hub = TestHub::start_with(|config| config.database.url = Some(url.clone())).await;
    let kept = folder.path().join("kept");
    backup::backup(&hub.app.config, &kept, hub.clock.now()).await.unwrap();
    let target = config(folder.path(), "again", &url);
    let refused = backup::restore(&target, &kept).await.unwrap_err();
    assert_eq!((refused.kind(), refused.message()), (ErrorKind::Conflict, "the database holds something already"));
    assert!(hub.get("/users").as_user("root").await.expect(200).json()["items"].as_array().unwrap().len() == 5, "it is as it was");
    let fresh = config(folder.path(), "again", &postgres::fresh_database().await.unwrap());
    backup::restore(&fresh, &kept).await.unwrap();
}

#[tokio::test]
async fn no_content_is_removed_while_a_backup_is_made() {
    let hub = TestHub::start().await;
    let bytes = futures::stream::iter([Ok(bytes::Bytes::from_static(b"nobody needs this"))]);
    hub.app.blobs.receive(bytes, None, 1 << 20).await.unwrap();
    // Contents are dated by the real time.
    hub.clock.set(tieline_hub::clock::Clock::default().now() + Seconds::days(9));
    let lock = tieline_hub::app::files::keep_all(&hub.app.config.state.join("blobs")).unwrap();
    assert_eq!(sweep::once(&hub.app).await.unwrap().blobs, 0);
    drop(lock);
    assert_eq!(sweep::once(&hub.app).await.unwrap().blobs, 1);
}

#[tokio::test]
async fn where_there_is_no_hub_there_is_nothing_to_back_up_on_sqlite_or_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = format!("sqlite:{}", folder.path().join("none.sqlite").display());
    for (name, database) in [("sqlite", nothing), ("postgres", postgres::fresh_database().await.unwrap())] {
        let config = config(folder.path(), name, &database);
        std::fs::create_dir_all(config.state.join("blobs")).unwrap();
        let refused = backup::backup(&config, &folder.path().join(format!("kept-{name}")), crate::hub::START).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotFound, "{refused}");
    }
}
