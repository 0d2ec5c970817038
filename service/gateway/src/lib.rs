//! Tieline's process at a center. It dials out to the hub, keeps intents and facts on its own disk, and drives the
//! center's machines through ordinary commands as the local users the center mapped people to.

pub mod broker;
pub mod config;
pub mod core;
pub mod io;
pub mod join;
pub mod points;
pub mod run;
pub mod sandbox;
pub mod step;
pub mod usermap;
