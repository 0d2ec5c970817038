//! What the controller decides on and with: no waiting, no clock, no files.

mod event;

pub use event::{Caller, Event, Link, Output, ReplyTo, Turn};
