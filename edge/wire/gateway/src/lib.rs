//! What a gateway and the hub say to each other, and the explicit way between those messages and the domain's words.

pub mod convert;

/// The generated messages and the gRPC client and server.
#[expect(clippy::all, reason = "generated")]
pub mod v1 {
    tonic::include_proto!("tieline.gateway.v1");
}

/// The version of the protocol this crate speaks; the hub also serves the one before.
pub const PROTOCOL: u32 = 1;
/// The largest message either side accepts, in bytes. Larger things travel as chunks.
pub const MAX_MESSAGE: usize = 16 << 20;
/// How many bytes one chunk carries.
pub const CHUNK: usize = 256 << 10;
