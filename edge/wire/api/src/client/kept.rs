//! A small JSON file that a shell keeps for its owner: nobody else may read it, it is written whole or not at all, and it is
//! changed under a lock.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tieline_model::{Error, Result};

/// The file on disk.
#[derive(Clone, Debug)]
pub struct KeptFile {
    what: &'static str,
    path: PathBuf,
}

/// Nobody else changes the file while this lives.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held for its lock, which ends with the file")] File);

impl KeptFile {
    /// The file at this path; `what` is what people call it.
    pub fn new(what: &'static str, path: PathBuf) -> Self {
        Self { what, path }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is in it; the default where there is none.
    ///
    /// # Errors
    /// `Conflict` where it holds something else; `Unavailable` where it cannot be read.
    pub fn load<T: DeserializeOwned + Default>(&self) -> Result<T> {
        let text = match std::fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(T::default()),
            Err(error) => return Err(self.fault("read", &error)),
        };
        serde_json::from_slice(&text).map_err(|error| Error::conflict(format!("{} is damaged: {error}", self.path.display())))
    }

    /// Writes it anew: a reader sees the old or the new one, never half of it.
    ///
    /// # Errors
    /// Where the folder cannot be written to.
    pub fn save(&self, value: &impl Serialize) -> Result<()> {
        let text = serde_json::to_vec_pretty(value).map_err(|error| Error::internal(error.to_string()))?;
        self.make_folder()?;
        let beside = self.path.with_extension(format!("{}.new", std::process::id()));
        let written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside).and_then(|mut file| {
            file.write_all(&text)?;
            file.sync_all()?;
            std::fs::rename(&beside, &self.path)
        });
        written.map_err(|error| self.fault("written", &error))
    }

    /// Waits until nobody else changes it.
    ///
    /// # Errors
    /// Where the lock file cannot be made.
    pub async fn lock(&self) -> Result<Lock> {
        self.make_folder()?;
        let beside = self.path.with_extension("lock");
        let open = OpenOptions::new().create(true).append(true).mode(0o600).open(&beside).map_err(|error| self.fault("locked", &error))?;
        let locked = tokio::task::spawn_blocking(move || open.lock().map(|()| open)).await;
        let locked = locked.map_err(|error| Error::internal(error.to_string()))?;
        locked.map(Lock).map_err(|error| self.fault("locked", &error))
    }

    fn make_folder(&self) -> Result<()> {
        let Some(folder) = self.path.parent() else { return Ok(()) };
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| self.fault("made", &error))
    }

    fn fault(&self, deed: &str, error: &std::io::Error) -> Error {
        Error::unavailable(format!("{} {} cannot be {deed}: {error}", self.what, self.path.display()))
    }
}
