//! What the hosts of a cluster and its controller say to each other, over TLS with a certificate for each.

/// The generated messages and the gRPC client and server.
#[expect(clippy::all, reason = "generated")]
pub mod v1 {
    tonic::include_proto!("tieline.crane.node.v1");
}

/// The largest message either side accepts, in bytes.
pub const MAX_MESSAGE: usize = 32 << 20;
/// A name that is always in the controller's certificate, whatever address the hosts dial.
pub const CONTROLLER_NAME: &str = "crane-controller";
