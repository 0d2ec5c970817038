//! The control connection: who speaks first, facts, intents, questions.

use std::time::Duration;

use tieline_hub::app::jobs::intents;
use tieline_hub::app::signals::ring;
use tieline_model::job::{AttemptKey, JobFact};
use tieline_model::{ErrorKind, Id, IntentId, JobId};
use tieline_wire_gateway::v1::from_gateway::Body as Up;
use tieline_wire_gateway::v1::from_hub::Body as Down;
use tieline_wire_gateway::{convert, v1};
use tonic::Code;

use crate::gateway::{Control, Gateway, hello};
use crate::hub::Hub;

const LONG: Duration = Duration::from_secs(30);

async fn start() -> (Hub, Gateway) {
    let hub = Hub::start().await;
    let (_, secret) = hub.center("east").await;
    let gateway = Gateway::enrol(&hub, &secret).await;
    (hub, gateway)
}

fn person(user: &str) -> v1::Person {
    v1::Person { user: user.to_owned(), account: user.to_owned(), roles: vec!["user".to_owned()] }
}

fn key(byte: u8) -> AttemptKey {
    AttemptKey { job: JobId::from_bytes([byte; 16]), number: 1 }
}

async fn intent(control: &mut Control) -> v1::Intent {
    control.hear(|body| if let Down::Intent(intent) = body { Some(intent) } else { None }).await.unwrap()
}

#[tokio::test]
async fn the_first_word_must_be_hello_in_a_protocol_we_speak() {
    let (hub, gateway) = start().await;
    let mut control = gateway.dial().await.unwrap();
    control.say(Up::Beat(v1::Beat {})).await;
    assert_eq!(control.end().await.code(), Code::InvalidArgument);
    let mut control = gateway.dial().await.unwrap();
    control.say(Up::Hello(v1::Hello { protocol: 99, ..hello() })).await;
    let refused = control.end().await;
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(refused.message().contains("99"), "{refused}");
    assert!(!hub.app.links.is_connected(gateway.id));
    hub.stop().await;
}

#[tokio::test]
async fn a_newer_connection_replaces_the_older_one() {
    let (hub, gateway) = start().await;
    let (mut first, _) = gateway.arrive(&hub).await;
    let (mut second, _) = gateway.arrive(&hub).await;
    assert_eq!(first.end().await.code(), Code::Aborted);
    assert!(hub.app.links.is_connected(gateway.id), "the end of the older one does not forget the newer one");
    let (links, id) = (hub.app.links.clone(), gateway.id);
    let asked = tokio::spawn(async move { links.ask(id, v1::question::Body::Map(person("ada")), None, LONG).await });
    let question = second.question().await;
    let mapped = v1::answer::Body::Mapped(v1::Mapped { local_user: "ada".to_owned(), rule: "all".to_owned(), ..v1::Mapped::default() });
    second.say(Up::Answer(v1::Answer { id: question.id, body: Some(mapped.clone()) })).await;
    assert_eq!(asked.await.unwrap().unwrap(), mapped);
    hub.stop().await;
}

#[tokio::test]
async fn facts_are_acknowledged_once_they_are_kept_and_never_twice() {
    let (hub, gateway) = start().await;
    let (mut control, welcome) = gateway.arrive(&hub).await;
    assert_eq!(welcome.applied_fact, 0);
    let fact = |number| convert::fact_to_wire(number, hub.app.clock.now(), key(1), &JobFact::SubmitStarted).unwrap();
    let applied = |body| if let Down::Applied(applied) = body { Some(applied.number) } else { None };
    control.say(Up::Facts(v1::FactBatch { facts: vec![fact(1), fact(2)] })).await;
    assert_eq!(control.hear(applied).await.unwrap(), 2);
    control.say(Up::Facts(v1::FactBatch { facts: vec![fact(2), fact(3)] })).await;
    assert_eq!(control.hear(applied).await.unwrap(), 3);
    control.say(Up::Facts(v1::FactBatch { facts: vec![fact(5)] })).await;
    assert_eq!(control.end().await.code(), Code::FailedPrecondition, "a gap is not acknowledged");
    let (_, welcome) = gateway.arrive(&hub).await;
    assert_eq!(welcome.applied_fact, 3);
    hub.stop().await;
}

