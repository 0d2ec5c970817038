//! The hub's memory in SQL, on SQLite or PostgreSQL with one code base.
//!
//! One file per noun; each holds its rows, the way from a raw row to a domain word, and the questions rooms ask.
//! Reading functions take any connection; writing functions take a [`Tx`]. There is one writer at a time on both engines:
//! SQLite has one writing connection that begins `IMMEDIATE`, PostgreSQL takes one advisory lock for each transaction.
//! So a decision read inside a transaction (a balance, a cursor, a state) still holds when it is written.

pub mod accounts;
pub mod apps;
pub mod attempts;
pub mod audit;
pub mod blobs;
pub mod books;
pub mod centers;
mod connect;
mod copy;
pub mod credentials;
mod error;
pub mod facts;
pub mod files;
pub mod gateways;
pub mod holds;
pub mod intents;
pub mod job_files;
pub mod jobs;
pub mod join_tokens;
pub mod machines;
mod migrations;
pub mod preferences;
pub mod prices;
pub mod seeding;
pub mod sessions;
pub mod spaces;
pub mod templates;
pub mod tenants;
pub mod tokens;
pub mod uploads;
pub mod users;

pub use connect::{Store, Tx};
pub use sea_orm::ConnectionTrait;

/// How many rows a page has when the caller does not say, and how many it may ask for at most.
pub const PAGE: u64 = 50;
/// See [`PAGE`].
pub const PAGE_MAX: u64 = 1000;
