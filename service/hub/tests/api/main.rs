//! The hub's API from outside, one router in this process for each test. Each noun has a module.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the helpers of a test may fail it")]

mod attack;
mod audited;
mod backup;
mod center;
mod desk;
mod extract;
mod files;
mod hub;
mod jobs;
mod people;
mod play;
mod proofs;
mod roles;
mod stage;
mod upgrade;

pub use hub::{Answer, TestHub};