#[tokio::test]
async fn an_intent_is_sent_when_it_is_made_and_again_until_it_is_kept() {
    let (hub, gateway) = start().await;
    let (mut control, _) = gateway.arrive(&hub).await;
    let tx = hub.app.store.begin().await.unwrap();
    intents::want(&hub.app, &tx, gateway.id, key(1), v1::intent::Body::Purge(v1::PurgeAttempt {})).await.unwrap();
    tx.commit().await.unwrap();
    ring(&hub.app.signals.intents);
    let first = intent(&mut control).await;
    assert!(!first.kept_before);
    let (mut control, _) = gateway.arrive(&hub).await;
    assert_eq!(intent(&mut control).await.id, first.id, "it was not kept before the link broke");
    control.say(Up::Kept(v1::IntentKept { id: first.id.clone() })).await;
    let id: IntentId = convert::id(&first.id).unwrap();
    crate::hub::until("it is kept", || async { intents::unkept(&hub.app, gateway.id).await.unwrap().is_empty() }).await;
    let (mut control, _) = gateway.arrive(&hub).await;
    let known = intent(&mut control).await;
    assert_eq!((convert::id::<IntentId>(&known.id).unwrap(), known.kept_before), (id, true), "who lost the disk is told");
    hub.stop().await;
}

#[tokio::test]
async fn another_gateway_gets_none_of_it() {
    let (hub, gateway) = start().await;
    let (_, secret) = hub.center("west").await;
    let other = Gateway::enrol(&hub, &secret).await;
    let tx = hub.app.store.begin().await.unwrap();
    intents::want(&hub.app, &tx, gateway.id, key(1), v1::intent::Body::Purge(v1::PurgeAttempt {})).await.unwrap();
    intents::want(&hub.app, &tx, other.id, key(2), v1::intent::Body::Purge(v1::PurgeAttempt {})).await.unwrap();
    tx.commit().await.unwrap();
    let (mut control, _) = other.arrive(&hub).await;
    let mine = intent(&mut control).await;
    assert_eq!(mine.job, key(2).job.bytes());
    hub.stop().await;
}

#[tokio::test]
async fn a_question_is_answered_refused_late_or_cut_off() {
    let (hub, gateway) = start().await;
    let links = hub.app.links.clone();
    let ask = |limit| {
        let (links, id) = (links.clone(), gateway.id);
        let machine = "m1".parse().unwrap();
        tokio::spawn(async move { links.ask(id, v1::question::Body::Map(person("ada")), Some(&machine), limit).await })
    };
    let away = ask(LONG).await.unwrap().unwrap_err();
    assert_eq!((away.kind(), away.word()), (ErrorKind::Unavailable, "center_away"));

    let (mut control, _) = gateway.arrive(&hub).await;
    let asked = ask(LONG);
    let question = control.question().await;
    assert_eq!(question.machine, "m1");
    let refusal = v1::Refusal { kind: "forbidden".to_owned(), message: "no rule lets you in".to_owned(), ..Default::default() };
    control.say(Up::Answer(v1::Answer { id: question.id, body: Some(v1::answer::Body::Refusal(refusal)) })).await;
    let refused = asked.await.unwrap().unwrap_err();
    assert_eq!((refused.kind(), refused.message()), (ErrorKind::Forbidden, "no rule lets you in"));

    let late = ask(Duration::from_millis(1)).await.unwrap().unwrap_err();
    assert_eq!((late.kind(), late.word()), (ErrorKind::Unavailable, "center_slow"));

    let asked = ask(LONG);
    control.question().await;
    drop(control);
    let cut = asked.await.unwrap().unwrap_err();
    assert_eq!(cut.kind(), ErrorKind::Unavailable, "who waits hears at once that the link is gone");
    hub.stop().await;
}
