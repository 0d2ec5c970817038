//! The credentials file of a shell: one session a hub, readable by its owner only, changed under a lock so that two
//! shells never use one refresh token twice.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use tieline_model::{ErrorKind, Result, Timestamp};

use super::kept::{KeptFile, Lock};

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
pub struct Keeper(KeptFile);

impl Keeper {
    /// The credentials in this folder, which is made when something is saved.
    pub fn in_folder(folder: &Path) -> Self {
        Self(KeptFile::new("the credentials file", folder.join("credentials.json")))
    }

    /// Where the file lies.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// What is in the file; nothing where there is none.
    ///
    /// # Errors
    /// Where it cannot be read or holds something else.
    pub fn load(&self) -> Result<Credentials> {
        self.0.load().map_err(|error| if error.kind() == ErrorKind::Conflict { error.hint("remove it and sign in again") } else { error })
    }

    /// Writes the file anew: a reader sees the old or the new one, never half of it.
    ///
    /// # Errors
    /// Where the folder cannot be written to.
    pub fn save(&self, credentials: &Credentials) -> Result<()> {
        self.0.save(credentials)
    }

    /// Waits until nobody else changes the file.
    ///
    /// # Errors
    /// Where the lock file cannot be made.
    pub async fn lock(&self) -> Result<Lock> {
        self.0.lock().await
    }
}
