//! Files that a program writes and people read: each is checked in and equals what its generator prints.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// A checked-in file and what prints it.
#[derive(Debug)]
struct Generated {
    path: &'static str,
    printer: Printer,
}

/// A program that prints a file.
#[derive(Debug)]
enum Printer {
    /// `tieline` with these arguments.
    Tieline(&'static [&'static str]),
    /// Another one of ours, with one argument.
    Tool(&'static str, &'static str),
}

/// Every generated file. A new one is a new line; what is made of another one stands below it.
const GENERATED: &[Generated] = &[
    Generated { path: "openapi/hub.json", printer: Printer::Tieline(&["hub", "openapi"]) },
    Generated { path: "docs/reference/hub.schema.json", printer: Printer::Tieline(&["hub", "schema"]) },
    Generated { path: "docs/reference/commands.md", printer: Printer::Tieline(&["docs"]) },
    Generated { path: "web/src/api/schema.d.ts", printer: Printer::Tool("tool/web", "client") },
];

/// What to do about a file that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Write it.
    Write,
    /// Complain about it.
    Check,
}

/// Goes through all generated files.
pub fn run(root: &Path, mode: Mode) -> Result<()> {
    let metadata = cargo_metadata::MetadataCommand::new().current_dir(root).no_deps().exec()?;
    // The features of the whole workspace, as the tests have them, so that nothing is compiled twice.
    let build = ["build", "--quiet", "--workspace", "--bin", "tieline"];
    let built = Command::new("cargo").args(build).current_dir(root).output()?;
    if !built.status.success() {
        bail!("tieline does not build:\n{}", String::from_utf8_lossy(&built.stderr).trim());
    }
    let program = metadata.target_directory.join("debug/tieline");
    let mut stale = Vec::new();
    for file in GENERATED {
        let (mut generator, arguments) = match &file.printer {
            Printer::Tieline(arguments) => (Command::new(&program), arguments.to_vec()),
            Printer::Tool(tool, argument) => (Command::new(root.join(tool)), vec![*argument]),
        };
        // What the person who runs this has set must not find its way into a help text.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TIELINE_")) {
            generator.env_remove(name);
        }
        let done = generator.args(&arguments).current_dir(root).output().with_context(|| format!("starting what prints {}", file.path))?;
        if !done.status.success() {
            bail!("{}, printed by {}: {}", file.path, arguments.join(" "), String::from_utf8_lossy(&done.stderr).trim());
        }
        if !settle(&root.join(file.path), &done.stdout, mode)? {
            stale.push(file.path);
        }
    }
    if !stale.is_empty() {
        bail!("these files differ from what their generators print; run `cargo xtask generate`:\n  {}", stale.join("\n  "));
    }
    Ok(())
}

/// Whether the file is as it should be now.
fn settle(file: &Path, content: &[u8], mode: Mode) -> Result<bool> {
    if std::fs::read(file).is_ok_and(|present| present == content) {
        return Ok(true);
    }
    if mode == Mode::Check {
        return Ok(false);
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(file, content).with_context(|| format!("writing {}", file.display()))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checking_finds_a_stale_file_and_writing_mends_it() {
        let folder = std::env::temp_dir().join(format!("xtask-generate-{}", std::process::id()));
        let file = folder.join("deep/file.json");
        assert!(!settle(&file, b"new", Mode::Check).unwrap());
        assert!(settle(&file, b"new", Mode::Write).unwrap());
        assert!(settle(&file, b"new", Mode::Check).unwrap());
        assert!(!settle(&file, b"newer", Mode::Check).unwrap());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
