//! Many facts at once: one transaction, and nobody waits for it.

use tieline_hub::app::jobs::facts::apply;
use tieline_model::job::JobFact;
use tieline_store_hub::{attempts, job_files};

use crate::play::Play;

#[tokio::test]
async fn a_batch_of_a_thousand_facts_is_seen_whole_or_not_at_all_while_lists_are_read() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    let now = play.hub.clock.now();
    let output = |number: u64| JobFact::Output { path: format!("out/{number}").parse().unwrap(), size: number, brought: None };
    let batch: Vec<_> = (0..1000).map(|number| play.gateway.note(now, key, &output(number))).collect();
    let (app, gateway, incarnation) = (play.hub.app.clone(), play.gateway.id, play.gateway.incarnation);
    // Signing in writes, and there is one writer: bob is in already.
    let proof = play.hub.signed_in("bob").await;
    let applied = tokio::spawn(async move { apply(&app, gateway, incarnation, batch).await.unwrap() });
    let mut reads = 0;
    while !applied.is_finished() {
        let seen = job_files::of(play.hub.app.store.read(), key).await.unwrap().len();
        assert!(seen == 0 || seen == 1000, "{seen}");
        play.hub.get("/jobs").bearer(&proof.access).await.expect(200);
        reads += 1;
    }
    assert_eq!((applied.await.unwrap(), reads > 0), (1000, true));
    assert_eq!(job_files::of(play.hub.app.store.read(), key).await.unwrap().len(), 1000);
}

#[tokio::test]
async fn lists_are_read_while_a_transaction_is_open() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    let proof = play.hub.signed_in("alice").await;
    let tx = play.hub.app.store.begin().await.unwrap();
    let mut attempt = attempts::by_key(&tx, key).await.unwrap().unwrap();
    attempt.folder = Some("/elsewhere".to_owned());
    attempts::save(&tx, &attempt).await.unwrap();
    let told = play.hub.get(format!("/jobs/{}", key.job)).bearer(&proof.access).await.expect(200).json();
    assert_eq!(told["attempts"][0]["folder"], serde_json::Value::Null, "what is not committed is not seen");
    play.hub.get("/jobs").bearer(&proof.access).await.expect(200);
    drop(tx);
}
