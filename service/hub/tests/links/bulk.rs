//! Bytes between the hub and a center: contents down, answers to reads and outputs up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use sha2::Digest;
use tieline_hub::app::jobs::intents;
use tieline_model::job::{AttemptKey, StateName};
use tieline_model::{ErrorKind, Id, JobId, Result, Sha256};
use tieline_store_hub::attempts::{self, Attempt};
use tieline_store_hub::jobs::{self, Job};
use tieline_store_hub::{accounts, apps, users};
use tieline_wire_gateway::v1::delivery::Body;
use tieline_wire_gateway::v1::delivery_head::What;
use tieline_wire_gateway::v1::from_gateway::Body as Up;
use tieline_wire_gateway::{CHUNK, v1};
use tokio::task::JoinHandle;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;

use crate::gateway::{Control, Gateway};
use crate::hub::Hub;

type Read = JoinHandle<Result<(u64, ReceiverStream<Result<Bytes>>)>>;

fn key() -> AttemptKey {
    AttemptKey { job: JobId::from_bytes([5; 16]), number: 1 }
}

async fn start() -> (Hub, Gateway, Control) {
    let hub = Hub::start().await;
    let (_, secret) = hub.center("east").await;
    let gateway = Gateway::enrol(&hub, &secret).await;
    let (control, _) = gateway.arrive(&hub).await;
    (hub, gateway, control)
}

/// Somebody at the hub wants to read a file of a job.
fn read(hub: &Hub, gateway: &Gateway, offset: i64, length: u64) -> Read {
    let (links, gateway) = (hub.app.links.clone(), gateway.id);
    tokio::spawn(async move { links.read(gateway, key(), &"out/log.txt".parse().unwrap(), offset, length).await })
}

fn delivery(body: Body) -> v1::Delivery {
    v1::Delivery { body: Some(body) }
}

fn answer(question: u64, size: u64) -> v1::Delivery {
    delivery(Body::Head(v1::DeliveryHead { what: Some(What::Question(question)), size }))
}

fn data(bytes: &'static [u8]) -> v1::Delivery {
    delivery(Body::Data(Bytes::from_static(bytes)))
}

fn end() -> v1::Delivery {
    delivery(Body::End(v1::DeliveryEnd::default()))
}

fn output(content: &[u8]) -> v1::Delivery {
    let sha256 = sha2::Sha256::digest(content).to_vec();
    let head = v1::OutputHead { job: key().job.bytes().to_vec(), attempt: 1, path: "out".to_owned(), size: content.len() as u64, sha256 };
    delivery(Body::Head(v1::DeliveryHead { what: Some(What::Output(head)), size: 0 }))
}

/// Delivers on a connection of its own, as a gateway does.
async fn deliver(gateway: &Gateway, pieces: impl Stream<Item = v1::Delivery> + Send + 'static) -> Result<bool, Code> {
    let mut client = gateway.connect().await.unwrap();
    client.deliver(pieces).await.map(|reply| reply.into_inner().kept).map_err(|status| status.code())
}

async fn text(read: Read) -> (u64, String) {
    let (size, bytes) = read.await.unwrap().unwrap();
    let bytes = bytes.map_ok(|bytes| bytes.to_vec()).try_concat().await.unwrap();
    (size, String::from_utf8(bytes).unwrap())
}

