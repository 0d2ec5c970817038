//! A durable log: records in order, each with a term and an index, on disk before anybody is told.
//!
//! [`LogStore`] is what an owner needs of one; [`DiskLog`] keeps it in preallocated, checksummed segments.

mod disk;
mod frame;
mod segment;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use tieline_model::Result;

pub use disk::{DiskLog, Options};
pub use frame::MAX_RECORD;

/// One record as it is read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Under whose rule it was written.
    pub term: u64,
    /// Its place in the order; the first record has 1.
    pub index: u64,
    /// What its owner wrote.
    pub payload: &'a [u8],
}

/// Records in order. Indexes have no gaps; terms never fall.
pub trait LogStore {
    /// Appends all of these or none of them, durably, and gives the index of the first.
    ///
    /// # Errors
    /// `Full` where the disk has no room: nothing was written and the log goes on. `Invalid` where the term is older than
    /// the last one or a record is larger than [`MAX_RECORD`]. `Unavailable` where the disk failed: what was written
    /// is unknown, and the log refuses everything until it is opened again.
    fn append(&mut self, term: u64, records: &[&[u8]]) -> Result<u64>;

    /// Sets room aside for what comes next and says how many bytes are sure to fit: an owner that accepts less than
    /// that keeps its word though the disk becomes full.
    ///
    /// # Errors
    /// `Full` or `Unavailable` where nothing can be set aside and nothing was before.
    fn set_room_aside(&mut self) -> Result<u64>;

    /// Removes every record after this index, as when another ruler's log wins.
    ///
    /// # Errors
    /// As [`LogStore::append`]; `Invalid` where the index has been purged.
    fn truncate_after(&mut self, index: u64) -> Result<()>;

    /// Gives up the disk of records up to this index where all of a segment lies before it and `needed` says of
    /// none of its ranges of indexes that somebody still reads there.
    ///
    /// # Errors
    /// `Unavailable` where the disk failed.
    fn purge_to(&mut self, index: u64, needed: &dyn Fn(RangeInclusive<u64>) -> bool) -> Result<()>;

    /// Hands over the record with this index, if it is there.
    ///
    /// # Errors
    /// `Conflict` where what lies there is not what was written.
    fn read(&self, index: u64, take: &mut dyn FnMut(Entry<'_>)) -> Result<bool>;

    /// Hands over every record from this index on, in order.
    ///
    /// # Errors
    /// As [`LogStore::read`], and whatever `take` returns.
    fn replay(&self, from: u64, take: &mut dyn FnMut(Entry<'_>) -> Result<()>) -> Result<()>;

    /// The index of the last record; 0 where there is none.
    fn last(&self) -> u64;

    /// The term of the last record; 0 where there is none.
    fn term(&self) -> u64;
}
