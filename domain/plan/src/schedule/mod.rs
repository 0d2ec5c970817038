//! The schedule of one cluster: one mutable plan of its nodes, waiting and running jobs. It has no clock: each call is told the
//! moment. So far it starts jobs by priority and then by number, each on the first nodes that have room. The first job of each
//! partition that finds none is promised nodes at a moment (EASY backfill): others start there only if they end by then.

mod plan;
mod words;

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;

pub use plan::Plan;
pub use words::*;
