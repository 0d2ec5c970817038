//! Files through the whole API: the router, the use cases, the store and the disk.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod contents;
mod downloads;
mod hub;
mod spaces;
mod uploads;
