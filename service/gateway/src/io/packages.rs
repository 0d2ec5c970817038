//! Packages the gateway was told to run, kept by their checksum. One that changed on disk is fetched again.

use std::path::PathBuf;
use std::sync::Arc;

use tieline_fault::around_now;
use tieline_model::{Error, Result};
use tieline_pack::{Limits, Package};
use tokio::io::AsyncReadExt;

use super::uplink::Bulk;
use super::{disk, files};
use crate::core::PackageRef;
use crate::points;

/// The cache.
#[derive(Debug)]
pub struct Packages {
    folder: PathBuf,
    most_bytes: u64,
    limits: Limits,
}

impl Packages {
    /// Keeps packages in this folder, about `most_bytes` of them.
    ///
    /// # Errors
    /// Where the folder cannot be made.
    pub fn open(folder: PathBuf, most_bytes: u64) -> Result<Self> {
        disk::folder(&folder)?;
        Ok(Self { folder, most_bytes, limits: Limits::default() })
    }

    /// The package with this checksum.
    ///
    /// # Errors
    /// `Unavailable` where the hub does not answer; `Invalid` where what it sent is not this package.
    pub async fn get(&self, wanted: &PackageRef, bulk: &Bulk) -> Result<Arc<Package>> {
        let path = self.folder.join(format!("{}.tar", wanted.sha256));
        let bytes = match std::fs::read(&path) {
            Ok(bytes) if files::sha256(&bytes) == wanted.sha256 => {
                // Its time says when it was used last.
                if let Ok(file) = std::fs::File::open(&path) {
                    let _ = rustix::fs::futimens(&file, &NOW);
                }
                bytes
            }
            Ok(_) | Err(_) => self.fetch(wanted, bulk, &path).await?,
        };
        Package::from_archive(&bytes, self.limits).map(Arc::new)
    }

    /// A folder with the package's files, for its scripts to read.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn unpacked(&self, wanted: &PackageRef, package: &Package) -> Result<PathBuf> {
        let folder = self.folder.join("open").join(wanted.sha256.to_string());
        if folder.is_dir() {
            return Ok(folder);
        }
        let fault = |error| disk::fault("unpack a package", error);
        disk::folder(&self.folder.join("open"))?;
        let new = tempfile::Builder::new().prefix(".new-").tempdir_in(self.folder.join("open")).map_err(fault)?;
        for entry in &package.files {
            let path = new.path().join(entry.path.as_str());
            if let Some(above) = path.parent() {
                std::fs::create_dir_all(above).map_err(fault)?;
            }
            std::fs::write(&path, &entry.bytes).map_err(fault)?;
            let mode = std::os::unix::fs::PermissionsExt::from_mode(entry.mode());
            std::fs::set_permissions(&path, mode).map_err(fault)?;
        }
        match around_now(points::PACKAGE_UNPACK, || std::fs::rename(new.keep(), &folder)) {
            // Another job of the same package was faster.
            Err(_) if folder.is_dir() => Ok(folder),
            Err(error) => Err(fault(error)),
            Ok(()) => Ok(folder),
        }
    }

    async fn fetch(&self, wanted: &PackageRef, bulk: &Bulk, path: &std::path::Path) -> Result<Vec<u8>> {
        let most = self.limits.bytes.saturating_mul(2);
        if wanted.size > most {
            return Err(Error::too_large(format!("the package of {} has {} bytes, at most {most} are taken", wanted.app, wanted.size)));
        }
        let mut bytes = Vec::new();
        let lost = |error| Error::unavailable(format!("the package of {} was lost on its way: {error}", wanted.app));
        bulk.fetch(wanted.sha256).await?.take(most).read_to_end(&mut bytes).await.map_err(lost)?;
        if files::sha256(&bytes) != wanted.sha256 {
            return Err(Error::unavailable(format!("the package of {} arrived incomplete", wanted.app)));
        }
        self.make_room(bytes.len() as u64);
        if let Err(error) = around_now(points::PACKAGE_KEEP, || disk::write(path, &bytes)) {
            tracing::warn!(%error, app = %wanted.app, "a package cannot be kept; it is fetched again the next time");
        }
        Ok(bytes)
    }

    /// Removes what was not used for longest, until there is room.
    fn make_room(&self, bytes: u64) {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut kept: Vec<_> =
            entries.filter_map(|entry| Some((entry.metadata().ok().filter(std::fs::Metadata::is_file)?, entry.path()))).collect();
        kept.sort_by_key(|(meta, _)| meta.modified().ok());
        let mut total = kept.iter().map(|(meta, _)| meta.len()).sum::<u64>().saturating_add(bytes);
        for (meta, path) in kept {
            if total <= self.most_bytes {
                return;
            }
            if std::fs::remove_file(path).is_ok() {
                total = total.saturating_sub(meta.len());
            }
        }
    }
}

const NOW: rustix::fs::Timestamps = rustix::fs::Timestamps {
    last_access: rustix::fs::Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_NOW as _ },
    last_modification: rustix::fs::Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_NOW as _ },
};
