//! A calendar clock of its own for a process of a test, set forwards and backwards while the process runs. The steady
//! clock stays as it is, as when an operator sets a computer's time.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::part::text;

/// Debian's library, in its form for programs of many threads.
const LIBRARY: &str = if cfg!(target_arch = "aarch64") {
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"
} else {
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
};

/// The clock that processes with its [`Skew::surroundings`] see.
#[derive(Debug)]
pub struct Skew(PathBuf);

impl Skew {
    /// A clock that is right at first; its offset lies in this file.
    ///
    /// # Errors
    /// If the library is not installed, with the name of its Debian package.
    pub fn kept_in(file: &Path) -> Result<Self> {
        if !Path::new(LIBRARY).is_file() {
            bail!("'{LIBRARY}' is not on this machine and this test needs it: apt-get install --no-install-recommends libfaketime");
        }
        let skew = Self(file.to_owned());
        skew.set(0)?;
        Ok(skew)
    }

    /// Sets it so many seconds before (or, below zero, behind) the right time. Processes see it within a second.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn set(&self, seconds: i64) -> Result<()> {
        // Replaced as a whole: a process may read it at any moment.
        let beside = self.0.with_extension("new");
        std::fs::write(&beside, format!("{seconds:+}\n"))?;
        Ok(std::fs::rename(beside, &self.0)?)
    }

    /// The variables of a process that sees this clock, and that its children pass on.
    pub fn surroundings(&self) -> [(&'static str, String); 5] {
        [
            ("LD_PRELOAD", LIBRARY.to_owned()),
            ("FAKETIME_TIMESTAMP_FILE", text(&self.0)),
            ("FAKETIME_CACHE_DURATION", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("NO_FAKE_STAT", "1".to_owned()),
        ]
    }
}

impl Drop for Skew {
    /// Takes away what the library keeps of each process in `/dev/shm` and a killed one leaves there.
    fn drop(&mut self) {
        for entry in std::fs::read_dir("/dev/shm").into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let pid = ["faketime_shm_", "sem.faketime_sem_"].iter().find_map(|kind| name.strip_prefix(kind));
            if pid.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn as_root_a_process_sees_its_clock_set_forwards_and_backwards() {
        let folder = tempfile::tempdir().unwrap();
        let skew = Skew::kept_in(&folder.path().join("clock")).unwrap();
        let seen = || -> i64 {
            let output = Command::new("date").arg("+%s").envs(skew.surroundings()).output().unwrap();
            String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
        };
        let right = seen();
        for offset in [3600, -3600] {
            skew.set(offset).unwrap();
            assert!((seen() - right - offset).abs() < 30);
        }
    }
}
