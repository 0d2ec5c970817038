//! A small disk that a test can fill up: a file system in memory, mounted where the test wants it.
//!
//! A keeper unmounts it when the test process ends, in whatever way: it waits for the end of a pipe that the test holds.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::part::{need, need_root, text};

const KEEPER: &str = r#"mount -t tmpfs -o size="$2",mode=700 tieline-testkit "$1" && echo mounted && read -r _; umount -l -- "$1""#;
const FILLER: &str = "filled-by-the-test";

/// A mounted disk. Dropped, it is unmounted.
#[derive(Debug)]
pub struct SmallDisk {
    folder: PathBuf,
    keeper: Child,
}

impl SmallDisk {
    /// Mounts a disk of so many MiB on this folder, which must be there.
    ///
    /// # Errors
    /// Without root or the right to mount, with what `mount` said.
    pub fn mount(folder: &Path, mib: u32) -> Result<Self> {
        need_root("a small disk")?;
        let bash = need("bash", "bash")?;
        let mut keeper = Command::new(bash)
            .args(["--noprofile", "--norc", "-c", KEEPER, "keeper", &text(folder), &format!("{mib}m")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .context("starting the keeper of a small disk")?;
        let mut said = String::new();
        if let Some(stdout) = keeper.stdout.take() {
            BufReader::new(stdout).read_line(&mut said)?;
        }
        if said.trim() != "mounted" {
            bail!("no small disk can be mounted on {}; it needs the right to mount", folder.display());
        }
        Ok(Self { folder: folder.to_owned(), keeper })
    }

    /// Takes all room there is.
    ///
    /// # Errors
    /// If the file that takes it cannot be made.
    pub fn fill(&self) -> Result<()> {
        let mut filler = File::options().append(true).create(true).open(self.folder.join(FILLER))?;
        for piece in [&[0; 64 << 10][..], &[0; 512]] {
            while filler.write_all(piece).is_ok() {}
        }
        Ok(())
    }

    /// Gives the room back.
    pub fn free(&self) {
        // Where it was not full there is nothing to remove.
        let _ = std::fs::remove_file(self.folder.join(FILLER));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}
