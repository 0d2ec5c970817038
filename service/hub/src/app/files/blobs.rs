//! Contents under their checksum: `blobs/ab/cdef…`. A blob is seen whole, verified and on the disk, or not at all.

use std::collections::HashSet;
use std::fs::TryLockError;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures::{Stream, StreamExt};
use sha2::Digest;
use tieline_fault::around_now;
use tieline_model::{Error, Result, Sha256, Timestamp};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio::sync::RwLock;

use super::disk;
use crate::points;

/// The folder of contents in the state folder.
pub const BLOBS: &str = "blobs";
/// Where contents lie before they are verified, below the folder of blobs so that a rename moves them.
const INCOMING: &str = "incoming";
/// How many bytes are read at once while a file on the disk is hashed.
const PIECE: usize = 256 * 1024;

/// The hub's folder of contents; cheap to clone.
#[derive(Clone, Debug)]
pub struct Blobs(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    next: AtomicU64,
    /// Held for reading while a blob is put in place, for writing while one is looked at and removed.
    removal: RwLock<()>,
}

impl Blobs {
    /// Opens the folder, makes it if it is missing, and clears away what an earlier life left half received.
    ///
    /// # Errors
    /// Where the folder cannot be made or read.
    pub fn at(root: PathBuf) -> Result<Self> {
        let incoming = root.join(INCOMING);
        let failed = |error: io::Error| fault("the folder of files cannot be opened", &root, error);
        std::fs::create_dir_all(&incoming).map_err(failed)?;
        for entry in std::fs::read_dir(&incoming).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name().to_string_lossy().starts_with("received-") {
                std::fs::remove_file(entry.path()).map_err(failed)?;
            }
        }
        Ok(Self(Arc::new(Inner { root, next: AtomicU64::new(0), removal: RwLock::new(()) })))
    }

    /// The blob's size, and its bytes from `offset` on.
    ///
    /// # Errors
    /// `NotFound` where there is none, `Invalid` where it ends before `offset`.
    pub async fn open(&self, sha256: Sha256, offset: u64) -> Result<(u64, File)> {
        let path = self.path(sha256);
        let mut file = File::open(&path).await.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::not_found(format!("the content {sha256} is not here")),
            _ => fault("a file cannot be opened", &path, error),
        })?;
        let size = file.metadata().await.map_err(|error| fault("a file cannot be opened", &path, error))?.len();
        if offset > size {
            return Err(Error::invalid(format!("the file ends at byte {size}, before byte {offset}")).field("offset"));
        }
        if offset > 0 {
            file.seek(io::SeekFrom::Start(offset)).await.map_err(|error| fault("a file cannot be read", &path, error))?;
        }
        Ok((size, file))
    }

    /// Whether the content is here, whole.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub async fn contains(&self, sha256: Sha256) -> Result<bool> {
        let path = self.path(sha256);
        tokio::fs::try_exists(&path).await.map_err(|error| fault("a file cannot be seen", &path, error))
    }

    /// Takes in a content, at most `limit` bytes. When it returns, the content is on the disk under its checksum.
    ///
    /// # Errors
    /// `TooLarge` beyond `limit`, `Invalid` (`checksum_mismatch`) where it is not what was `expected`, `Full` where the disk
    /// is, and whatever the stream fails with; then nothing is kept.
    pub async fn receive(&self, content: impl Stream<Item = Result<Bytes>>, expected: Option<Sha256>, limit: u64) -> Result<(Sha256, u64)> {
        let name = format!("received-{}-{}", std::process::id(), self.0.next.fetch_add(1, Ordering::Relaxed));
        let path = self.0.root.join(INCOMING).join(name);
        // Also when the caller goes away in the middle.
        let _remove = RemoveOnDrop(path.clone());
        let failed = |error: io::Error| fault("a file cannot be written", &path, error);
        // Made at once, not on another thread: a caller that goes away must not be overtaken by its own file.
        let made = std::fs::File::options().write(true).create_new(true).open(&path).map_err(failed)?;
        let mut file = File::from_std(made);
        let mut hash = sha2::Sha256::new();
        let mut size = 0u64;
        let mut content = std::pin::pin!(content);
        while let Some(piece) = content.next().await {
            let piece = piece?;
            size = size.saturating_add(piece.len() as u64);
            if size > limit {
                return Err(Error::too_large(format!("more than {limit} bytes arrived, which is the limit")));
            }
            hash.update(&piece);
            file.write_all(&piece).await.map_err(failed)?;
        }
        file.flush().await.map_err(failed)?;
        let sha256 = Sha256(hash.finalize().into());
        check(sha256, expected)?;
        file.sync_all().await.map_err(failed)?;
        self.adopt(&path, sha256).await?;
        Ok((sha256, size))
    }

    /// Gives a verified, synced file of the incoming folder its name as a blob too. The file itself stays where it is.
    ///
    /// # Errors
    /// Where the file system refuses.
    pub(super) async fn adopt(&self, from: &Path, sha256: Sha256) -> Result<()> {
        let _held = self.0.removal.read().await;
        let (from, path, root) = (from.to_owned(), self.path(sha256), self.0.root.clone());
        blocking(move || {
            let folder = path.parent().unwrap_or(&root);
            let link = || around_now(points::CONTENT_PLACE, || std::fs::hard_link(&from, &path));
            let placed = std::fs::create_dir_all(folder).and_then(|()| match link() {
                // The same bytes are here; a fresh date keeps them until they are referred to.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => touch(&path),
                other => other,
            });
            placed.map_err(|error| fault("a file cannot be put in place", &path, error))?;
            for folder in [folder, &root] {
                sync_folder(folder).map_err(|error| fault("a folder cannot be synced", folder, error))?;
            }
            Ok(())
        })
        .await
    }

    /// Removes blobs that were put in place before `before` and that `referenced` does not name. Answers how many.
    ///
    /// # Errors
    /// Where the folder cannot be read, or what `referenced` fails with.
    pub async fn remove_unreferenced<F: Future<Output = Result<HashSet<Sha256>>> + Send>(
        &self,
        before: Timestamp,
        referenced: impl Fn(Vec<Sha256>) -> F,
    ) -> Result<u64> {
        let mut removed = 0;
        for folder in self.shards().await? {
            let candidates = old_blobs(folder.clone(), before).await?;
            if candidates.is_empty() {
                continue;
            }
            let _held = self.0.removal.write().await;
            let Some(_alone) = self.unless_kept()? else { return Ok(removed) };
            // Looked at again under the lock: one may have been touched since.
            let candidates = old_blobs(folder, before).await?;
            let needed = referenced(candidates.clone()).await?;
            for sha256 in candidates.into_iter().filter(|sha256| !needed.contains(sha256)) {
                let path = self.path(sha256);
                tokio::fs::remove_file(&path).await.map_err(|error| fault("a file cannot be removed", &path, error))?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// The right to remove, unless a backup is being made: what its database names must not go before it is copied.
    fn unless_kept(&self) -> Result<Option<std::fs::File>> {
        let lock = keeper(&self.0.root)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(fault("the folder of files cannot be locked", &self.0.root, error)),
        }
    }

    /// Refuses when `more` bytes would fill the disk beyond `percent`.
    ///
    /// # Errors
    /// `Full` (`disk_full`).
    pub fn must_have_room(&self, more: u64, percent: u8) -> Result<()> {
        disk::must_have_room(&self.0.root, more, percent)
    }

    /// Where an upload's bytes lie until it is complete.
    pub(super) fn incoming(&self, name: &str) -> PathBuf {
        self.0.root.join(INCOMING).join(name)
    }

    fn path(&self, sha256: Sha256) -> PathBuf {
        let text = sha256.to_string();
        self.0.root.join(&text[..2]).join(&text[2..])
    }

    async fn shards(&self) -> Result<Vec<PathBuf>> {
        let root = self.0.root.clone();
        blocking(move || {
            let failed = |error| fault("the folder of files cannot be read", &root, error);
            let mut folders = Vec::new();
            for entry in std::fs::read_dir(&root).map_err(failed)? {
                let path = entry.map_err(failed)?.path();
                if path.is_dir() && path.file_name().is_some_and(|name| name.len() == 2) {
                    folders.push(path);
                }
            }
            Ok(folders)
        })
        .await
    }
}

/// Keeps every content in this folder, also from another process's hub, until what it gives is dropped: a lock on the folder.
///
/// # Errors
/// Where the folder cannot be used.
pub fn keep_all(root: &Path) -> Result<std::fs::File> {
    let lock = keeper(root)?;
    lock.lock_shared().map_err(|error| fault("the folder of files cannot be locked", root, error))?;
    Ok(lock)
}

fn keeper(root: &Path) -> Result<std::fs::File> {
    std::fs::File::open(root).map_err(|error| fault("the folder of files cannot be locked", root, error))
}

/// What a file on the disk hashes to.
///
/// # Errors
/// Where it cannot be read.
pub(super) async fn hash_file(path: &Path) -> Result<Sha256> {
    let failed = |error: io::Error| fault("a file cannot be read", path, error);
    let mut file = File::open(path).await.map_err(failed)?;
    file.set_max_buf_size(PIECE);
    let mut hash = sha2::Sha256::new();
    let mut piece = vec![0; PIECE];
    loop {
        let count = file.read(&mut piece).await.map_err(failed)?;
        if count == 0 {
            return Ok(Sha256(hash.finalize().into()));
        }
        hash.update(&piece[..count]);
    }
}

/// Refuses bytes that are not what was promised.
pub(super) fn check(found: Sha256, expected: Option<Sha256>) -> Result<()> {
    match expected {
        Some(expected) if expected != found => {
            Err(Error::invalid(format!("the bytes that arrived have the SHA-256 {found}, announced was {expected}; nothing was kept"))
                .code("checksum_mismatch")
                .field("sha256")
                .hint("send the file again"))
        }
        _ => Ok(()),
    }
}

/// What a failure of the file system means to the person who asked.
pub(super) fn fault(what: &str, path: &Path, error: io::Error) -> Error {
    let detail = format!("{what}: {}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Error::full("the platform's disk is full; the operator has to make room").code("disk_full").detail(detail).because(error)
        }
        _ => Error::internal(detail).because(error),
    }
}

/// Runs a few system calls where they may take their time.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::internal(format!("file work was cut off: {error}")))?
}

/// Makes the names in a folder lasting.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

async fn old_blobs(folder: PathBuf, before: Timestamp) -> Result<Vec<Sha256>> {
    blocking(move || {
        let failed = |error| fault("the folder of files cannot be read", &folder, error);
        let shard = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            // A file of another name is not ours to remove.
            let Ok(sha256) = format!("{shard}{}", entry.file_name().to_string_lossy()).parse::<Sha256>() else { continue };
            if entry.metadata().map_err(failed)?.mtime() < before.seconds() {
                found.push(sha256);
            }
        }
        Ok(found)
    })
    .await
}

fn touch(path: &Path) -> io::Result<()> {
    let now = rustix::fs::Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_NOW };
    let times = rustix::fs::Timestamps { last_access: now, last_modification: now };
    rustix::fs::utimensat(rustix::fs::CWD, path, &times, rustix::fs::AtFlags::empty()).map_err(io::Error::from)
}

struct RemoveOnDrop(PathBuf);

impl Drop for RemoveOnDrop {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %self.0.display(), "a half received file stays behind: {error}");
        }
    }
}
