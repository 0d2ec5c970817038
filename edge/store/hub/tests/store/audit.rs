//! The audit log.

use serde_json::json;
use tieline_model::{AuditId, RequestId};
use tieline_store_hub::ConnectionTrait;
use tieline_store_hub::audit::{self, Entry, Filter};

use crate::engines::id;
use crate::{for_each_engine, moment};

fn entry(actor: &str, action: &str, at: i64) -> Entry {
    Entry {
        id: id::<AuditId>(),
        at: moment(at),
        actor_id: None,
        actor: actor.to_owned(),
        address: "::1".to_owned(),
        request: id::<RequestId>(),
        action: action.to_owned(),
        subject: "usr_1".to_owned(),
        detail: json!({ "水": [1, null] }),
    }
}

#[tokio::test]
async fn rows_come_back_as_written_newest_first_and_filtered() {
    for_each_engine(async |store| {
        let rows = [entry("alice", "a", 1), entry("bob", "a", 2), entry("alice", "b", 3)];
        let tx = store.begin().await.unwrap();
        for row in &rows {
            audit::insert(&tx, row).await.unwrap();
        }
        tx.commit().await.unwrap();
        let [first, second, third] = rows;
        let list = async |filter, after| audit::list(store.read(), &filter, after, 10).await.unwrap();
        assert_eq!(list(Filter::default(), None).await, [third.clone(), second.clone(), first.clone()]);
        assert_eq!(list(Filter::default(), Some(second.id)).await, std::slice::from_ref(&first));
        let of_alice = Filter { actor: Some("alice".to_owned()), ..Filter::default() };
        assert_eq!(list(of_alice, None).await, [third.clone(), first.clone()]);
        let action = Filter { action: Some("a".to_owned()), since: Some(moment(2)), ..Filter::default() };
        assert_eq!(list(action, None).await, std::slice::from_ref(&second));
        let until = Filter { subject: Some("usr_1".to_owned()), until: Some(moment(2)), ..Filter::default() };
        assert_eq!(list(until, None).await, [first]);
    })
    .await;
}

#[tokio::test]
async fn the_engine_refuses_to_change_or_drop_a_row() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        audit::insert(&tx, &entry("alice", "a", 1)).await.unwrap();
        tx.commit().await.unwrap();
        for statement in ["UPDATE audit SET actor = 'bob'", "DELETE FROM audit"] {
            let tx = store.begin().await.unwrap();
            let refused = tx.execute_unprepared(statement).await.unwrap_err().to_string();
            assert!(refused.contains("append-only"), "{refused}");
        }
    })
    .await;
}
