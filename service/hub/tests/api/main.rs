//! The hub's API from outside, one router in this process for each test. Each noun has a module.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the helpers of a test may fail it")]

mod center;
mod desk;
mod extract;
mod files;
mod hub;
mod jobs;
mod people;
mod play;
mod roles;
mod stage;

pub use hub::{Answer, TestHub};
