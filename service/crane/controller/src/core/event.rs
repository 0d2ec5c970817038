//! What reaches the controller and what leaves it.

use tieline_store_crane::v1::Record;
use tieline_wire_crane::v1::{Answer, Ask};
use tieline_wire_node::v1::{Hello, from_node, to_node};

/// A caller who waits for answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReplyTo(pub u64);

/// A host's standing connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Link(pub u64);

/// Who asks, as a host that may say so has read it from its kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The user's number.
    pub uid: u32,
    /// The group's.
    pub gid: u32,
    /// The user's name.
    pub user: String,
    /// On which host.
    pub host: String,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// Somebody asks for something.
    Call {
        /// Who.
        from: Caller,
        /// What.
        ask: Box<Ask>,
        /// Where the answers go.
        to: ReplyTo,
    },
    /// A host has dialled and says what it has. Any older connection of it is over.
    Attend {
        /// Its name.
        node: String,
        /// Its connection.
        link: Link,
        /// What it has.
        hello: Box<Hello>,
    },
    /// A host reports.
    Says {
        /// On which connection.
        link: Link,
        /// What.
        what: from_node::What,
    },
    /// A connection is over.
    Gone {
        /// Which.
        link: Link,
    },
    /// Time passes.
    Tick,
    /// The disk has no room for more than what is under way, or has room again.
    Room(bool),
}

/// What is to be done once everything before it is on disk.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// An answer; the last is Done or Refused.
    Answer(ReplyTo, Box<Answer>),
    /// An order to a host. Where a body is named, the launch that lies in the log under this index goes with it.
    Order {
        /// Its connection.
        link: Link,
        /// The order.
        what: Box<to_node::What>,
        /// Where the launch lies.
        body: Option<u64>,
    },
    /// The connection is to be closed.
    Close(Link),
}

/// What one turn of the core leads to.
#[derive(Debug, Default)]
pub struct Turn {
    /// What is to be on disk first, in order.
    pub records: Vec<Record>,
    /// What is done then.
    pub outputs: Vec<Output>,
}
