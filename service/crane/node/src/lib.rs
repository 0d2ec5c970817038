//! The daemon of a host of a Crane cluster: so far its borders. The socket people's commands speak to, the connection to
//! the controller, what the host has and whom it knows.

pub mod io;
