//! Files through the whole API: the router, the use cases, the store and the disk.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the helpers of a test may fail it")]

mod contents;
mod downloads;
mod hub;
mod spaces;
mod uploads;
