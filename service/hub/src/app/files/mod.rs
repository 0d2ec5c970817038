//! Files: contents under their checksum, names in spaces, and files on their way in.

pub mod blobs;
mod disk;
mod running;
mod send;
pub mod spaces;
pub mod sweep;
pub mod uploads;

pub use blobs::Blobs;
pub use running::Running;
