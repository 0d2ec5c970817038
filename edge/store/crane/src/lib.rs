//! What Crane's controller keeps on disk: the records of its log and of its snapshots.

/// The generated messages.
pub mod v1 {
    include!(concat!(env!("OUT_DIR"), "/tieline.crane.record.v1.rs"));
}
