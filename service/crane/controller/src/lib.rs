//! Crane's controller: so far its borders. What reaches it and leaves it, the writer of its log, the listener of hosts.

pub mod core;
pub mod io;
