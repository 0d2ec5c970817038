//! Planning: so far the placement of jobs between machines.

pub mod placement;
