//! Where a test lets a process of the platform kill itself: a folder in which a file with a point's name arms that point.

use std::path::{Path, PathBuf};

use anyhow::Result;

/// The folder.
#[derive(Clone, Debug)]
pub struct Points(PathBuf);

impl Points {
    /// An empty folder at this path.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn at(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self(folder.to_owned()))
    }

    /// Where it lies, for the environment of processes.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Arms one side of a point: the first process to come there, after it was passed `passes` times, dies.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn arm(&self, side: &str, passes: u32) -> Result<()> {
        // Seen as a whole or not at all.
        let beside = self.0.join(".new");
        std::fs::write(&beside, passes.to_string())?;
        Ok(std::fs::rename(beside, self.0.join(side))?)
    }

    /// Whether nobody has died there yet.
    pub fn is_armed(&self, side: &str) -> bool {
        self.0.join(side).exists()
    }

    /// From now on nobody dies there. Tells whether nobody has yet.
    pub fn disarm(&self, side: &str) -> bool {
        std::fs::remove_file(self.0.join(side)).is_ok()
    }
}
