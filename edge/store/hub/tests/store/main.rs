//! The store's tests, each on SQLite and on PostgreSQL. Each noun has a module.

mod accounts;
mod audit;
mod engines;
mod files;
mod people;

pub use engines::{for_each_engine, moment, seeded};
