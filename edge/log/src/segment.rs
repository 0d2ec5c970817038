//! One file of the log: a run of records, preallocated so that appending changes no metadata and cannot run out of room.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate};
use tieline_model::{Error, Result};

use super::frame::{self, HEADER, Header};

const MAGIC: &[u8; 8] = b"TIELOG01";
/// The magic word and the index of the first record.
pub(crate) const START: usize = 16;

/// An open segment.
#[derive(Debug)]
pub(crate) struct Segment {
    file: File,
    path: PathBuf,
    /// The index of its first record, which its name says too.
    pub first: u64,
    /// Where each record begins.
    offsets: Vec<u32>,
    /// Where the next record goes.
    pub end: usize,
    /// The bytes that are set aside.
    pub size: usize,
    /// The term of the last record.
    pub term: u64,
}

/// Room on the disk for one segment, set aside before it is needed.
#[derive(Debug)]
pub(crate) struct Spare {
    file: File,
    path: PathBuf,
    pub size: usize,
}

impl Spare {
    /// Sets this many bytes aside, or none.
    pub fn new(folder: &Path, size: usize) -> Result<Self> {
        let path = folder.join(format!("{size}.new"));
        let made = (|| {
            let file = OpenOptions::new().create(true).truncate(true).read(true).write(true).mode(0o600).open(&path)?;
            fallocate(&file, FallocateFlags::empty(), 0, size as u64)?;
            Ok(file)
        })();
        let file = made.map_err(|error: std::io::Error| {
            let _ = std::fs::remove_file(&path);
            failed(&path, &error)
        })?;
        Ok(Self { file, path, size })
    }
}

impl Segment {
    /// Makes an empty one of room that was set aside. It is complete on disk before its name is there.
    pub fn create(folder: &Path, first: u64, spare: Spare) -> Result<Self> {
        let path = folder.join(format!("{first:020}.log"));
        let Spare { file, path: fresh, size } = spare;
        let made = (|| {
            file.write_all_at(MAGIC, 0)?;
            file.write_all_at(&first.to_le_bytes(), 8)?;
            file.sync_all()?;
            std::fs::rename(&fresh, &path)?;
            File::open(folder)?.sync_all()
        })();
        made.map_err(|error| failed(&path, &error))?;
        Ok(Self { file, path, first, offsets: Vec::new(), end: START, size, term: 0 })
    }

    /// Opens one and finds its records. Only in the last segment may the tail be torn; it is cut off then.
    pub fn open(path: PathBuf, last: bool) -> Result<Self> {
        let read = (|| {
            let mut file = OpenOptions::new().read(true).write(true).open(&path)?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            file.seek(SeekFrom::Start(0))?;
            Ok((file, bytes))
        })();
        let (file, bytes) = read.map_err(|error: std::io::Error| failed(&path, &error))?;
        let first = match (bytes.get(..8), bytes.get(8..START).and_then(|bytes| bytes.try_into().ok())) {
            (Some(magic), Some(first)) if magic == MAGIC => u64::from_le_bytes(first),
            _ => return Err(broken(&path, "it does not begin as a segment of the log does")),
        };
        let mut segment = Self { file, path, first, offsets: Vec::new(), end: START, size: bytes.len(), term: 0 };
        while let Some((header, _)) = bytes.get(segment.end..).and_then(frame::read) {
            if header.index != segment.next() {
                break;
            }
            segment.count(&header);
        }
        let rest = &bytes[segment.end..];
        if last && frame::proves_durable(rest, segment.next()) {
            return Err(broken(&segment.path, &format!("record {} was durable and cannot be read", segment.next())));
        }
        if last && rest.iter().any(|&byte| byte != 0) {
            segment.clear_from(segment.end)?;
        }
        Ok(segment)
    }

    /// The index the next record has.
    pub fn next(&self) -> u64 {
        self.first + self.offsets.len() as u64
    }

    /// Whether this many bytes still fit.
    pub fn fits(&self, bytes: usize) -> bool {
        self.end + bytes <= self.size
    }

