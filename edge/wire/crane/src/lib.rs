//! What the commands and the daemons of Crane say to each other: length-prefixed protobuf over a unix socket.

mod frame;
mod refusal;

/// The generated messages.
#[expect(clippy::all, reason = "generated")]
pub mod v1 {
    include!(concat!(env!("OUT_DIR"), "/tieline.crane.v1.rs"));
}

pub use frame::{MAX_FRAME, read, write};

/// The socket of the daemon on every host of a cluster, below its folder for what lives as long as the host is up.
pub const SOCKET: &str = "socket";
/// The variable that names another socket, for clusters that stand beside each other on one host.
pub const SOCKET_VARIABLE: &str = "CRANE_SOCKET";
/// The variable that holds a job's token.
pub const TOKEN_VARIABLE: &str = "CRANE_JOB_TOKEN";
/// Where the socket is where nothing else is said.
pub const DEFAULT_SOCKET: &str = "/run/craned/socket";
