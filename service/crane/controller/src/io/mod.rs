//! How the controller touches the world: the log's writer, the listener of hosts, the clock.

pub mod clock;
pub mod doors;
pub mod identity;
pub mod server;
pub mod writer;
