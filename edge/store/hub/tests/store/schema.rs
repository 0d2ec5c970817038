//! The schema: made once, and found as it is the next time.

use tieline_store_hub::{Store, apps, facts, tenants};

use crate::for_each_engine;

#[tokio::test]
async fn an_empty_sqlite_or_postgres_database_gets_its_schema_and_keeps_it_when_it_is_opened_again() {
    for_each_engine(async |store| {
        assert_eq!(facts::newest(store.read()).await.unwrap(), 0);
        assert!(apps::current(store.read()).await.unwrap().is_empty());
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let postgres = tieline_testkit::postgres::fresh_database().await.unwrap();
    for url in [format!("sqlite:{}", folder.path().join("hub.sqlite").display()), postgres] {
        let first = Store::open(&url).await.unwrap();
        let tx = first.begin().await.unwrap();
        crate::seeded(&tx, "ada").await;
        tx.commit().await.unwrap();
        first.close().await.unwrap();
        let second = Store::open(&url).await.unwrap();
        assert!(tenants::first(second.read()).await.unwrap().is_some(), "what was written stays");
        second.close().await.unwrap();
    }
}
