//! The manifest `app.toml`: what an app is, what it asks of a person, how it runs and what it leaves.

mod check;
mod element;
mod line;
mod parameter;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tieline_model::{AppName, Error, RelPath, Result, Seconds};

pub(crate) use element::split;
pub use element::{Element, When, Word};
pub use parameter::{Choice, Parameter, ParameterId, ParameterType};
pub use words::{Bytes, PathPattern, Text, TextPattern, Version};

/// What an app is and how it runs. Only [`Manifest::parse`] makes one from text, so it holds together.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The short name, as in `tieline run lammps`.
    pub id: AppName,
    /// The name as its authors write it.
    pub name: String,
    /// The edition of this package. An edition never changes.
    pub version: Version,
    /// A line for people.
    pub title: Text,
    /// A paragraph for people.
    pub description: Text,
    /// What sort of software it is.
    pub kind: Kind,
    /// Whether one waits for it.
    #[serde(default)]
    pub mode: Mode,
    /// Whether the machine must have it.
    pub deployment: Deployment,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// A picture inside the package (`.svg`, `.png`, `.jpg`).
    pub image: Option<RelPath>,
    /// Names of machines it suits; empty means all.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Parts of the form.
    #[serde(default, rename = "group")]
    pub groups: Vec<Group>,
    /// What it asks of a person, in the order of the form.
    #[serde(default, rename = "parameter")]
    pub parameters: Vec<Parameter>,
    /// Sets of parameters of which exactly one must be given, whole; empty for no such rule.
    #[serde(default)]
    pub alternatives: Vec<Vec<ParameterId>>,
    /// How it runs.
    pub run: Run,
    /// What it leaves; the first pattern that matches a file decides.
    #[serde(default, rename = "output")]
    pub outputs: Vec<Output>,
    /// What the machine must have.
    #[serde(default)]
    pub requires: Requires,
    /// What to suggest.
    #[serde(default)]
    pub recommend: Recommend,
    /// The most a job of it may ask for.
    #[serde(default)]
    pub limits: Most,
}

/// What sort of software.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A program that uses many cores.
    Parallel,
    /// A tool.
    Tool,
    /// A system of applications.
    System,
}

/// Whether one waits for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// It is queued and runs later.
    #[default]
    Async,
    /// It answers at once.
    Sync,
}

/// Whether the machine must have the software before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deployment {
    /// The center installs it.
    PreDeployed,
    /// The package brings it.
    AtJobTime,
}

/// A part of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// What parameters refer to.
    pub id: ParameterId,
    /// Its heading.
    pub title: Text,
}

/// How it runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The argument vector. No shell ever reads it.
    pub command: Vec<Element>,
    /// Environment modules to load first.
    #[serde(default)]
    pub modules: Vec<String>,
    /// Environment variables; values are words as in the command.
    #[serde(default)]
    pub env: BTreeMap<String, Word>,
    /// Which files below `files/` are copied into the job's folder.
    #[serde(default)]
    pub stage: Vec<PathPattern>,
}

/// Files it leaves.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Which files, below the job's folder.
    pub pattern: PathPattern,
    /// Whether they are brought back by themselves.
    pub bring: bool,
    /// What they are.
    pub title: Option<Text>,
}

/// What the machine must have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requires {
    /// Programs that must be found on the path, after the modules are loaded.
    #[serde(default)]
    pub programs: Vec<String>,
}

/// What to suggest where a person says nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recommend {
    /// How many cores.
    pub cores: Option<u32>,
    /// How long.
    #[serde(default, with = "words::duration")]
    pub time: Option<Seconds>,
    /// Better suggestions; the last one that fits wins, for each of cores and time.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
}

/// A better suggestion for large values of a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Which parameter.
    pub parameter: ParameterId,
    /// From this value on.
    pub at_least: f64,
    /// How many cores.
    pub cores: Option<u32>,
    /// How long.
    #[serde(default, with = "words::duration")]
    pub time: Option<Seconds>,
}

/// The most a job may ask for; none means whatever the machine gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Most {
    /// Nodes.
    pub nodes: Option<u32>,
    /// Cores over all nodes.
    pub cores: Option<u32>,
    /// GPUs over all nodes.
    pub gpus: Option<u32>,
    /// Time.
    #[serde(default, with = "words::duration")]
    pub time: Option<Seconds>,
}

impl Manifest {
    /// The largest `app.toml` read, in bytes.
    pub const MAX: usize = 256 * 1024;

    /// Reads `app.toml` and checks that it holds together.
    ///
    /// # Errors
    /// `Invalid`, naming the key and its line.
    pub fn parse(text: &str) -> Result<Self> {
        if text.len() > Self::MAX {
            return Err(Error::too_large(format!("app.toml has {} bytes, at most {} are allowed", text.len(), Self::MAX)));
        }
        let manifest: Self = toml::from_str(text).map_err(|error| line::of_syntax(text, &error))?;
        check::check(&manifest).map_err(|fault| line::of_fault(text, &fault))?;
        Ok(manifest)
    }

    /// The parameter of this name.
    pub fn parameter(&self, id: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.id.as_str() == id)
    }
}

/// Whether a file the job left is a declared output, and if so whether it is brought back by itself. What the gateway keeps below `.tieline/` never is.
pub fn matches_output(manifest: &Manifest, path: &RelPath) -> Option<bool> {
    if path.as_str().starts_with(".tieline/") {
        return None;
    }
    manifest.outputs.iter().find(|output| output.pattern.matches(path)).map(|output| output.bring)
}
