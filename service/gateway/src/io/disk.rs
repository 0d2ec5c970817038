//! Small files that must survive a cut of power: written beside, synced, renamed, and the folder synced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use tieline_model::{Error, Result};

/// Replaces a file as a whole; only its owner may read it.
///
/// # Errors
/// Where the disk refuses; the old file is then still there.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = beside(path);
    fill(&new, bytes)?;
    fs::rename(&new, path)?;
    sync_folder_of(path)
}

/// Replaces a file as a whole, for what a cut of power may take away.
///
/// # Errors
/// Where the disk refuses; the old file is then still there.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = beside(path);
    fs::write(&new, bytes).and_then(|()| fs::rename(&new, path)).inspect_err(|_| {
        // A half-written file beside the real one is only litter.
        let _ = fs::remove_file(&new);
    })
}

/// Makes a file that must not be there yet, as a whole.
///
/// # Errors
/// `AlreadyExists` where it is there, which is then untouched; otherwise where the disk refuses.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = beside(path);
    fill(&new, bytes)?;
    let linked = fs::hard_link(&new, path);
    fs::remove_file(&new)?;
    linked?;
    sync_folder_of(path)
}

/// Makes a folder only its owner may enter, with those above it.
///
/// # Errors
/// Where the disk refuses.
pub fn folder(path: &Path) -> Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| Error::unavailable(format!("the folder {} cannot be made: {error}", path.display())).because(error))
}

/// What a fault of the gateway's own disk means: no room now, or a fault that the operator reads.
pub fn fault(what: &str, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            // Not `Full`: that is the person's own limit, which no other try gets over.
            Error::unavailable(format!("no room is left on the gateway's disk to {what}"))
                .hint("the center's operator has to make room; it is tried again")
        }
        _ => Error::internal(format!("cannot {what}: {error}")),
    }
    .because(error)
}

fn beside(path: &Path) -> std::path::PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.{:08x}.new", std::process::id(), super::clock::jitter().0));
    path.with_file_name(name)
}

fn fill(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().inspect_err(|_| {
        // A half-written file beside the real one is only litter.
        let _ = fs::remove_file(path);
    })
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_must_be_new_is_made_by_one_and_refused_to_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("claim");
        create(&path, b"first").unwrap();
        assert_eq!(create(&path, b"second").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        write(&path, b"third").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"third");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
