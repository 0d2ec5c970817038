//! The platform's core: serves the API, keeps the books, and tells gateways what is wanted.
//!
//! `http` speaks to people and programs, `app` holds the use cases, `reconcile` carries what was decided to where it must
//! be done. HTTP status codes live in `http` only, SQL in the store only.

pub mod app;
pub mod authority;
pub mod backup;
pub mod clock;
pub mod config;
mod disk;
pub mod http;
pub mod link;
pub mod points;
pub mod reconcile;
mod run;

pub use app::App;
pub use config::Config;
pub use run::run;
