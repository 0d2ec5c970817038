//! Files: contents under their checksum, names in spaces, and files on their way in.

pub mod blobs;
mod disk;

pub use blobs::Blobs;
