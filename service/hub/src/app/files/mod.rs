//! Files: contents under their checksum, names in spaces, and files on their way in.

pub mod blobs;
mod disk;
pub mod job_files;
pub mod lines;
pub mod logs;
mod running;
mod send;
pub mod spaces;
pub mod sweep;
pub mod uploads;

pub use blobs::{BLOBS, Blobs, keep_all};
pub use logs::Logs;
pub use running::Running;