/// An attempt of a job that was given to this gateway.
async fn attempt(hub: &Hub, gateway: &Gateway) {
    let db = hub.app.store.read();
    let user = users::by_name(db, &"root".parse().unwrap()).await.unwrap().unwrap().id;
    let account = accounts::personal(db, user).await.unwrap().unwrap().id;
    let app = apps::current(db).await.unwrap().remove(0);
    let now = hub.app.clock.now();
    let job = Job {
        id: key().job,
        user,
        account,
        app_version: app.id,
        app: app.app,
        name: "job".to_owned(),
        remark: String::new(),
        request: "{}".to_owned(),
        attempt: 1,
        state: StateName::Created,
        machine: None,
        created: now,
        changed: now,
        ended: None,
        deleted: false,
    };
    let tx = hub.app.store.begin().await.unwrap();
    jobs::insert(&tx, &job, None).await.unwrap();
    attempts::save(&tx, &Attempt { gateway: Some(gateway.id), ..Attempt::created(key(), now) }).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_read_brings_the_range_that_was_asked_for() {
    let (hub, gateway, mut control) = start().await;
    let reading = read(&hub, &gateway, -5, 0);
    let question = control.question().await;
    let Some(v1::question::Body::Read(range)) = question.body else { panic!("another question: {question:?}") };
    assert_eq!((range.path.as_str(), range.attempt, range.offset, range.length), ("out/log.txt", 1, -5, 0));
    let sent = deliver(&gateway, stream::iter([answer(question.id, 11), data(b"wor"), data(b"ld"), end()]));
    let (sent, got) = tokio::join!(sent, text(reading));
    assert_eq!((sent, got), (Ok(true), (11, "world".to_owned())));
    hub.stop().await;
}

#[tokio::test]
async fn a_file_that_grows_while_it_is_read_ends_where_it_ended_when_it_was_opened() {
    let (hub, gateway, mut control) = start().await;
    let reading = read(&hub, &gateway, 0, 100);
    let question = control.question().await.id;
    let sent = deliver(&gateway, stream::iter([answer(question, 4), data(b"some more"), data(b" and more"), end()]));
    let (sent, got) = tokio::join!(sent, text(reading));
    assert_eq!((sent, got), (Ok(true), (4, "some".to_owned())));
    hub.stop().await;
}

#[tokio::test]
async fn a_read_that_is_not_complete_is_an_error_and_never_an_end() {
    let (hub, gateway, mut control) = start().await;
    let cut = vec![data(b"some")];
    let short = vec![data(b"some"), end()];
    let long = vec![data(b"some and more than that"), end()];
    for pieces in [cut, short, long] {
        let reading = read(&hub, &gateway, 0, 0);
        let question = control.question().await;
        let pieces = stream::iter([answer(question.id, 10)]).chain(stream::iter(pieces));
        let all = async {
            let (_, bytes) = reading.await.unwrap().unwrap();
            bytes.try_collect::<Vec<_>>().await.unwrap_err()
        };
        let (sent, error) = tokio::join!(deliver(&gateway, pieces), all);
        assert!(sent.is_err());
        assert_eq!(error.kind(), ErrorKind::Unavailable);
    }
    hub.stop().await;
}

#[tokio::test]
async fn a_read_may_be_refused_on_either_connection() {
    let (hub, gateway, mut control) = start().await;
    let why = || v1::Refusal { kind: "not_found".to_owned(), message: "no such file".to_owned(), ..Default::default() };
    let reading = read(&hub, &gateway, 0, 0);
    let question = control.question().await.id;
    control.say(Up::Answer(v1::Answer { id: question, body: Some(v1::answer::Body::Refusal(why())) })).await;
    assert_eq!(reading.await.unwrap().unwrap_err().kind(), ErrorKind::NotFound);

    let reading = read(&hub, &gateway, 0, 0);
    let question = control.question().await.id;
    let refused = What::Refused(v1::RefusedRead { question, why: Some(why()) });
    let head = delivery(Body::Head(v1::DeliveryHead { what: Some(refused), size: 0 }));
    assert_eq!(deliver(&gateway, stream::iter([head])).await, Ok(true));
    assert_eq!(reading.await.unwrap().unwrap_err().message(), "no such file");
    hub.stop().await;
}

#[tokio::test]
async fn nobody_answers_a_question_that_was_put_to_another_gateway() {
    let (hub, gateway, mut control) = start().await;
    let (_, secret) = hub.center("west").await;
    let other = Gateway::enrol(&hub, &secret).await;
    let (_other_control, _) = other.arrive(&hub).await;
    let reading = read(&hub, &gateway, 0, 0);
    let question = control.question().await.id;
    assert_eq!(deliver(&other, stream::iter([answer(question, 1), data(b"x"), end()])).await, Ok(false));
    let sent = deliver(&gateway, stream::iter([answer(question, 2), data(b"ok"), end()]));
    let (sent, got) = tokio::join!(sent, text(reading));
    assert_eq!((sent, got.1.as_str()), (Ok(true), "ok"));
    hub.stop().await;
}

#[tokio::test]
async fn a_hundred_mebibytes_pass_through_as_fast_as_they_are_read_and_little_lies_between() {
    const PIECES: usize = 400;
    const BETWEEN: usize = 32 << 20;
    let (hub, gateway, mut control) = start().await;
    let reading = read(&hub, &gateway, 0, 0);
    let question = control.question().await.id;
    let given = Arc::new(AtomicUsize::new(0));
    let count = given.clone();
    let piece = Bytes::from(vec![7; CHUNK]);
    let pieces = stream::iter(0..PIECES).map(move |_| {
        count.fetch_add(CHUNK, Ordering::SeqCst);
        delivery(Body::Data(piece.clone()))
    });
    let whole = stream::iter([answer(question, (PIECES * CHUNK) as u64)]).chain(pieces).chain(stream::iter([end()]));
    let sent = tokio::spawn(async move { deliver(&gateway, whole).await });
    let (size, mut bytes) = reading.await.unwrap().unwrap();
    assert_eq!(size, (PIECES * CHUNK) as u64);
    let mut taken = 0;
    while let Some(piece) = bytes.next().await {
        taken += piece.unwrap().len();
        let between = given.load(Ordering::SeqCst) - taken;
        assert!(between < BETWEEN, "{between} bytes lie between the gateway and the reader");
    }
    assert_eq!((taken, sent.await.unwrap()), (PIECES * CHUNK, Ok(true)));
    hub.stop().await;
}

#[tokio::test]
async fn a_reader_that_goes_away_ends_the_transfer_and_one_that_waits_holds_up_nobody() {
    let (hub, gateway, mut control) = start().await;
    let endless = |question| {
        let piece = Bytes::from(vec![7; CHUNK]);
        stream::iter([answer(question, u64::MAX)]).chain(stream::repeat_with(move || delivery(Body::Data(piece.clone()))))
    };
    let slow = read(&hub, &gateway, 0, 0);
    let question = control.question().await.id;
    let mut client = gateway.connect().await.unwrap();
    let mut second = client.clone();
    let held = tokio::spawn(async move { client.deliver(endless(question)).await.map(|reply| reply.into_inner().kept) });
    let (_, unread) = slow.await.unwrap().unwrap();

    // On the same connection, and on the control connection, everything goes on.
    let quick = read(&hub, &gateway, 0, 0);
    let question = control.question().await.id;
    let sent = second.deliver(stream::iter([answer(question, 2), data(b"ok"), end()]));
    let (sent, got) = tokio::join!(sent, text(quick));
    assert_eq!((sent.unwrap().into_inner().kept, got.1.as_str()), (true, "ok"));

    drop(unread);
    let ended = tokio::time::timeout(Duration::from_secs(30), held).await.expect("the transfer ends").unwrap();
    assert!(!ended.unwrap_or(false));
    hub.stop().await;
}

#[tokio::test]
async fn a_gateway_fetches_what_its_work_names_and_nothing_else() {
    let (hub, gateway, mut control) = start().await;
    let keep =
        async |bytes: &'static [u8]| hub.app.blobs.receive(stream::iter([Ok(Bytes::from_static(bytes))]), None, 1 << 20).await.unwrap().0;
    let (named, asked, other) = (keep(b"named by an intent").await, keep(b"named by a question").await, keep(b"somebody else's").await);
    let input = |content: Sha256| v1::Input { path: "in".to_owned(), sha256: content.0.to_vec(), size: 1 };
    let run = v1::RunAttempt { inputs: vec![input(named)], ..Default::default() };
    let tx = hub.app.store.begin().await.unwrap();
    intents::want(&hub.app, &tx, gateway.id, key(), v1::intent::Body::Run(run)).await.unwrap();
    tx.commit().await.unwrap();
    let check = v1::PreSubmit { inputs: vec![input(asked)], ..Default::default() };
    let (links, id) = (hub.app.links.clone(), gateway.id);
    let asking = tokio::spawn(async move { links.ask(id, v1::question::Body::PreSubmit(check), None, Duration::from_secs(30)).await });
    let question = control.question().await.id;

    let fetch = async |content: Sha256, offset| {
        let mut client = gateway.connect().await.unwrap();
        let chunks = client.fetch(v1::FetchRequest { sha256: content.0.to_vec(), offset }).await?.into_inner();
        let bytes = chunks.map_ok(|chunk| chunk.data.to_vec()).try_concat().await?;
        Ok::<_, tonic::Status>(String::from_utf8(bytes).unwrap())
    };
    assert_eq!(fetch(named, 0).await.unwrap(), "named by an intent");
    assert_eq!(fetch(named, 9).await.unwrap(), "an intent", "a broken transfer goes on where it stopped");
    assert_eq!(fetch(asked, 0).await.unwrap(), "named by a question");
    assert_eq!(fetch(other, 0).await.unwrap_err().code(), Code::NotFound);

    let done = v1::answer::Body::PreSubmitted(v1::PreSubmitted { body: "{}".to_owned() });
    control.say(Up::Answer(v1::Answer { id: question, body: Some(done) })).await;
    asking.await.unwrap().unwrap();
    assert_eq!(fetch(asked, 0).await.unwrap_err().code(), Code::NotFound, "the question is answered");
    hub.stop().await;
}

#[tokio::test]
async fn an_output_is_kept_whole_with_its_checksum_or_not_at_all() {
    let (hub, gateway, _control) = start().await;
    let content: &'static [u8] = b"the result";
    let unknown = deliver(&gateway, stream::iter([output(content), data(content), end()])).await;
    assert_eq!(unknown, Err(Code::NotFound), "not a job of this gateway");
    attempt(&hub, &gateway).await;
    let broken = deliver(&gateway, stream::iter([output(content), data(content)])).await;
    assert_eq!(broken, Err(Code::Unavailable), "it did not say that this was all");
    let forged = deliver(&gateway, stream::iter([output(content), data(b"the r3sult"), end()])).await;
    assert_eq!(forged, Err(Code::InvalidArgument));
    let sha256 = Sha256(sha2::Sha256::digest(content).into());
    assert!(!hub.app.blobs.contains(sha256).await.unwrap());
    for _ in 0..2 {
        assert_eq!(deliver(&gateway, stream::iter([output(content), data(content), end()])).await, Ok(true), "twice is harmless");
    }
    assert_eq!(hub.app.blobs.open(sha256, 0).await.unwrap().0, content.len() as u64);
    hub.stop().await;
}
