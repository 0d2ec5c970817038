//! Uploads that somebody is sending to at this moment: one sender each, and the checksum so far.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tieline_model::{Error, Result, UploadId};

/// What this process knows of uploads under way. It is worth nothing after a restart, and nothing depends on it.
#[derive(Clone, Debug, Default)]
pub struct Running(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    sending: HashSet<UploadId>,
    hashes: HashMap<UploadId, Hashed>,
}

/// The checksum of the first `bytes` bytes of an upload.
#[derive(Clone, Debug)]
pub(super) struct Hashed {
    pub bytes: u64,
    pub hash: sha2::Sha256,
}

impl Running {
    /// Claims an upload for one sender until the answer is dropped.
    ///
    /// # Errors
    /// `Conflict` (`upload_busy`) while somebody else sends.
    pub(super) fn claim(&self, upload: UploadId) -> Result<Claim> {
        if !self.state().sending.insert(upload) {
            return Err(Error::conflict(format!("{upload} is being sent to by another request"))
                .code("upload_busy")
                .hint("wait for the other request to end, ask for the offset, and go on from there"));
        }
        Ok(Claim { running: self.clone(), upload })
    }

    /// Drops what is known of an upload that is no more.
    pub(super) fn forget(&self, upload: UploadId) {
        self.state().hashes.remove(&upload);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here can be left half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to send to one upload.
#[derive(Debug)]
pub(super) struct Claim {
    running: Running,
    upload: UploadId,
}

impl Claim {
    /// The checksum so far, if it covers exactly the first `bytes` bytes.
    pub(super) fn take_hash(&self, bytes: u64) -> Option<Hashed> {
        self.running.state().hashes.remove(&self.upload).filter(|hashed| hashed.bytes == bytes)
    }

    /// Keeps the checksum for the next piece.
    pub(super) fn keep_hash(&self, hashed: Hashed) {
        self.running.state().hashes.insert(self.upload, hashed);
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.running.state().sending.remove(&self.upload);
    }
}
