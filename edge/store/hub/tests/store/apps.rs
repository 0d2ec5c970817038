//! Apps and their editions.

use tieline_model::job::Script;
use tieline_model::{AppVersionId, Sha256};
use tieline_store_hub::apps::{self, AppVersion};
use tieline_store_hub::{Store, Tx};

use crate::engines::id;
use crate::{for_each_engine, moment};

pub fn edition(app: &str, version: &str, content: u8) -> AppVersion {
    AppVersion {
        id: id::<AppVersionId>(),
        app: app.parse().unwrap(),
        version: version.to_owned(),
        manifest: format!("id = \"{app}\""),
        sha256: Sha256([content; 32]),
        size: 10,
        scripts: vec![Script::PreSubmit, Script::Finalize],
        current: true,
        created: moment(1),
    }
}

async fn publish(store: &Store, edition: &AppVersion) {
    let tx: Tx = store.begin().await.unwrap();
    apps::publish(&tx, edition).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_edition_is_published_once_and_the_latest_one_that_was_published_is_current() {
    for_each_engine(async |store| {
        let (first, second, other) = (edition("lammps", "1", 1), edition("lammps", "2", 2), edition("shell", "1", 3));
        for edition in [&first, &second, &other] {
            publish(&store, edition).await;
        }
        publish(&store, &AppVersion { id: id(), ..second.clone() }).await;
        let current = async || {
            let all = apps::current(store.read()).await.unwrap();
            all.into_iter().map(|edition| (edition.app.to_string(), edition.version)).collect::<Vec<_>>()
        };
        let pair = |app: &str, version: &str| (app.to_owned(), version.to_owned());
        assert_eq!(current().await, [pair("lammps", "2"), pair("shell", "1")]);
        assert_eq!(apps::of_app(store.read(), &first.app).await.unwrap().len(), 2, "the same package again is no new edition");
        publish(&store, &AppVersion { id: id(), ..first.clone() }).await;
        assert_eq!(current().await, [pair("lammps", "1"), pair("shell", "1")]);
        assert_eq!(apps::by_id(store.read(), first.id).await.unwrap(), Some(first));
    })
    .await;
}
