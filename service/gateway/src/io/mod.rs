//! Everything that touches the world: machines, schedulers, processes, sockets, the disk.

pub mod driver;
pub mod site;
