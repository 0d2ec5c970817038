//! One control connection as the rest of the hub sees it: what was asked, and who waits for the answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tieline_fault::around;
use tieline_model::{Error, Result, Sha256};
use tieline_wire_gateway::v1;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::points;

/// What goes out to the gateway.
pub(super) type Outgoing = mpsc::Sender<Result<v1::FromHub, Status>>;
/// How many pieces of a file lie between the gateway and the reader.
const PIECES: usize = 8;

/// A control connection whose gateway has said Hello.
#[derive(Debug)]
pub(super) struct Connection {
    out: Outgoing,
    /// Ends the connection.
    pub(super) stop: CancellationToken,
    /// Ends the connection because the gateway has a newer one.
    pub(super) replaced: CancellationToken,
    /// `None` once the connection is closed.
    waiting: Mutex<Option<HashMap<u64, Waiting>>>,
}

/// Somebody who waits.
#[derive(Debug)]
enum Waiting {
    Answer { tell: oneshot::Sender<v1::answer::Body>, needs: Vec<Sha256> },
    Bytes { tell: oneshot::Sender<Result<Opened>>, range: Range },
}

/// A file that is being read.
#[derive(Debug)]
pub(super) struct Opened {
    /// Bytes of the whole file.
    pub(super) size: u64,
    /// Its bytes, in order.
    pub(super) bytes: mpsc::Receiver<Result<Bytes>>,
}

/// Where the bytes of a read go.
#[derive(Debug)]
pub(super) struct Delivered {
    pub(super) to: mpsc::Sender<Result<Bytes>>,
    /// How many must come.
    pub(super) expected: u64,
    /// How many may come: a file that grew after it was opened has more of what was asked for.
    pub(super) most: u64,
}

/// Which part of a file was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    pub(super) offset: i64,
    pub(super) length: u64,
}

impl Range {
    /// How many bytes of a file of this size that is.
    pub(super) fn bytes_of(self, size: u64) -> u64 {
        let start = if self.offset < 0 { size.saturating_sub(self.offset.unsigned_abs()) } else { self.offset.unsigned_abs() };
        let rest = size.saturating_sub(start);
        if self.length == 0 { rest } else { rest.min(self.length) }
    }
}

impl Connection {
    pub(super) fn new(out: Outgoing, stop: CancellationToken) -> Arc<Self> {
        Arc::new(Self { out, stop, replaced: CancellationToken::new(), waiting: Mutex::new(Some(HashMap::new())) })
    }

    pub(super) async fn ask(&self, question: v1::Question, limit: Duration) -> Result<v1::answer::Body> {
        let (tell, answer) = oneshot::channel();
        let needs = needs(&question);
        self.exchange(question, Waiting::Answer { tell, needs }, answer, limit).await
    }

    pub(super) async fn read(&self, question: v1::Question, range: Range, limit: Duration) -> Result<Opened> {
        let (tell, opened) = oneshot::channel();
        self.exchange(question, Waiting::Bytes { tell, range }, opened, limit).await?
    }

    async fn exchange<T>(&self, question: v1::Question, who: Waiting, answer: oneshot::Receiver<T>, limit: Duration) -> Result<T> {
        let id = question.id;
        lock(&self.waiting).as_mut().ok_or_else(gone)?.insert(id, who);
        let _forget = Forget { connection: self, id };
        let asked = async {
            self.out.send(Ok(v1::FromHub { body: Some(v1::from_hub::Body::Question(question)) })).await.map_err(|_| gone())?;
            answer.await.map_err(|_| gone())
        };
        let late = || Error::unavailable(format!("the center did not answer within {} s", limit.as_secs())).code("center_slow");
        around(points::QUESTION_ASK, tokio::time::timeout(limit, asked)).await.map_err(|_| late())?
    }

