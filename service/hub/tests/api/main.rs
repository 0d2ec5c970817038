//! The hub's API from outside, one router in this process for each test. Each noun has a module.

mod center;
mod extract;
mod hub;
mod jobs;
mod people;
mod play;
mod roles;

pub use hub::{Answer, TestHub};
