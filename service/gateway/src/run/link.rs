//! The control connection: it is dialled again after every break. Facts go up from the number the hub names, so whatever
//! was cut off is sent once more, and the hub applies it once.

use std::ops::ControlFlow;
use std::time::Duration;

use tieline_fault::around;
use tieline_model::{Error, Id, Result};
use tieline_wire_gateway::v1::from_gateway::Body;
use tieline_wire_gateway::v1::from_hub::Body as FromHub;
use tieline_wire_gateway::{PROTOCOL, convert, v1};
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::task::TaskTracker;

use super::not_taken::NotTaken;
use super::{Wires, questions};
use crate::core::Backoff;
use crate::io::journal::Spooled;
use crate::io::{clock, uplink};
use crate::points;

/// The gateway's sign of life.
const BEAT: Duration = Duration::from_secs(10);
/// How long the hub may take to answer Hello.
const WELCOME: Duration = Duration::from_secs(20);
/// Facts in one message.
const FACTS: usize = 256;
/// Progress of steps is sent at most this often, the latest of each.
const PACE: Duration = Duration::from_secs(1);
/// Between connections.
const AGAIN: Backoff = Backoff { first_ms: 1_000, longest_ms: 30_000 };

/// Speaks with the hub until the token is canceled.
pub(super) async fn run(
    wires: Wires,
    address: String,
    intents: mpsc::Sender<v1::Intent>,
    answers: mpsc::Sender<Body>,
    mut to_hub: mpsc::Receiver<Body>,
) -> Result<()> {
    let mut tries = 0;
    let mut refused = NotTaken::default();
    let questions = TaskTracker::new();
    loop {
        let mut session = Session {
            wires: &wires,
            intents: &intents,
            answers: &answers,
            questions: &questions,
            sent: 0,
            shown: 0,
            progress: 0,
            refused: &mut refused,
        };
        let ended = tokio::select! {
            () = wires.token.cancelled() => break,
            ended = session.hold(&address, &mut to_hub, &mut tries) => ended,
        };
        match ended {
            Ok(()) => tracing::info!("the connection to the hub ended"),
            Err(error) => tracing::warn!(%error, detail = error.operator_detail(), "no connection to the hub"),
        }
        tries += 1;
        let wait = Duration::from_millis(AGAIN.wait_ms(tries, clock::jitter()));
        tokio::select! {
            () = wires.token.cancelled() => break,
            () = tokio::time::sleep(wait) => {}
        }
    }
    questions.close();
    questions.wait().await;
    Ok(())
}

struct Session<'a> {
    wires: &'a Wires,
    intents: &'a mpsc::Sender<v1::Intent>,
    answers: &'a mpsc::Sender<Body>,
    questions: &'a TaskTracker,
    /// The last fact that was sent on this connection.
    sent: u64,
    /// The version of the board that was sent.
    shown: u64,
    /// The version of all progress that was sent.
    progress: u64,
    /// What the hub did not take, on this connection and before.
    refused: &'a mut NotTaken,
}

type Out = mpsc::Sender<v1::FromGateway>;

