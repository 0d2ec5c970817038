//! One control connection: Hello and Welcome, then facts and readings up, intents and questions down, until one side is silent.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tieline_fault::around;
use tieline_model::{Error, GatewayId, IncarnationId, Result, Timestamp};
use tieline_wire_gateway::v1::from_gateway::Body as Up;
use tieline_wire_gateway::v1::from_hub::Body as Down;
use tieline_wire_gateway::{PROTOCOL, convert, v1};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming};

use super::connection::{Connection, Outgoing};
use super::service::status;
use crate::App;
use crate::app::centers;
use crate::app::jobs::{facts, intents, progress};
use crate::app::signals::ring;
use crate::points;

/// How long a gateway has to say Hello.
const HELLO: Duration = Duration::from_secs(10);
/// How often each side says that it lives.
const BEAT: Duration = Duration::from_secs(10);
/// After this long without a word the other side is gone.
const SILENCE: Duration = Duration::from_secs(30);
/// How often the store learns that a gateway lives, and intents are looked at without a signal.
const ROUND: Duration = Duration::from_secs(30);

/// Serves a control connection until it ends. `stop` ends it from our side.
pub(super) async fn serve(app: App, gateway: GatewayId, mut inbound: Streaming<v1::FromGateway>, out: Outgoing, stop: CancellationToken) {
    let connection = Connection::new(out.clone(), stop);
    let mut link =
        Link { app: &app, gateway, out: &out, connection: &connection, sent: HashMap::new(), behind: None, hears_not_taken: false };
    let ended = tokio::select! {
        ended = link.run(&mut inbound) => ended,
        () = connection.stop.cancelled() => Err(Status::unavailable("the hub ends the connection")),
        () = connection.replaced.cancelled() => Err(Status::aborted("a newer connection of the same gateway replaced this one")),
    };
    app.links.leave(gateway, &connection);
    match ended {
        Ok(()) => tracing::info!(%gateway, "the gateway left"),
        Err(status) => {
            tracing::info!(%gateway, reason = status.message(), "the link to a gateway ended");
            // It may not listen any more, and nobody waits for it.
            let _ = out.try_send(Err(status));
        }
    }
    if let Err(error) = centers::seen(&app, gateway).await {
        tracing::warn!(%gateway, %error, "when the gateway was last seen could not be noted");
    }
}

struct Link<'a> {
    app: &'a App,
    gateway: GatewayId,
    out: &'a Outgoing,
    connection: &'a Arc<Connection>,
    /// When an intent was last sent on this connection.
    sent: HashMap<Vec<u8>, Instant>,
    /// The newest fact the gateway had when it came, until the hub has it too.
    behind: Option<u64>,
    /// Whether it understands that something of it was not taken.
    hears_not_taken: bool,
}

