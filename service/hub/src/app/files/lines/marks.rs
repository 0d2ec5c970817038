//! Where lines begin in the files that were looked at last. Worth nothing after a restart, and nothing depends on it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tieline_model::job::AttemptKey;
use tieline_model::{RelPath, Sha256};

use super::walk::{EVERY, Walk};
use crate::app::files::job_files::Found;

/// So many files are remembered.
const FILES: usize = 32;

/// Which file: one that was brought back by its contents too, since these never change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key(AttemptKey, RelPath, Option<Sha256>);

impl Key {
    pub(super) fn of(found: &Found) -> Self {
        Self(found.key, found.path.clone(), found.kept.map(|(sha256, _)| sha256))
    }
}

/// What is known of one file.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// The bytes at which lines 1 + EVERY, 1 + 2·EVERY, … begin.
    beginnings: Vec<u64>,
    /// The size it had when it was read last.
    size: u64,
    /// The lines it had at that size, where its end was seen.
    total: Option<u64>,
}

impl Known {
    /// The last known beginning at or before this line: its number and byte.
    pub(super) fn before(&self, line: u64) -> (u64, u64) {
        let wanted = usize::try_from(line.saturating_sub(1) / EVERY).unwrap_or(usize::MAX);
        let at = wanted.min(self.beginnings.len());
        at.checked_sub(1).map_or((1, 0), |index| (1 + at as u64 * EVERY, self.beginnings[index]))
    }

    /// Whether a file of this size cannot be the one that is known: files grow.
    pub(super) fn is_of_another(&self, size: u64) -> bool {
        size < self.size
    }

    pub(super) fn total_of(&self, size: u64) -> Option<u64> {
        self.total.filter(|_| size == self.size)
    }
}

/// The files, the one that was looked at last in front.
#[derive(Debug, Default)]
pub struct Marks(Mutex<VecDeque<(Key, Known)>>);

impl Marks {
    pub(super) fn of(&self, key: &Key) -> Known {
        self.files().iter().find(|(one, _)| one == key).map(|(_, known)| known.clone()).unwrap_or_default()
    }

    pub(super) fn forget(&self, key: &Key) {
        self.files().retain(|(one, _)| one != key);
    }

    /// Adds what a walk has passed.
    pub(super) fn learn(&self, key: Key, walk: &Walk, size: u64, total: Option<u64>) {
        let mut files = self.files();
        let mut known = match files.iter().position(|(one, _)| *one == key) {
            Some(index) => files.remove(index).map(|(_, known)| known).unwrap_or_default(),
            None => Known::default(),
        };
        for (line, byte) in walk.passed() {
            if (line - 1) / EVERY == known.beginnings.len() as u64 + 1 {
                known.beginnings.push(*byte);
            }
        }
        (known.size, known.total) = (size, total);
        files.push_front((key, known));
        files.truncate(FILES);
    }

    fn files(&self) -> MutexGuard<'_, VecDeque<(Key, Known)>> {
        // Nothing in here can be left half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
