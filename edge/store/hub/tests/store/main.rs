//! The store's tests, each on SQLite and on PostgreSQL. Each noun has a module.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

mod accounts;
mod apps;
mod audit;
mod centers;
mod engines;
mod facts;
mod files;
mod jobs;
mod money;
mod people;
mod schema;
mod snapshot;
mod upgrade;

pub use engines::{for_each_engine, moment, seeded};
