//! How the daemon touches the world: the door for commands, the link to the controller, the host, its users, the clock.

pub mod door;
pub mod host;
pub mod link;
pub mod names;
