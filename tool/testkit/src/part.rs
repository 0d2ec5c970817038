//! Finds the programs of other people that a test starts, and names the Debian package of one that is missing.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// Where the program lies.
///
/// # Errors
/// If it is not installed, with the name of the Debian package to install.
pub fn need(program: &str, package: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/bin", "/sbin", "/bin"].map(PathBuf::from));
    match folders.map(|folder| folder.join(program)).find(|file| file.is_file()) {
        Some(file) => Ok(file),
        None => bail!("'{program}' is not on this machine and this test needs it: apt-get install --no-install-recommends {package}"),
    }
}

/// Where the programs of the newest PostgreSQL lie, which Debian keeps off the path.
pub(crate) fn need_postgres() -> Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    found.sort();
    match found.pop() {
        Some((_, bin)) => Ok(bin),
        None => bail!("PostgreSQL is not on this machine and this test needs it: apt-get install --no-install-recommends postgresql"),
    }
}

/// The real parts switch users, which only root can.
pub(crate) fn need_root(what: &str) -> Result<()> {
    if !rustix::process::geteuid().is_root() {
        bail!("{what} can be started for a test only by root; `make check` runs the tests that need neither root nor installs");
    }
    Ok(())
}

/// A path as text; ours are all plain.
pub(crate) fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_part_names_its_package() {
        let error = need("no-such-program-anywhere", "some-package").unwrap_err().to_string();
        assert!(error.contains("apt-get install --no-install-recommends some-package"), "{error}");
    }

    #[test]
    fn a_program_that_is_there_is_found() {
        assert!(need("sh", "dash").unwrap().is_file());
    }
}
