//! Questions that see one moment.

use tieline_store_hub::users;

use crate::{for_each_engine, seeded};

#[tokio::test]
async fn what_is_written_meanwhile_is_not_seen_before_the_next_snapshot() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        let alice = seeded(&tx, "alice").await;
        tx.commit().await.unwrap();

        let moment = store.snapshot().await.unwrap();
        assert!(users::by_id(&moment, alice.id).await.unwrap().is_some());
        let tx = store.begin().await.unwrap();
        let bob = seeded(&tx, "bob").await;
        tx.commit().await.unwrap();
        assert!(users::by_id(store.read(), bob.id).await.unwrap().is_some());
        assert_eq!(users::by_id(&moment, bob.id).await.unwrap(), None);
        drop(moment);
        let moment = store.snapshot().await.unwrap();
        assert!(users::by_id(&moment, bob.id).await.unwrap().is_some());
    })
    .await;
}
