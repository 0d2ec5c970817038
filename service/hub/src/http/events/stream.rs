//! `GET /events`: one's jobs, live, as server-sent events. An event's id is its fact's number, and `Last-Event-ID`
//! resumes from the store, so that nothing is lost or told twice however often the connection breaks.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures::stream::unfold;
use futures::{Stream, StreamExt};
use http::HeaderMap;
use tieline_model::{Error, Result, UserId};
use tieline_store_hub::{facts, jobs};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::jobs::JobEvent;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::App;
use crate::app::jobs::facts::newest;
use crate::http::jobs::view::{Machines, event};
use crate::http::{Caller, Fault};

/// Who is further behind than this reads the lists anew.
const TOO_FAR: u64 = 10_000;
const BATCH: u64 = 200;
/// A stream ends after this long, as an access token does: who comes back is looked at again.
const LONGEST: Duration = Duration::from_secs(600);

/// Changes of one's jobs as they happen (`event: job`). `event: reset` says that too much was missed: read the lists anew.
#[utoipa::path(get, path = "/events", operation_id = "events", tag = "jobs",
    params(("Last-Event-ID" = Option<u64>, Header, description = "The id of the last event that arrived.")),
    responses((status = 200, content_type = "text/event-stream", body = JobEvent), (status = 401, body = ErrorBody)))]
pub(super) async fn events(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Fault> {
    let signal = app.signals.facts.subscribe();
    let newest = newest(&app).await?;
    let last = match headers.get("last-event-id") {
        None => newest,
        Some(value) => {
            let number = value.to_str().ok().and_then(|text| text.parse::<u64>().ok());
            number.ok_or_else(|| Error::invalid("must be the number of an event").field("last-event-id"))?
        }
    };
    // Something comes at once, so that a browser knows that it is connected.
    let mut pending = VecDeque::from([Event::default().comment("here")]);
    // A number from the future is of another hub, or of one that was restored.
    let lost = last > newest || newest - last > TOO_FAR;
    if lost {
        pending.push_back(Event::default().event("reset").id(newest.to_string()).data("{}"));
    }
    let stop = app.signals.stopping.clone();
    let last = if lost { newest } else { last };
    let listener = Listener { app, user: caller.user, last, pending, signal, until: Instant::now() + LONGEST };
    let stream = unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    });
    Ok(Sse::new(stream.take_until(stop.cancelled_owned())).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

struct Listener {
    app: App,
    user: UserId,
    last: u64,
    pending: VecDeque<Event>,
    signal: watch::Receiver<u64>,
    until: Instant,
}

impl Listener {
    /// The next event; `None` ends the stream, and the client comes back with the number of its last one.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.pending.pop_front() {
                return Some(event);
            }
            self.signal.mark_unchanged();
            match self.read().await {
                Ok(true) => {}
                Ok(false) => timeout_at(self.until, self.signal.changed()).await.ok()?.ok()?,
                Err(error) => {
                    tracing::warn!(%error, "live events end");
                    return None;
                }
            }
        }
    }

    /// Reads what is new; false where there is nothing.
    async fn read(&mut self) -> Result<bool> {
        let found = facts::of_user(self.app.store.read(), self.user, self.last, BATCH).await?;
        if found.is_empty() {
            return Ok(false);
        }
        let machines = Machines::named(&self.app).await?;
        for fact in &found {
            self.last = fact.number;
            let Some(job) = jobs::by_id(self.app.store.read(), fact.key.job).await? else { continue };
            let told = serde_json::to_string(&event(fact, machines.job(job))).map_err(|error| Error::internal(error.to_string()))?;
            self.pending.push_back(Event::default().event("job").id(fact.number.to_string()).data(told));
        }
        Ok(true)
    }
}
