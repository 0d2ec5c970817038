//! Builds the release binaries and puts them into `dist/`, with their checksums.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The programs that are shipped: the package and the name of the binary.
const PROGRAMS: &[(&str, &str)] = &[("tieline", "tieline"), ("tieline-bench", "tieline-bench")];

/// Builds and copies all of them.
pub fn run(root: &Path) -> Result<()> {
    let metadata = cargo_metadata::MetadataCommand::new().current_dir(root).no_deps().exec()?;
    let folder = root.join("dist");
    std::fs::create_dir_all(&folder)?;
    for (package, program) in PROGRAMS {
        let build = ["build", "--release", "--locked", "--package", package, "--bin", program];
        if !Command::new("cargo").args(build).current_dir(root).status()?.success() {
            bail!("{program} does not build");
        }
        let from = metadata.target_directory.join("release").join(program);
        std::fs::copy(&from, folder.join(program)).with_context(|| format!("copying {from}"))?;
        eprintln!("dist/{program}");
    }
    let names = PROGRAMS.iter().map(|(_, program)| *program);
    let sums = Command::new("sha256sum").args(names).current_dir(&folder).output()?;
    if !sums.status.success() {
        bail!("sha256sum: {}", String::from_utf8_lossy(&sums.stderr).trim());
    }
    Ok(std::fs::write(folder.join("SHA256SUMS"), sums.stdout)?)
}
