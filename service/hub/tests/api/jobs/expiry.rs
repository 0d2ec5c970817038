//! Job folders go when their time is over, and not before.

use tieline_hub::reconcile::expire;
use tieline_model::job::{How, JobFact};
use tieline_model::{Seconds, Timestamp};
use tieline_wire_gateway::v1;
use tieline_wire_gateway::v1::from_gateway::Body as Up;

use crate::play::{Play, is_purge};

#[tokio::test]
async fn a_folder_is_removed_thirty_days_after_its_job_was_over() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    play.runs(key, Seconds(60), How::Code(0)).await;
    let left = JobFact::Output { path: "big.dump".parse().unwrap(), size: 1 << 40, brought: None };
    play.happens(key, [left, JobFact::Finished]).await;
    let over = play.hub.clock.now();
    let told = play.hub.get(format!("/jobs/{}", key.job)).as_user("alice").await.expect(200).json();
    assert_eq!(told["attempts"][0]["folder_expires_at"], (over + Seconds::days(30)).to_string());
    play.hub.pass(Seconds::days(30));
    expire(&play.hub.app).await.unwrap();
    assert!(!play.gateway.wanted.borrow().values().any(|intent| intent.body.as_ref().is_some_and(is_purge)), "not before");
    play.hub.pass(Seconds(1));
    expire(&play.hub.app).await.unwrap();
    expire(&play.hub.app).await.unwrap();
    play.gateway.wanted(key, is_purge).await;
    assert_eq!(tieline_hub::app::jobs::intents::open(&play.hub.app, play.gateway.id).await.unwrap().len(), 1, "asked for once");
    play.happens(key, [JobFact::Purged]).await;
    expire(&play.hub.app).await.unwrap();
    assert!(tieline_hub::app::jobs::intents::open(&play.hub.app, play.gateway.id).await.unwrap().is_empty());
    assert!(play.attempt(key).await.purged);
    let files = tieline_store_hub::job_files::of(play.hub.app.store.read(), key).await.unwrap();
    assert!(files.iter().all(|file| file.gone));
}

#[tokio::test]
async fn a_gateway_whose_clock_is_wrong_does_not_lose_folders_early() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    let body = |fact: &JobFact| serde_json::to_string(fact).unwrap();
    let end = JobFact::Failed { phase: tieline_model::job::Phase::Submit, reason: "refused".to_owned(), hint: None };
    let fact = v1::Fact { body: body(&end), ..play.gateway.note(Timestamp::from_seconds(0), key, &end) };
    play.gateway.say(Up::Facts(v1::FactBatch { facts: vec![fact] })).await;
    play.gateway.applied_up_to(1).await;
    expire(&play.hub.app).await.unwrap();
    assert!(tieline_hub::app::jobs::intents::open(&play.hub.app, play.gateway.id).await.unwrap().is_empty());
}
