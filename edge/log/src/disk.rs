//! The log on disk: segments in one folder, of which the last is written to.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use tieline_model::{Error, Result};

use super::segment::{START, Segment, Spare, failed};
use super::{Entry, LogStore, frame};

/// How a log is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The bytes that are set aside for a segment at once. A larger batch gets a segment of its own size.
    pub segment: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { segment: 64 << 20 }
    }
}

/// A log in a folder that is nobody else's. The owner makes sure that no second process has it open.
#[derive(Debug)]
pub struct DiskLog {
    folder: PathBuf,
    options: Options,
    segments: VecDeque<Segment>,
    /// Room for the next segment, so that what was accepted can be written though the disk has become full.
    spare: Option<Spare>,
    /// Why nothing more is taken: after a failed write nobody knows what the disk holds (a failed fsync is not to be repeated).
    failed: Option<String>,
}

impl DiskLog {
    /// Opens the log in this folder, or makes it. A torn tail is cut off.
    ///
    /// # Errors
    /// `Conflict` where durable records are missing or damaged; `Full` or `Unavailable` where the disk refuses.
    pub fn open(folder: &Path, options: Options) -> Result<Self> {
        let io = |error: std::io::Error| failed(folder, &error);
        std::fs::create_dir_all(folder).map_err(io)?;
        let mut paths = Vec::new();
        for file in std::fs::read_dir(folder).map_err(io)? {
            let path = file.map_err(io)?.path();
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("log") => paths.push(path),
                // A segment whose making was interrupted.
                Some("new") => std::fs::remove_file(&path).map_err(io)?,
                Some(_) | None => {}
            }
        }
        paths.sort();
        let count = paths.len();
        let mut log = Self { folder: folder.to_owned(), options, segments: VecDeque::new(), spare: None, failed: None };
        for (number, path) in paths.into_iter().enumerate() {
            let segment = Segment::open(path.clone(), number + 1 == count)?;
            if log.segments.back().is_some_and(|before| before.next() > segment.first) {
                return Err(Error::conflict(format!("the log is damaged: {} repeats records", path.display())));
            }
            log.segments.push_back(segment);
        }
        Ok(log)
    }

    fn refuse_after_failure(&self) -> Result<()> {
        match &self.failed {
            Some(why) => Err(Error::unavailable(format!("the log takes nothing more after a failure: {why}"))),
            None => Ok(()),
        }
    }

    /// After a failed write only a lack of room is known to have changed nothing.
    fn note<T>(&mut self, result: Result<T>) -> Result<T> {
        if let Err(error) = &result {
            self.failed = Some(error.message().to_owned());
        }
        result
    }

    fn room_for(&mut self, bytes: usize) -> Result<()> {
        if self.segments.back().is_some_and(|segment| segment.fits(bytes)) {
            return Ok(());
        }
        let spare = match self.spare.take_if(|spare| spare.size >= START + bytes) {
            Some(spare) => spare,
            None => Spare::new(&self.folder, self.options.segment.max(START + bytes))?,
        };
        let segment = Segment::create(&self.folder, self.last() + 1, spare)?;
        // An empty one in between would have the same name as its successor; `create` replaced it.
        if self.segments.back().is_some_and(|last| last.first == segment.first) {
            self.segments.pop_back();
        }
        self.segments.push_back(segment);
        Ok(())
    }

    fn holder(&self, index: u64) -> Option<&Segment> {
        let position = self.segments.partition_point(|segment| segment.first <= index);
        self.segments.get(position.checked_sub(1)?).filter(|segment| index < segment.next())
    }
}

impl LogStore for DiskLog {
    fn append(&mut self, term: u64, records: &[&[u8]]) -> Result<u64> {
        self.refuse_after_failure()?;
        if term < self.term() {
            return Err(Error::invalid(format!("term {term} is over: the log is in term {}", self.term())));
        }
        let first = self.last() + 1;
        let mut laid_out = Vec::with_capacity(records.iter().map(|record| frame::stride(record.len())).sum());
        for (record, index) in records.iter().zip(first..) {
            frame::write(&mut laid_out, term, index, first - 1, record)?;
        }
        self.room_for(laid_out.len())?;
        let written = self.segments.back_mut().map_or(Ok(()), |segment| segment.append(&laid_out));
        self.note(written)?;
        Ok(first)
    }

    fn truncate_after(&mut self, index: u64) -> Result<()> {
        self.refuse_after_failure()?;
        if self.segments.front().is_some_and(|segment| index + 1 < segment.first) {
            return Err(Error::invalid(format!("record {index} is purged; nothing after it can be kept or removed")));
        }
        while self.segments.back().is_some_and(|segment| segment.first > index + 1) {
            let removed = self.segments.back().map_or(Ok(()), Segment::remove);
            self.note(removed)?;
            self.segments.pop_back();
        }
        let cut = self.segments.back_mut().map_or(Ok(()), |segment| segment.truncate_after(index));
        self.note(cut)
    }

    fn purge_to(&mut self, index: u64, needed: &dyn Fn(RangeInclusive<u64>) -> bool) -> Result<()> {
        let mut kept = VecDeque::new();
        while let Some(segment) = self.segments.pop_front() {
            let over = !self.segments.is_empty() && segment.next() <= index + 1;
            if over && !needed(segment.first..=segment.next() - 1) {
                segment.remove()?;
            } else {
                kept.push_back(segment);
            }
        }
        self.segments = kept;
        Ok(())
    }

    fn read(&self, index: u64, take: &mut dyn FnMut(Entry<'_>)) -> Result<bool> {
        let Some(segment) = self.holder(index) else { return Ok(false) };
        let bytes = segment.read(index)?;
        if let Some((header, payload)) = frame::read(&bytes) {
            take(Entry { term: header.term, index, payload });
        }
        Ok(true)
    }

    fn replay(&self, from: u64, take: &mut dyn FnMut(Entry<'_>) -> Result<()>) -> Result<()> {
        let mut expected = None;
        for segment in self.segments.iter().filter(|segment| segment.next() > from) {
            if expected.is_some_and(|expected| expected != segment.first.max(from)) {
                return Err(Error::conflict(format!("the log is damaged: records before {} are missing", segment.first)));
            }
            segment.replay(from, take)?;
            expected = Some(segment.next());
        }
        Ok(())
    }

    fn set_room_aside(&mut self) -> Result<u64> {
        let here = self.segments.back().map_or(0, |segment| segment.size - segment.end);
        let lacking = self.spare.is_none() && here < self.options.segment / 2;
        let made = if lacking { Spare::new(&self.folder, self.options.segment).map(Some) } else { Ok(self.spare.take()) };
        self.spare = made.or_else(|error| if here > 0 { Ok(None) } else { Err(error) })?;
        Ok((here + self.spare.as_ref().map_or(0, |spare| spare.size - START)) as u64)
    }

    fn last(&self) -> u64 {
        self.segments.back().map_or(0, |segment| segment.next() - 1)
    }

    fn term(&self) -> u64 {
        self.segments.iter().rev().find(|segment| segment.next() > segment.first).map_or(0, |segment| segment.term)
    }
}
