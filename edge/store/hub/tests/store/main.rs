//! The store's tests, each on SQLite and on PostgreSQL. Each noun has a module.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

mod accounts;
mod audit;
mod centers;
mod engines;
mod files;
mod people;

pub use engines::{for_each_engine, moment, seeded};
