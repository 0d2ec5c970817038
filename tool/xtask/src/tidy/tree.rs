//! What the rules look at: the files git knows or would take, and the crates of the workspace with their dependencies.

use std::fmt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use cargo_metadata::DependencyKind;

use super::rust::{self, Line};

/// A working tree.
#[derive(Debug, Default)]
pub struct Tree {
    /// Its text files.
    pub files: Vec<File>,
    /// The paths of all files, of text or not.
    pub paths: Vec<String>,
    /// The crates of the workspace.
    pub crates: Vec<Crate>,
}

/// A text file.
#[derive(Debug)]
pub struct File {
    /// Its path from the top, such as `domain/model/src/lib.rs`.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Its lines as Rust, without comments and the insides of strings; empty for other files.
    pub rust: Vec<Line>,
}

/// A crate of the workspace.
#[derive(Debug)]
pub struct Crate {
    /// Its name.
    pub name: String,
    /// Its folder from the top, such as `domain/model`.
    pub room: String,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
}

/// A dependency of a crate.
#[derive(Debug)]
pub struct Dependency {
    /// The name of the other crate.
    pub name: String,
    /// Whether only its tests need it.
    pub only_tests: bool,
}

/// Where a rule is broken, and how.
#[derive(Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static str,
    /// A path with a line, or the name of a crate.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.place, self.what, self.rule)
    }
}

impl File {
    /// A file with this text.
    pub fn new(path: &str, text: &str) -> Self {
        let rust = if path.ends_with(".rs") { rust::lines(text, rust::is_test_file(path)) } else { Vec::new() };
        Self { path: path.to_owned(), text: text.to_owned(), rust }
    }
    /// Whether it is Rust.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
    /// A place in it, lines counted from 1.
    pub fn at(&self, number: usize) -> String {
        format!("{}:{number}", self.path)
    }
    /// Its code outside tests, with line numbers from 1.
    pub fn product(&self) -> impl Iterator<Item = (usize, &str)> {
        self.rust.iter().enumerate().filter(|(_, line)| !line.test).map(|(index, line)| (index + 1, line.code.as_str()))
    }
    /// All its code, with line numbers from 1.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.rust.iter().enumerate().map(|(index, line)| (index + 1, line.code.as_str()))
    }
}

impl Tree {
    /// Reads the working tree below this folder.
    pub fn read(root: &Path) -> Result<Self> {
        let listed = Command::new("git")
            .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .context("starting git")?;
        if !listed.status.success() {
            bail!("git ls-files: {}", String::from_utf8_lossy(&listed.stderr).trim());
        }
        let listed = String::from_utf8_lossy(&listed.stdout);
        // Some are deleted but not yet committed.
        let paths = listed.split('\0').filter(|path| !path.is_empty() && root.join(path).exists());
        let paths: Vec<String> = paths.map(str::to_owned).collect();
        // What is not text is not read.
        let text = |path: &String| Some(File::new(path, &std::fs::read_to_string(root.join(path)).ok()?));
        Ok(Self { files: paths.iter().filter_map(text).collect(), paths, crates: crates(root)? })
    }

    /// The Rust files.
    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_rust())
    }
}

fn crates(root: &Path) -> Result<Vec<Crate>> {
    let metadata = cargo_metadata::MetadataCommand::new().current_dir(root).no_deps().exec()?;
    let crates = metadata.packages.iter().map(|package| {
        let folder = package.manifest_path.parent().unwrap_or(&package.manifest_path);
        let dependencies = package
            .dependencies
            .iter()
            .map(|dependency| Dependency { name: dependency.name.clone(), only_tests: dependency.kind == DependencyKind::Development })
            .collect();
        Crate {
            name: package.name.to_string(),
            room: folder.strip_prefix(&metadata.workspace_root).unwrap_or(folder).to_string(),
            dependencies,
        }
    });
    Ok(crates.collect())
}
