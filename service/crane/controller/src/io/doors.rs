//! The open ends of callers and hosts, by number.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tieline_wire_node::v1::{Piece, ToNode};
use tokio::sync::mpsc;
use tonic::Status;

use crate::core::{Link, ReplyTo};

type Answers = mpsc::UnboundedSender<Result<Piece, Status>>;
type Orders = mpsc::UnboundedSender<Result<ToNode, Status>>;

/// Who can be spoken to.
#[derive(Debug, Default)]
pub struct Doors {
    last: AtomicU64,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    callers: HashMap<ReplyTo, Answers>,
    hosts: HashMap<Link, Orders>,
}

impl Doors {
    /// A caller who waits.
    pub fn caller(&self, answers: Answers) -> ReplyTo {
        let to = ReplyTo(self.last.fetch_add(1, Ordering::Relaxed));
        self.open().callers.insert(to, answers);
        to
    }

    /// A host that has dialled.
    pub fn host(&self, orders: Orders) -> Link {
        let link = Link(self.last.fetch_add(1, Ordering::Relaxed));
        self.open().hosts.insert(link, orders);
        link
    }

    /// Hands a caller a piece. With the last one its door is shut; a caller who has left is no fault.
    pub fn answer(&self, to: ReplyTo, piece: Piece, last: bool) {
        let mut open = self.open();
        if let Some(answers) = open.callers.get(&to) {
            let _ = answers.send(Ok(piece));
        }
        if last {
            open.callers.remove(&to);
        }
    }

    /// Hands a host an order. One that has gone will say what it has when it is back.
    pub fn order(&self, link: Link, order: ToNode) {
        if let Some(orders) = self.open().hosts.get(&link) {
            let _ = orders.send(Ok(order));
        }
    }

    /// Ends a host's connection.
    pub fn close(&self, link: Link) {
        self.open().hosts.remove(&link);
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