    /// Writes records that were laid out by [`frame::write`] and waits for the disk.
    pub fn append(&mut self, laid_out: &[u8]) -> Result<()> {
        let written = self.file.write_all_at(laid_out, self.end as u64).and_then(|()| self.file.sync_data());
        written.map_err(|error| failed(&self.path, &error))?;
        let mut at = 0;
        while let Some((header, _)) = laid_out.get(at..).and_then(frame::read) {
            at += header.stride();
            self.count(&header);
        }
        Ok(())
    }

    fn count(&mut self, header: &Header) {
        // A segment is smaller than 4 GiB.
        self.offsets.push(u32::try_from(self.end).unwrap_or(u32::MAX));
        self.end += header.stride();
        self.term = header.term;
    }

    /// Reads one record.
    pub fn read(&self, index: u64) -> Result<Vec<u8>> {
        let slot = usize::try_from(index - self.first).unwrap_or(usize::MAX);
        let begin = self.offsets.get(slot).map_or(self.end, |&offset| offset as usize);
        let end = self.offsets.get(slot + 1).map_or(self.end, |&offset| offset as usize);
        let mut bytes = vec![0; end - begin];
        self.file.read_exact_at(&mut bytes, begin as u64).map_err(|error| failed(&self.path, &error))?;
        match frame::read(&bytes) {
            Some((header, _)) if header.index == index => Ok(bytes),
            Some(_) | None => Err(broken(&self.path, &format!("record {index} is not what was written"))),
        }
    }

    /// Hands over all its records from this index on.
    pub fn replay(&self, from: u64, take: &mut dyn FnMut(super::Entry<'_>) -> Result<()>) -> Result<()> {
        let mut bytes = vec![0; self.end];
        self.file.read_exact_at(&mut bytes, 0).map_err(|error| failed(&self.path, &error))?;
        for (&offset, index) in self.offsets.iter().zip(self.first..) {
            if index < from {
                continue;
            }
            let Some((header, payload)) = bytes.get(offset as usize..).and_then(frame::read) else {
                return Err(broken(&self.path, &format!("record {index} is not what was written")));
            };
            take(super::Entry { term: header.term, index, payload })?;
        }
        Ok(())
    }

    /// Forgets every record after this index.
    pub fn truncate_after(&mut self, index: u64) -> Result<()> {
        let keep = usize::try_from((index + 1).saturating_sub(self.first)).unwrap_or(usize::MAX);
        let Some(&offset) = self.offsets.get(keep) else { return Ok(()) };
        self.clear_from(offset as usize)?;
        self.offsets.truncate(keep);
        self.end = offset as usize;
        self.term = match self.offsets.last() {
            Some(&last) => self.header_at(last as usize)?.term,
            None => 0,
        };
        Ok(())
    }

    fn header_at(&self, offset: usize) -> Result<Header> {
        let mut bytes = [0; HEADER];
        self.file.read_exact_at(&mut bytes, offset as u64).map_err(|error| failed(&self.path, &error))?;
        let number = |at: usize| bytes[at..at + 8].try_into().map_or(0, u64::from_le_bytes);
        Ok(Header { length: 0, term: number(8), index: number(16), durable: number(24) })
    }

    /// Nothing that was written once may be taken for a record later, so it becomes zeros again.
    fn clear_from(&self, offset: usize) -> Result<()> {
        let cleared = self.file.set_len(offset as u64).and_then(|()| {
            fallocate(&self.file, FallocateFlags::empty(), 0, self.size as u64)?;
            self.file.sync_all()
        });
        cleared.map_err(|error| failed(&self.path, &error))
    }

    /// Removes the file.
    pub fn remove(&self) -> Result<()> {
        std::fs::remove_file(&self.path).map_err(|error| failed(&self.path, &error))
    }
}

pub(crate) fn failed(path: &Path, error: &std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::StorageFull || error.kind() == std::io::ErrorKind::QuotaExceeded {
        return Error::full(format!("no room is left for the log: {}: {error}", path.display()))
            .hint("free some disk; nothing was lost, and work goes on once there is room");
    }
    Error::unavailable(format!("the log: {}: {error}", path.display()))
}

fn broken(path: &Path, what: &str) -> Error {
    Error::conflict(format!("the log is damaged: {}: {what}", path.display()))
        .hint("restore the folder from its backup; starting without what is missing would forget what was promised")
}
