//! Jobs: what people want run, and what became of it.

pub mod facts;
pub mod intents;
pub mod record;
