//! Live events: nothing lost, nothing told twice, across every kind of break.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures::StreamExt;
use serde_json::Value;
use tieline_model::job::{AttemptKey, How, JobFact};
use tieline_model::{Id, JobId, Seconds};
use tieline_store_hub::facts::{self, Fact, Origin};

use crate::play::Play;

struct Listener {
    body: BodyDataStream,
    text: String,
}

struct Heard {
    id: u64,
    event: String,
    data: Value,
}

impl Listener {
    async fn open(play: &Play, last: Option<u64>) -> Self {
        let mut ask = play.hub.get("/events").as_user("alice");
        if let Some(last) = last {
            ask = ask.header("last-event-id", &last.to_string());
        }
        let (_, answer) = ask.open().await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self { body: answer.into_body().into_data_stream(), text: String::new() }
    }

    async fn next(&mut self) -> Heard {
        loop {
            if let Some((frame, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| frame.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                let heard = field("id:").map(|id| Heard {
                    id: id.parse().unwrap(),
                    event: field("event:").unwrap().to_owned(),
                    data: serde_json::from_str(field("data:").unwrap()).unwrap(),
                });
                self.text = rest.to_owned();
                match heard {
                    Some(heard) => return heard,
                    None => continue,
                }
            }
            let piece = tokio::time::timeout(Duration::from_secs(30), self.body.next()).await.expect("no event came");
            self.text.push_str(std::str::from_utf8(&piece.expect("the stream ended").unwrap()).unwrap());
        }
    }
}

#[tokio::test]
async fn who_listens_hears_something_before_anything_happens() {
    let play = Play::start().await;
    let mut live = Listener::open(&play, None).await;
    let first = tokio::time::timeout(Duration::from_secs(5), live.body.next()).await.expect("nothing came");
    assert!(first.unwrap().unwrap().starts_with(b":"));
}

#[tokio::test]
async fn every_change_is_told_once_across_reconnects_and_a_restart() {
    let mut play = Play::start().await;
    let mut heard = Vec::new();
    let mut live = Listener::open(&play, None).await;
    let key = play.placed().await;
    for _ in 0..2 {
        heard.push(live.next().await);
    }
    assert_eq!((heard[0].event.as_str(), heard[0].data["fact"].as_str()), ("job", Some("created")));
    assert_eq!(heard[1].data["job"]["state"], "placed");
    drop(live);
    play.runs(key, Seconds(60), How::Code(0)).await;
    let mut live = Listener::open(&play, heard.last().map(|one| one.id)).await;
    for _ in 0..3 {
        heard.push(live.next().await);
    }
    drop(live);
    play.restart(|_| {}).await;
    play.happens(key, [JobFact::StageOutStarted, JobFact::Finished]).await;
    let mut live = Listener::open(&play, heard.last().map(|one| one.id)).await;
    let all = facts::of_job(play.hub.app.store.read(), key.job).await.unwrap();
    while heard.len() < all.len() {
        heard.push(live.next().await);
    }
    let numbers: Vec<_> = heard.iter().map(|one| one.id).collect();
    assert_eq!(numbers, all.iter().map(|fact| fact.number).collect::<Vec<_>>());
    assert_eq!(heard.last().unwrap().data["job"]["state"], "completed");
    // What comes next is told to whoever still listens.
    play.happens(key, [JobFact::Purged]).await;
    assert_eq!(live.next().await.data["fact"], "purged");
}

#[tokio::test]
async fn who_missed_too_much_or_comes_from_another_life_is_told_to_read_anew() {
    let play = Play::start().await;
    let future = Listener::open(&play, Some(999)).await.next().await;
    assert_eq!((future.event.as_str(), future.id), ("reset", 0));
    play.job().await;
    let tx = play.hub.app.store.begin().await.unwrap();
    let now = play.hub.clock.now();
    let key = AttemptKey { job: JobId::from_bytes([3; 16]), number: 1 };
    let fact = Fact { number: 0, origin: Origin::Hub, user: None, key, body: JobFact::Created, at: now, recorded: now, refused: None };
    for _ in 0..10_000 {
        facts::append(&tx, &fact).await.unwrap();
    }
    tx.commit().await.unwrap();
    let behind = Listener::open(&play, Some(0)).await.next().await;
    assert_eq!((behind.event.as_str(), behind.id), ("reset", 10_001));
    assert_eq!(Listener::open(&play, Some(1)).await.text, "", "one less is not too far");
    play.hub.get("/events").as_user("alice").header("last-event-id", "x").await.expect(422);
}

#[tokio::test]
async fn streams_end_when_the_hub_stops() {
    let play = Play::start().await;
    let mut live = Listener::open(&play, None).await;
    play.hub.app.signals.stopping.cancel();
    let end = tokio::time::timeout(Duration::from_secs(30), live.body.next()).await.expect("the stream goes on");
    assert!(end.is_none());
}