impl Link<'_> {
    async fn run(&mut self, inbound: &mut Streaming<v1::FromGateway>) -> Result<(), Status> {
        let incarnation = self.welcome(inbound).await?;
        let mut signal = self.app.signals.intents.subscribe();
        self.send_intents(true).await?;
        let [mut beats, mut rounds] = [BEAT, ROUND].map(interval);
        for timer in [&mut beats, &mut rounds] {
            timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                // The rare things first, so that a gateway with many facts does not starve them; the silence last, so that
                // what has arrived is looked at before.
                biased;
                _ = beats.tick() => self.send(Down::Beat(v1::Beat {})).await?,
                Ok(()) = signal.changed() => self.send_intents(false).await?,
                _ = rounds.tick() => {
                    self.send_intents(false).await?;
                    centers::seen(self.app, self.gateway).await.map_err(|error| status(&error))?;
                }
                message = inbound.message() => {
                    let Some(message) = message? else { return Ok(()) };
                    self.take(incarnation, message).await?;
                    heard = Instant::now();
                }
                () = sleep_until(heard + SILENCE) => return Err(Status::deadline_exceeded("the gateway was silent for 30 s")),
            }
        }
    }

    async fn welcome(&mut self, inbound: &mut Streaming<v1::FromGateway>) -> Result<IncarnationId, Status> {
        let first = timeout(HELLO, inbound.message()).await.map_err(|_| Status::deadline_exceeded("no Hello within 10 s"))??;
        let Some(v1::FromGateway { body: Some(Up::Hello(hello)) }) = first else {
            return Err(Status::invalid_argument("the first message must be Hello"));
        };
        if hello.protocol == 0 || hello.protocol > PROTOCOL {
            let text = format!(
                "the gateway speaks protocol {}, this hub speaks {PROTOCOL}: bring the older of the two up to date",
                hello.protocol
            );
            return Err(Status::failed_precondition(text));
        }
        let incarnation = convert::id::<IncarnationId>(&hello.incarnation).map_err(|error| status(&error))?;
        let clock = Timestamp::from_micros(hello.clock_micros);
        let greeted = async {
            centers::greeted(self.app, self.gateway, &hello.version, clock).await?;
            facts::cursor(self.app, self.gateway, incarnation).await
        };
        let mut applied_fact = greeted.await.map_err(|error| status(&error))?;
        // Without any fact left it goes on after its newest one.
        let gone = if hello.oldest_fact == 0 { hello.newest_fact } else { hello.oldest_fact - 1 };
        if gone > applied_fact {
            facts::skip(self.app, self.gateway, incarnation, gone).await.map_err(|error| status(&error))?;
            applied_fact = gone;
        }
        tracing::info!(gateway = %self.gateway, version = hello.version, %incarnation, applied_fact, newest = hello.newest_fact, "a gateway came");
        self.send(Down::Welcome(v1::Welcome { version: env!("CARGO_PKG_VERSION").to_owned(), applied_fact })).await?;
        self.behind = Some(hello.newest_fact);
        self.hears_not_taken = hello.hears_not_taken;
        self.join_from(applied_fact);
        Ok(incarnation)
    }

    /// The gateway counts as connected once the hub knows all that it knew when it came: a hub that was restored from a backup
    /// gives no job away that runs already.
    fn join_from(&mut self, applied: u64) {
        if self.behind.take_if(|newest| *newest <= applied).is_some() {
            self.app.links.join(self.gateway, self.connection);
            ring(&self.app.signals.placing);
        }
    }

    async fn take(&mut self, incarnation: IncarnationId, message: v1::FromGateway) -> Result<(), Status> {
        match message.body {
            Some(Up::Facts(batch)) => {
                let applied = facts::apply(self.app, self.gateway, incarnation, batch.facts).await;
                let number = applied.map_err(|error| {
                    tracing::error!(gateway = %self.gateway, detail = error.operator_detail(), "facts were not applied: {error}");
                    status(&error)
                })?;
                self.join_from(number);
                self.send(Down::Applied(v1::FactsApplied { number })).await
            }
            Some(Up::Kept(kept)) => {
                let id = convert::id(&kept.id).map_err(|error| status(&error))?;
                self.sent.remove(&kept.id);
                intents::kept(self.app, self.gateway, id).await.map_err(|error| status(&error))
            }
            Some(Up::Description(description)) => {
                self.told("description", &description.machine, centers::described(self.app, self.gateway, &description).await).await
            }
            Some(Up::Reading(reading)) => {
                self.told("reading", &reading.machine, centers::read(self.app, self.gateway, &reading).await).await
            }
            Some(Up::Progress(progress)) => self.told("progress", "", progress::told(self.app, self.gateway, &progress).await).await,
            Some(Up::Answer(answer)) => {
                self.connection.answered(answer);
                Ok(())
            }
            Some(Up::Hello(_)) => Err(Status::invalid_argument("Hello is said once")),
            Some(Up::Beat(_)) => Ok(()),
            // Something a newer gateway says that we do not know.
            None => Ok(()),
        }
    }

    /// A reading that is refused is the center's and the operator's to see; it does not end the link. A store that fails does.
    async fn told(&self, what: &str, machine: &str, result: Result<()>) -> Result<(), Status> {
        let Err(error) = result else { return Ok(()) };
        if matches!(
            error.kind(),
            tieline_model::ErrorKind::Internal | tieline_model::ErrorKind::Unavailable | tieline_model::ErrorKind::Full
        ) {
            return Err(status(&error));
        }
        tracing::warn!(gateway = %self.gateway, what, machine = machine.escape_debug().to_string(), "refused: {error}");
        if !self.hears_not_taken {
            return Ok(());
        }
        let (what, machine) = (what.to_owned(), machine.to_owned());
        self.send(Down::NotTaken(v1::NotTaken { what, machine, why: Some((&error).into()) })).await
    }

    /// Sends what the gateway has to do: all of it when it came, later what it has not yet said to keep, and not too often.
    async fn send_intents(&mut self, all: bool) -> Result<(), Status> {
        let open = if all { intents::open(self.app, self.gateway).await } else { intents::unkept(self.app, self.gateway).await };
        let open = open.map_err(|error: Error| status(&error))?;
        let now = Instant::now();
        self.sent.retain(|_, at| now.duration_since(*at) < ROUND);
        for intent in open {
            if self.sent.contains_key(&intent.id) {
                continue;
            }
            self.sent.insert(intent.id.clone(), now);
            self.send(Down::Intent(intent)).await?;
        }
        Ok(())
    }

    /// A gateway that takes nothing for as long as that is as good as silent.
    async fn send(&self, body: Down) -> Result<(), Status> {
        let sent = around(points::LINK_SEND, self.out.send(Ok(v1::FromHub { body: Some(body) })));
        let taken = timeout(SILENCE, sent).await.map_err(|_| Status::deadline_exceeded("the gateway took nothing for 30 s"))?;
        taken.map_err(|_| Status::cancelled("the gateway left"))
    }
}
