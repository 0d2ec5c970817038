//! The schedule of one cluster: one mutable plan of its nodes, waiting and running jobs. It has no clock: each call is told the
//! moment. So far it starts jobs by priority and then by number, each on the first nodes that have room, and no job overtakes one
//! that waits for nodes in the same partition.

mod plan;
mod words;

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;

pub use plan::Plan;
pub use words::*;
