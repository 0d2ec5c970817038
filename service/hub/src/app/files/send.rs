//! Writing to one upload. Whoever goes away in the middle leaves whole pieces behind, never one that lands later.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use bytes::Bytes;
use sha2::Digest;
use tieline_fault::around_now;
use tieline_model::{Error, Result};

use super::blobs::{blocking, fault};
use super::running::{Claim, Hashed};
use crate::points;

/// The right to send to an upload, with its open file. It travels into the thread that writes, so that the upload is not
/// free for the next sender before the last write has ended, also when the request is dropped meanwhile.
#[derive(Debug)]
pub(super) struct Sending {
    file: File,
    claim: Claim,
    hashed: Option<Hashed>,
    /// How many bytes lie in the file.
    pub(super) bytes: u64,
}

impl Sending {
    /// Opens the upload's file behind its last byte. What lies there is made lasting before it is counted.
    pub(super) async fn open(path: &Path, claim: Claim) -> Result<Self> {
        let path = path.to_owned();
        blocking(move || {
            let failed = |error| fault("an upload cannot be opened", &path, error);
            let file = File::options().append(true).create(true).open(&path).map_err(failed)?;
            file.sync_data().map_err(failed)?;
            let bytes = file.metadata().map_err(failed)?.len();
            let fresh = (bytes == 0).then(|| Hashed { bytes: 0, hash: sha2::Sha256::new() });
            let hashed = claim.take_hash(bytes).or(fresh);
            Ok(Self { file, claim, hashed, bytes })
        })
        .await
    }

    /// Adds a piece; not more than fits into `size`.
    pub(super) async fn write(mut self, piece: Bytes, size: u64) -> Result<Self> {
        let after = self.bytes.saturating_add(piece.len() as u64);
        if after > size {
            return Err(Error::too_large(format!("{size} bytes were announced, and at least {after} arrive")).field("Upload-Length"));
        }
        blocking(move || {
            let Err(error) = self.file.write_all(&piece) else {
                if let Some(hashed) = &mut self.hashed {
                    hashed.hash.update(&piece);
                    hashed.bytes = after;
                }
                self.bytes = after;
                return Ok(self);
            };
            // Part of the piece may have been written; what counts is what lies there when it is opened again.
            Err(fault("an upload cannot be written", Path::new(""), error))
        })
        .await
    }

    /// Makes all of it lasting, and keeps the checksum for the next piece.
    pub(super) async fn settle(self) -> Result<Settled> {
        blocking(move || {
            around_now(points::UPLOAD_SYNC, || self.file.sync_all())
                .map_err(|error| fault("an upload cannot be synced", Path::new(""), error))?;
            Ok(Settled { claim: self.claim, hashed: self.hashed, bytes: self.bytes })
        })
        .await
    }
}

/// An upload whose bytes are all on the disk, still claimed.
#[derive(Debug)]
pub(super) struct Settled {
    claim: Claim,
    hashed: Option<Hashed>,
    /// How many bytes.
    pub(super) bytes: u64,
}

impl Settled {
    /// What the bytes hash to, if that is known without reading them again.
    pub(super) fn take_hash(&mut self) -> Option<tieline_model::Sha256> {
        self.hashed.take().filter(|hashed| hashed.bytes == self.bytes).map(|hashed| tieline_model::Sha256(hashed.hash.finalize().into()))
    }

    /// Lets the next sender in.
    pub(super) fn release(self) {
        if let Some(hashed) = self.hashed {
            self.claim.keep_hash(hashed);
        }
    }
}