    /// An answer came. One that nobody waits for any more is dropped.
    pub(super) fn answered(&self, answer: v1::Answer) {
        let Some(body) = answer.body else { return };
        match (self.take(answer.id), body) {
            // Whoever waited may have gone.
            (Some(Waiting::Answer { tell, .. }), body) => drop(tell.send(body)),
            (Some(Waiting::Bytes { tell, .. }), v1::answer::Body::Refusal(refusal)) => drop(tell.send(Err(refusal.into()))),
            (Some(Waiting::Bytes { tell, .. }), _) => drop(tell.send(Err(Error::internal("a read was answered with something else")))),
            (None, _) => tracing::debug!(question = answer.id, "an answer nobody waits for"),
        }
    }

    /// The gateway begins to deliver what was asked for: where the bytes go, or `None` if nobody waits.
    pub(super) fn opened(&self, question: u64, size: u64) -> Option<Delivered> {
        let (tell, range) = self.take_read(question)?;
        let (to, bytes) = mpsc::channel(PIECES);
        tell.send(Ok(Opened { size, bytes })).ok()?;
        let expected = range.bytes_of(size);
        Some(Delivered { to, expected, most: expected.max(range.length) })
    }

    /// The gateway cannot deliver what was asked for. Says whether somebody waited.
    pub(super) fn refused(&self, question: u64, why: Error) -> bool {
        self.take_read(question).is_some_and(|(tell, _)| tell.send(Err(why)).is_ok())
    }

    /// Whether a question that is open needs this content.
    pub(super) fn needs(&self, content: Sha256) -> bool {
        let waiting = lock(&self.waiting);
        waiting.iter().flat_map(HashMap::values).any(|waiting| match waiting {
            Waiting::Answer { needs, .. } => needs.contains(&content),
            Waiting::Bytes { .. } => false,
        })
    }

    /// Nobody is answered any more.
    pub(super) fn close(&self) {
        lock(&self.waiting).take();
    }

    fn take(&self, question: u64) -> Option<Waiting> {
        lock(&self.waiting).as_mut()?.remove(&question)
    }

    fn take_read(&self, question: u64) -> Option<(oneshot::Sender<Result<Opened>>, Range)> {
        let mut waiting = lock(&self.waiting);
        let waiting = waiting.as_mut()?;
        if !matches!(waiting.get(&question), Some(Waiting::Bytes { .. })) {
            return None;
        }
        match waiting.remove(&question) {
            Some(Waiting::Bytes { tell, range }) => Some((tell, range)),
            Some(Waiting::Answer { .. }) | None => None,
        }
    }
}

/// Forgets a question when whoever asked goes away, for whatever reason.
struct Forget<'a> {
    connection: &'a Connection,
    id: u64,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.connection.take(self.id);
    }
}

/// What everybody hears who wants something of a gateway that is not there.
pub(super) fn gone() -> Error {
    Error::unavailable("the center is not connected at the moment").code("center_away").hint("try again in a minute")
}

/// A lock whose holder never panics half-way.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The contents the gateway must fetch to answer.
fn needs(question: &v1::Question) -> Vec<Sha256> {
    let Some(v1::question::Body::PreSubmit(check)) = &question.body else { return Vec::new() };
    contents(check.package.as_ref(), &check.inputs)
}

/// The contents a package and inputs name.
pub(super) fn contents(package: Option<&v1::PackageRef>, inputs: &[v1::Input]) -> Vec<Sha256> {
    let package = package.map(|package| package.sha256.as_slice());
    let inputs = inputs.iter().map(|input| input.sha256.as_slice());
    package.into_iter().chain(inputs).filter_map(|bytes| bytes.try_into().ok()).map(Sha256).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_never_reaches_outside_the_file() {
        let of = |offset, length, size| Range { offset, length }.bytes_of(size);
        assert_eq!((of(0, 0, 10), of(3, 0, 10), of(3, 4, 10), of(8, 4, 10)), (10, 7, 4, 2));
        assert_eq!((of(-3, 0, 10), of(-30, 0, 10), of(-5, 2, 10), of(99, 0, 10)), (3, 10, 2, 0));
        assert_eq!(of(i64::MIN, u64::MAX, u64::MAX), 1 << 63);
    }
}
