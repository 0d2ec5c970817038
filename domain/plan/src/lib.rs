//! Planning: the placement of jobs between machines, and the schedule of one machine's own queue.

pub mod placement;
pub mod schedule;
