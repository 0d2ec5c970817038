//! A package: its manifest and its files, which fit each other.

use tieline_model::job::Script;
use tieline_model::{Error, RelPath, Result};

use crate::archive::{Entry, Limits, archive, unarchive};
use crate::manifest::Manifest;

/// A package whose files are where they may be.
#[derive(Clone, Debug)]
pub struct Package {
    /// What it says of itself.
    pub manifest: Manifest,
    /// All its files, `app.toml` included, sorted by path.
    pub files: Vec<Entry>,
}

impl Package {
    /// Makes a package of the files of its folder.
    ///
    /// # Errors
    /// `Invalid`: no `app.toml`, a manifest that is wrong, a file where none may be, a missing image, a `stage` that names nothing.
    pub fn from_files(files: impl IntoIterator<Item = Entry>) -> Result<Self> {
        let mut files: Vec<_> = files.into_iter().collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let text =
            files.iter().find(|entry| entry.path.as_str() == "app.toml").ok_or_else(|| Error::invalid("the package has no app.toml"))?;
        let text = std::str::from_utf8(&text.bytes).map_err(|error| Error::invalid(format!("app.toml is not UTF-8: {error}")))?;
        let package = Self { manifest: Manifest::parse(text)?, files };
        package.check()?;
        Ok(package)
    }

    /// Reads the archive a package travels in.
    ///
    /// # Errors
    /// As [`unarchive`] and [`Package::from_files`].
    pub fn from_archive(bytes: &[u8], limits: Limits) -> Result<Self> {
        Self::from_files(unarchive(bytes, limits)?)
    }

    /// The archive it travels in; its SHA-256 names this edition for good.
    ///
    /// # Errors
    /// As [`archive`].
    pub fn to_archive(&self) -> Result<Vec<u8>> {
        archive(self.files.iter().cloned())
    }

    /// The package's own edition of this script; without one the standard script serves.
    pub fn script(&self, script: Script) -> Option<&Entry> {
        self.files.iter().find(|entry| entry.path.as_str().strip_prefix("scripts/") == Some(script.file()))
    }

    /// The files the machine needs, by their path below `files/`.
    pub fn program_files(&self) -> impl Iterator<Item = (RelPath, &Entry)> {
        self.files.iter().filter_map(|entry| Some((entry.path.as_str().strip_prefix("files/")?.parse().ok()?, entry)))
    }

    /// Those of [`Package::program_files`] that are copied into the job's folder, under the same path.
    pub fn staged_files(&self) -> impl Iterator<Item = (RelPath, &Entry)> {
        self.program_files().filter(|(path, _)| self.manifest.run.stage.iter().any(|pattern| pattern.matches(path)))
    }

    fn check(&self) -> Result<()> {
        for entry in &self.files {
            let path = entry.path.as_str();
            let known = match path.split_once('/') {
                None => matches!(path, "app.toml" | "README.md" | "LICENSE") || self.manifest.image.as_ref() == Some(&entry.path),
                Some(("scripts", name)) => Script::ALL.iter().any(|script| script.file() == name),
                Some((folder, _)) => matches!(folder, "files" | "examples" | "images"),
            };
            if !known {
                return Err(Error::invalid(format!("'{path}' has no place in a package"))
                    .hint("a package has app.toml, README.md, LICENSE, files/…, examples/…, images/… and the six scripts under scripts/"));
            }
        }
        if let Some(image) = &self.manifest.image
            && !self.files.iter().any(|entry| entry.path == *image)
        {
            return Err(Error::invalid(format!("the image '{image}' is not in the package")).field("image"));
        }
        for pattern in &self.manifest.run.stage {
            if !self.program_files().any(|(path, _)| pattern.matches(&path)) {
                return Err(Error::invalid(format!("'{pattern}' matches nothing below files/")).field("run.stage"));
            }
        }
        let unsafe_stage = self.staged_files().find(|(path, _)| path.as_str().starts_with('.'));
        match unsafe_stage {
            Some((path, _)) => Err(Error::invalid(format!("'{path}' begins with a dot and cannot be staged")).field("run.stage")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = r#"
id = "demo"
name = "Demo"
version = "1.0"
title = { en = "Demo", zh = "演示" }
description = { en = "A demo.", zh = "一个演示。" }
kind = "tool"
deployment = "at-job-time"
image = "images/demo.svg"
[run]
command = ["{package}/demo"]
stage = ["*.cfg"]
"#;

    fn with(paths: &[&str]) -> Result<Package> {
        let app = Entry { path: "app.toml".parse().unwrap(), executable: false, bytes: APP.as_bytes().to_vec() };
        let others = paths.iter().map(|path| Entry { path: path.parse().unwrap(), executable: false, bytes: Vec::new() });
        Package::from_files(others.chain([app]))
    }

    #[test]
    fn a_package_tells_its_scripts_and_its_files_apart() {
        let package = with(&["images/demo.svg", "files/demo", "files/a.cfg", "files/sub/b.cfg", "scripts/getState"]).unwrap();
        let paths = |files: Vec<(RelPath, &Entry)>| files.into_iter().map(|(path, _)| path.to_string()).collect::<Vec<_>>();
        assert_eq!(paths(package.program_files().collect()), ["a.cfg", "demo", "sub/b.cfg"]);
        assert_eq!(paths(package.staged_files().collect()), ["a.cfg"]);
        assert!(package.script(Script::GetState).is_some() && package.script(Script::Submit).is_none());
    }

    #[test]
    fn what_has_no_place_or_is_missing_is_refused_by_name() {
        for (paths, says) in [
            (vec!["files/a.cfg"], "images/demo.svg"),
            (vec!["images/demo.svg"], "*.cfg"),
            (vec!["images/demo.svg", "files/a.cfg", "scripts/evil"], "scripts/evil"),
            (vec!["images/demo.svg", "files/a.cfg", "Makefile"], "Makefile"),
            (vec!["images/demo.svg", "files/.hidden.cfg"], ".hidden.cfg"),
        ] {
            let error = with(&paths).unwrap_err();
            assert!(error.message().contains(says), "{error}");
        }
        assert!(Package::from_files([]).unwrap_err().message().contains("no app.toml"));
    }
}
