//! The credentials file of a shell: one session a hub, readable by its owner only, changed under a lock so that two
//! shells never use one refresh token twice.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tieline_model::{Error, Result, Timestamp};

/// All that is in the file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Credentials {
    /// The hub that commands speak to when they name none.
    #[serde(default)]
    pub current: Option<String>,
    /// Sessions by the hub's address.
    #[serde(default)]
    pub hubs: BTreeMap<String, Session>,
}

/// A session at one hub.
#[derive(Clone, Serialize, Deserialize)]
pub struct Session {
    /// Whose.
    pub user: String,
    /// What is shown to the hub.
    pub access_token: String,
    /// Until when.
    pub expires_at: Timestamp,
    /// What brings the next one, once.
    pub refresh_token: String,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("user", &self.user).field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// The file on disk.
#[derive(Clone, Debug)]
pub struct Keeper {
    path: PathBuf,
}

/// Nobody else changes the file while this lives.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held for its lock, which ends with the file")] File);

impl Keeper {
    /// The credentials in this folder, which is made when something is saved.
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join("credentials.json") }
    }

    /// Where the file lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is in the file; nothing where there is none.
    ///
    /// # Errors
    /// Where it cannot be read or holds something else.
    pub fn load(&self) -> Result<Credentials> {
        let text = match std::fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Credentials::default()),
            Err(error) => return Err(self.fault("read", &error)),
        };
        serde_json::from_slice(&text)
            .map_err(|error| Error::conflict(format!("{} is damaged: {error}", self.path.display())).hint("remove it and sign in again"))
    }

    /// Writes the file anew: a reader sees the old or the new one, never half of it.
    ///
    /// # Errors
    /// Where the folder cannot be written to.
    pub fn save(&self, credentials: &Credentials) -> Result<()> {
        let text = serde_json::to_vec_pretty(credentials).map_err(|error| Error::internal(error.to_string()))?;
        self.make_folder()?;
        let beside = self.path.with_extension(format!("{}.new", std::process::id()));
        let written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside).and_then(|mut file| {
            file.write_all(&text)?;
            file.sync_all()?;
            std::fs::rename(&beside, &self.path)
        });
        written.map_err(|error| self.fault("written", &error))
    }

    /// Waits until nobody else changes the file.
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

    fn fault(&self, what: &str, error: &std::io::Error) -> Error {
        Error::unavailable(format!("the credentials file {} cannot be {what}: {error}", self.path.display()))
    }
}
