//! The links to gateways: who is connected now, and how the rest of the hub asks them something.
//!
//! A gateway dials; `server` lets it in by its certificate, `control` keeps the one control connection, `bulk` moves bytes
//! on connections of their own. Nothing here is the truth about a job: what must not be lost travels as intents and facts.

mod bulk;
mod connection;
mod control;
mod server;
mod service;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use tieline_model::job::AttemptKey;
use tieline_model::{Error, GatewayId, Id, MachineName, RelPath, Result};
use tieline_wire_gateway::v1;
use tokio::sync::watch;
use tokio_stream::wrappers::ReceiverStream;

use connection::{Connection, lock};

pub use server::{Server, control_url};

/// How long a gateway has to open a file that is to be read.
const OPENING: Duration = Duration::from_secs(30);

/// Who is connected now. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Links(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    address: OnceLock<SocketAddr>,
    next: AtomicU64,
    open: Mutex<HashMap<GatewayId, Arc<Connection>>>,
    changed: watch::Sender<u64>,
}

impl Links {
    /// Nobody yet. Questions are numbered from `seed` on, so that an answer to an earlier life of the hub fits none.
    pub fn new(seed: u64) -> Self {
        let changed = watch::Sender::new(0);
        Self(Arc::new(Inner { address: OnceLock::new(), next: AtomicU64::new(seed >> 1), open: Mutex::default(), changed }))
    }

    /// Whether this gateway is connected now.
    pub fn is_connected(&self, gateway: GatewayId) -> bool {
        lock(&self.0.open).contains_key(&gateway)
    }

    /// Grows whenever a gateway comes or goes.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    /// The address gateways come in at, once the hub listens there.
    pub fn address(&self) -> Option<SocketAddr> {
        self.0.address.get().copied()
    }

    /// Asks a gateway something of the moment. `machine` is given where the question itself does not name one.
    ///
    /// # Errors
    /// `Unavailable` where the gateway is not connected or does not answer within `limit`; else what it refused with.
    pub async fn ask(
        &self,
        gateway: GatewayId,
        question: v1::question::Body,
        machine: Option<&MachineName>,
        limit: Duration,
    ) -> Result<v1::answer::Body> {
        let connection = self.connection(gateway)?;
        let id = self.number();
        let machine = machine.map(ToString::to_string).unwrap_or_default();
        match connection.ask(v1::Question { id, machine, body: Some(question) }, limit).await? {
            v1::answer::Body::Refusal(refusal) => Err(Error::from(refusal)),
            answer @ (v1::answer::Body::Mapped(_) | v1::answer::Body::PreSubmitted(_) | v1::answer::Body::Folder(_)) => Ok(answer),
        }
    }

    /// Reads a file of a job from its machine: the whole file's size when it was opened, and the bytes from `offset` on, at
    /// most `length` of them (zero for all). A negative offset counts back from the size, never before the beginning.
    /// Bytes come as fast as the stream is read; little is kept in between. Dropping the stream ends the transfer.
    ///
    /// # Errors
    /// As [`Links::ask`]. The stream fails where the transfer breaks before it is complete.
    pub async fn read(
        &self,
        gateway: GatewayId,
        attempt: AttemptKey,
        path: &RelPath,
        offset: i64,
        length: u64,
    ) -> Result<(u64, ReceiverStream<Result<Bytes>>)> {
        let connection = self.connection(gateway)?;
        let job = attempt.job.bytes().to_vec();
        let range = v1::ReadRange { job, attempt: attempt.number, path: path.to_string(), offset, length };
        let question = v1::Question { id: self.number(), machine: String::new(), body: Some(v1::question::Body::Read(range)) };
        let opened = connection.read(question, connection::Range { offset, length }, OPENING).await?;
        Ok((opened.size, ReceiverStream::new(opened.bytes)))
    }

    /// Cuts the connection of a gateway, if it has one.
    pub fn cut(&self, gateway: GatewayId) {
        if let Some(connection) = lock(&self.0.open).get(&gateway) {
            connection.stop.cancel();
        }
    }

    fn number(&self) -> u64 {
        self.0.next.fetch_add(1, Ordering::Relaxed)
    }

    fn connection(&self, gateway: GatewayId) -> Result<Arc<Connection>> {
        lock(&self.0.open).get(&gateway).cloned().ok_or_else(connection::gone)
    }

    /// Makes this the gateway's connection; one it had before is stopped.
    fn join(&self, gateway: GatewayId, connection: &Arc<Connection>) {
        if let Some(before) = lock(&self.0.open).insert(gateway, connection.clone()) {
            before.replaced.cancel();
        }
        self.0.changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Forgets a connection that ended, unless the gateway has a newer one.
    fn leave(&self, gateway: GatewayId, connection: &Arc<Connection>) {
        connection.close();
        if let Entry::Occupied(entry) = lock(&self.0.open).entry(gateway)
            && Arc::ptr_eq(entry.get(), connection)
        {
            entry.remove();
        }
        self.0.changed.send_modify(|count| *count = count.wrapping_add(1));
    }
}
