//! The HTTP API as types: what requests and answers look like, one file per noun, and a client that speaks it.
//!
//! These are not domain types; the conversion is explicit in each file. Ids are the domain's newtypes (their text is the
//! wire form), written `string` in the OpenAPI document.

pub mod accounts;
pub mod apps;
pub mod audit;
pub mod centers;
pub mod client;
pub mod desk;
pub mod error;
pub mod files;
pub mod job_files;
pub mod jobs;
pub mod machines;
pub mod meta;
pub mod money;
pub mod page;
pub mod people;

pub use client::Client;
pub use error::ErrorBody;
pub use page::{Page, PageQuery};