impl Session<'_> {
    async fn hold(&mut self, address: &str, to_hub: &mut mpsc::Receiver<Body>, tries: &mut u32) -> Result<()> {
        let mut identity = self.wires.identity.clone();
        let endpoint = uplink::endpoint(&identity.borrow_and_update(), address)?;
        let lost =
            |error: tonic::transport::Error| Error::unavailable(format!("the hub at {address} cannot be reached: {error}")).because(error);
        let channel = around(points::HUB_DIAL, endpoint.connect()).await.map_err(lost)?;
        let (out, stream) = mpsc::channel(16);
        send(&out, Body::Hello(self.hello()?)).await?;
        let answered = timeout(WELCOME, uplink::client(channel).control(ReceiverStream::new(stream))).await;
        let mut hub = answered.map_err(|_| silent())?.map_err(uplink::refused)?.into_inner();
        let first = timeout(WELCOME, hub.message()).await.map_err(|_| silent())?.map_err(uplink::refused)?;
        let Some(FromHub::Welcome(welcome)) = first.and_then(|message| message.body) else {
            return Err(Error::unavailable("the hub did not answer with a welcome"));
        };
        tracing::info!(hub = welcome.version, applied = welcome.applied_fact, "connected to the hub");
        *tries = 0;
        self.sent = welcome.applied_fact;
        let mut news = self.wires.board.news();
        let [mut beat, mut pace] = [BEAT, PACE].map(interval);
        for timer in [&mut beat, &mut pace] {
            timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        self.send_facts(&out).await?;
        self.show(&out, &mut news).await?;
        loop {
            tokio::select! {
                message = hub.message() => {
                    let Some(message) = message.map_err(uplink::refused)? else { return Ok(()) };
                    // Without a body it is something a newer hub says that we do not know.
                    if let Some(body) = message.body && self.hear(body).await?.is_break() {
                        return Ok(());
                    }
                }
                () = self.wires.facts.notified() => self.send_facts(&out).await?,
                Some(body) = to_hub.recv() => around(points::ANSWER_SEND, send(&out, body)).await?,
                _ = news.changed() => self.show(&out, &mut news).await?,
                _ = pace.tick() => self.send_progress(&out).await?,
                _ = beat.tick() => send(&out, Body::Beat(v1::Beat {})).await?,
                // A renewed certificate is shown on a new connection.
                _ = identity.changed() => return Ok(()),
            }
        }
    }

    fn hello(&self) -> Result<v1::Hello> {
        let journal = &self.wires.center.journal;
        let spool = journal.spool()?;
        Ok(v1::Hello {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            protocol: PROTOCOL,
            incarnation: journal.incarnation().bytes().to_vec(),
            oldest_fact: spool.oldest,
            newest_fact: spool.newest,
            clock_micros: clock::now().micros(),
            hears_not_taken: true,
        })
    }

    async fn hear(&mut self, body: FromHub) -> Result<ControlFlow<()>> {
        match body {
            FromHub::Intent(intent) => {
                if self.intents.send(intent).await.is_err() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            FromHub::Applied(applied) => {
                // The hub says it again with every connection.
                if let Err(error) = self.wires.center.journal.applied(applied.number) {
                    tracing::warn!(%error, "how far the hub is cannot be kept");
                }
            }
            FromHub::Question(question) => {
                let (center, answers) = (std::sync::Arc::clone(&self.wires.center), self.answers.clone());
                let token = self.wires.token.clone();
                self.questions.spawn(async move {
                    tokio::select! {
                        () = token.cancelled() => {}
                        answer = questions::answer(center, question) => {
                            if let Some(answer) = answer {
                                // Nobody waits any more for an answer that finds no room.
                                let _ = answers.try_send(Body::Answer(answer));
                            }
                        }
                    }
                });
            }
            FromHub::NotTaken(refused) => self.refused.hear(refused),
            FromHub::Welcome(_) | FromHub::Beat(_) => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    async fn send_facts(&mut self, out: &Out) -> Result<()> {
        loop {
            let facts = self.wires.center.journal.facts_after(self.sent, FACTS)?;
            let Some(last) = facts.last().map(|fact| fact.number) else { return Ok(()) };
            let wire = |fact: &Spooled| convert::fact_to_wire(fact.number, fact.at, fact.key, &fact.fact);
            let facts = facts.iter().map(wire).collect::<Result<Vec<_>>>()?;
            around(points::FACTS_SEND, send(out, Body::Facts(v1::FactBatch { facts }))).await?;
            self.sent = last;
        }
    }

    async fn send_progress(&mut self, out: &Out) -> Result<()> {
        let (version, told) = self.wires.center.progress.since(self.progress);
        for (key, progress) in told {
            let body = serde_json::to_string(&progress).map_err(|error| Error::internal(error.to_string()))?;
            send(out, Body::Progress(v1::Progress { job: key.job.bytes().to_vec(), attempt: key.number, body })).await?;
        }
        self.progress = version;
        Ok(())
    }

    async fn show(&mut self, out: &Out, news: &mut watch::Receiver<u64>) -> Result<()> {
        news.mark_unchanged();
        let (version, bodies) = self.wires.board.since(self.shown);
        for body in bodies {
            around(points::READING_SEND, send(out, body)).await?;
        }
        self.shown = version;
        Ok(())
    }
}

async fn send(out: &Out, body: Body) -> Result<()> {
    out.send(v1::FromGateway { body: Some(body) }).await.map_err(|_| Error::unavailable("the connection to the hub broke"))
}

fn silent() -> Error {
    Error::unavailable("the hub took the connection and said nothing")
}
