//! Facts, cursors and intents.

use tieline_model::job::{AttemptKey, JobFact};
use tieline_model::{ErrorKind, GatewayId, IncarnationId, IntentId, JobId, UserId};
use tieline_store_hub::facts::{self, Fact, Origin};
use tieline_store_hub::intents::{self, Intent};

use crate::engines::id;
use crate::{for_each_engine, moment};

fn fact(origin: Origin, user: Option<UserId>, job: JobId) -> Fact {
    let key = AttemptKey { job, number: 1 };
    Fact { number: 0, origin, user, key, body: JobFact::SubmitStarted, at: moment(5), recorded: moment(6), refused: None }
}

#[tokio::test]
async fn facts_are_numbered_in_order_and_a_number_is_never_used_again() {
    for_each_engine(async |store| {
        let (ada, eve, job) = (id::<UserId>(), id::<UserId>(), id::<JobId>());
        let origin = |sequence| Origin::Gateway { gateway: GatewayId::from(uuid(1)), incarnation: IncarnationId::from(uuid(2)), sequence };
        let tx = store.begin().await.unwrap();
        let first = facts::append(&tx, &fact(Origin::Hub, Some(ada), job)).await.unwrap();
        let second = facts::append(&tx, &fact(origin(1), Some(eve), id())).await.unwrap();
        tx.commit().await.unwrap();
        assert!(0 < first && first < second);
        let tx = store.begin().await.unwrap();
        let undone = facts::append(&tx, &fact(origin(2), Some(ada), job)).await.unwrap();
        drop(tx);
        assert_eq!(facts::newest(store.read()).await.unwrap(), second);
        let tx = store.begin().await.unwrap();
        let third = facts::append(&tx, &Fact { refused: Some("no".to_owned()), ..fact(origin(2), Some(ada), job) }).await.unwrap();
        let unknown = facts::append(&tx, &fact(origin(3), None, job)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(undone > second && third > second && unknown > third);
        let numbers = |found: Vec<Fact>| found.into_iter().map(|fact| fact.number).collect::<Vec<_>>();
        assert_eq!(numbers(facts::of_user(store.read(), ada, 0, 10).await.unwrap()), [first, third]);
        assert_eq!(numbers(facts::of_user(store.read(), ada, first, 10).await.unwrap()), [third]);
        assert_eq!(numbers(facts::of_user(store.read(), ada, 0, 1).await.unwrap()), [first]);
        assert_eq!(numbers(facts::of_job(store.read(), job).await.unwrap()), [first, third, unknown]);
        assert_eq!(numbers(facts::kept_aside(store.read(), 10).await.unwrap()), [unknown]);
        let read = facts::of_job(store.read(), job).await.unwrap().remove(1);
        assert_eq!(read, Fact { number: third, refused: Some("no".to_owned()), ..fact(origin(2), Some(ada), job) });
    })
    .await;
}

#[tokio::test]
async fn the_same_number_of_the_same_life_of_a_gateway_is_refused_and_of_another_life_is_not() {
    for_each_engine(async |store| {
        let [gateway, life, other] = [1, 2, 3].map(uuid);
        let origin = |life, sequence| Origin::Gateway { gateway: gateway.into(), incarnation: IncarnationId::from(life), sequence };
        let tx = store.begin().await.unwrap();
        facts::append(&tx, &fact(origin(life, 1), None, id())).await.unwrap();
        facts::append(&tx, &fact(origin(other, 1), None, id())).await.unwrap();
        tx.commit().await.unwrap();
        let tx = store.begin().await.unwrap();
        let error = facts::append(&tx, &fact(origin(life, 1), None, id())).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
    })
    .await;
}

#[tokio::test]
async fn a_cursor_moves_with_the_transaction_of_its_facts_or_not_at_all() {
    for_each_engine(async |store| {
        let (gateway, life, other) = (id::<GatewayId>(), id::<IncarnationId>(), id::<IncarnationId>());
        let cursor = async |life| facts::cursor(store.read(), gateway, life).await.unwrap();
        let tx = store.begin().await.unwrap();
        facts::move_cursor(&tx, gateway, life, 7).await.unwrap();
        assert_eq!(cursor(life).await, 0);
        drop(tx);
        assert_eq!(cursor(life).await, 0);
        for applied in [7, 9] {
            let tx = store.begin().await.unwrap();
            facts::move_cursor(&tx, gateway, life, applied).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!((cursor(life).await, cursor(other).await), (applied, 0));
        }
    })
    .await;
}

#[tokio::test]
async fn an_intent_is_open_until_it_is_closed_and_kept_once_by_its_own_gateway() {
    for_each_engine(async |store| {
        let (gateway, stranger) = (id::<GatewayId>(), id::<GatewayId>());
        let key = AttemptKey { job: id(), number: 1 };
        let intent = |kind: &str| Intent {
            id: id::<IntentId>(),
            gateway,
            key,
            kind: kind.to_owned(),
            body: vec![0, 255, 7],
            created: moment(1),
            kept: None,
        };
        let (run, cancel) = (intent("run"), intent("cancel"));
        let tx = store.begin().await.unwrap();
        intents::insert(&tx, &run).await.unwrap();
        intents::insert(&tx, &cancel).await.unwrap();
        intents::keep(&tx, stranger, run.id, moment(2)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(intents::open(store.read(), gateway).await.unwrap(), [run.clone(), cancel.clone()]);
        let tx = store.begin().await.unwrap();
        intents::keep(&tx, gateway, run.id, moment(3)).await.unwrap();
        intents::keep(&tx, gateway, run.id, moment(4)).await.unwrap();
        intents::close(&tx, AttemptKey { number: 2, ..key }, &["run", "cancel"], moment(5)).await.unwrap();
        tx.commit().await.unwrap();
        let kept = Intent { kept: Some(moment(3)), ..run };
        assert_eq!(intents::open(store.read(), gateway).await.unwrap(), [kept, cancel.clone()]);
        let tx = store.begin().await.unwrap();
        intents::close(&tx, key, &["run"], moment(6)).await.unwrap();
        assert!(!intents::is_open(&tx, key, "run").await.unwrap() && intents::is_open(&tx, key, "cancel").await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(intents::open(store.read(), gateway).await.unwrap(), [cancel]);
        assert!(intents::open(store.read(), stranger).await.unwrap().is_empty());
    })
    .await;
}

fn uuid(byte: u8) -> uuid::Uuid {
    uuid::Uuid::from_bytes([byte; 16])
}
