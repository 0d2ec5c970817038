//! `gateway.toml`: which machines, how they are reached, where state lies. Every value may also come from the environment
//! (`TIELINE_GATEWAY__LIMITS__BALLAST_MIB=16`, `TIELINE_GATEWAY__MACHINES__0__TITLE=…`), which wins over the file.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tieline_model::{AppName, Error, MachineName, QueueName, Result, Seconds};

use crate::core::{Backoff, Rules};
use crate::io::slurm::config::SlurmConfig;
use crate::io::ssh::SshConfig;

/// What variables of the environment begin with.
pub const PREFIX: &str = "TIELINE_GATEWAY__";

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The folder with identity, journal, package cache and scheduler records. Only the gateway may enter it.
    pub state: PathBuf,
    /// The file that says which person is which local user.
    pub user_map: PathBuf,
    /// Another address for the hub's control connections than the one it named when the gateway joined.
    #[serde(default)]
    pub control: Option<String>,
    /// The program and first arguments that start a job's supervisor, for `fork` machines; by default this very program with `step`.
    #[serde(default)]
    pub supervisor: Vec<String>,
    /// The program that runs packages' scripts in their sandbox; by default this very program.
    #[serde(default)]
    pub helper: Option<PathBuf>,
    /// How much and how fast.
    #[serde(default)]
    pub limits: Limits,
    /// The machines of this center that the gateway serves.
    pub machines: Vec<Machine>,
}

/// One machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Its name within the center.
    #[schemars(with = "String")]
    pub name: MachineName,
    /// A line for people.
    pub title: String,
    /// A paragraph for people.
    #[serde(default)]
    pub description: String,
    /// Whose it is.
    #[serde(default)]
    pub organisation: String,
    /// Which scheduler it has.
    pub driver: DriverKind,
    /// How it is reached.
    pub site: Site,
    /// What the built-in scheduler may give away; needed with `driver = "fork"`, refused otherwise.
    #[serde(default)]
    pub fork: Option<Fork>,
    /// How Slurm's commands are called.
    #[serde(default)]
    pub slurm: SlurmConfig,
    /// Peak performance in GFlop/s, as the owner states it.
    #[serde(default)]
    pub peak_gflops: Option<u64>,
    /// Apps whose programs are looked for.
    #[serde(default)]
    pub apps: Vec<App>,
    /// File systems jobs see, whose room is told. The service login asks with `df`.
    #[serde(default)]
    pub storage: Vec<StoragePath>,
    /// The pace and the patience.
    #[serde(default)]
    pub pace: Pace,
}

/// A file system of a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StoragePath {
    /// What it is for, as `home` or `scratch`.
    pub title: String,
    /// A folder on it, absolute.
    pub path: String,
}

/// Which scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DriverKind {
    /// The small built-in one.
    Fork,
    /// Slurm, through its commands.
    Slurm,
}

/// How a machine is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Site {
    /// It is this very machine.
    Local {
        /// Whether accounts below number 1000 may run jobs. Root never may.
        #[serde(default)]
        allow_system: bool,
        /// Below which folder jobs lie; `{home}` and `{user}` stand for the local user's.
        #[serde(default = "job_root")]
        job_root: String,
    },
    /// Through its login node.
    Ssh(SshConfig),
}

/// What the built-in scheduler may give away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fork {
    /// Cores jobs may use together.
    pub cores: u32,
    /// MiB of memory jobs may use together.
    pub memory_mib: u64,
    /// Its queues, the default first. All share the same cores.
    #[serde(default = "queues")]
    pub queues: Vec<Queue>,
    /// How much jobs stand back behind other processes, 0 to 19.
    #[serde(default = "nice")]
    pub nice: i32,
    /// Milliseconds between asking a job to end and ending it.
    #[serde(default = "kill_grace_ms")]
    pub kill_grace_ms: u64,
}

/// A queue of the built-in scheduler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// Its name.
    #[schemars(with = "String")]
    pub name: QueueName,
    /// Most cores of one job.
    #[serde(default)]
    pub max_cores: Option<u32>,
    /// Longest time of one job in seconds.
    #[serde(default)]
    pub max_seconds: Option<u64>,
}

/// An app whose programs are looked for on the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct App {
    /// Which app.
    #[schemars(with = "String")]
    pub app: AppName,
    /// The programs it needs; it is ready where all are found.
    #[serde(default)]
    pub programs: Vec<String>,
}

/// How much and how fast the gateway as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// MiB of disk kept back for the last facts.
    pub ballast_mib: u64,
    /// MiB of packages kept.
    pub packages_mib: u64,
    /// Steps of jobs that are worked on at the same time on one machine.
    pub steps: usize,
    /// Most files of a job's folder that are told one by one.
    pub outputs: usize,
    /// MiB of declared outputs of one job brought back by themselves, whatever the hub asks.
    pub bring_mib: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { ballast_mib: 64, packages_mib: 1024, steps: 16, outputs: 5_000, bring_mib: 10 << 10 }
    }
}

/// The pace and the patience with one machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Pace {
    /// Milliseconds between questions about jobs whose state is young.
    pub young_poll_ms: u64,
    /// Milliseconds between questions about all others.
    pub poll_ms: u64,
    /// Seconds after which a job's state is no longer young.
    pub young_seconds: u64,
    /// Seconds between readings of the machine, at most.
    pub reading_seconds: u64,
    /// Waiting between tries.
    pub backoff: Backoff,
    /// Seconds after a submission without an answer before a search proves that there is none. By default 60, and 0 for `fork`.
    pub settle_seconds: Option<u64>,
    /// Seconds without evidence before a job has vanished.
    pub grace_seconds: u64,
    /// Seconds without evidence before it is lost.
    pub lost_seconds: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            young_poll_ms: 2_000,
            poll_ms: 15_000,
            young_seconds: 120,
            reading_seconds: 30,
            backoff: Backoff::default(),
            settle_seconds: None,
            grace_seconds: 300,
            lost_seconds: 86_400,
        }
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Its path, as `limits.ballast_mib`.
    pub key: String,
    /// The value, as TOML writes it.
    pub value: String,
    /// `default`, the file, or the variable.
    pub from: String,
}

impl Config {
    /// Reads the file and the environment.
    ///
    /// # Errors
    /// `Invalid`, naming the file, the field and what is wrong with it.
    pub fn load(file: &Path, environment: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        Ok(Self::explain(file, environment)?.0)
    }

    /// Reads the file and the environment, and says of each value where it came from.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn explain(file: &Path, environment: impl IntoIterator<Item = (String, String)>) -> Result<(Self, Vec<Source>)> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Error::invalid(format!("{} cannot be read: {error}", file.display())).because(error))?;
        let mut tree: toml::Value =
            toml::from_str(&text).map_err(|error| Error::invalid(format!("{} is not right: {error}", file.display())))?;
        let mut sources = Vec::new();
        leaves("", &tree, &mut |key, value| sources.push(source(key, value, file.display().to_string())));
        for (name, text) in environment {
            let Some(path) = name.strip_prefix(PREFIX) else { continue };
            let path: Vec<String> = path.split("__").map(str::to_ascii_lowercase).collect();
            let value = value_of(&text);
            put(&mut tree, &path, value.clone()).map_err(|why| Error::invalid(format!("the variable {name} {why}")))?;
            let key = path.join(".");
            sources.retain(|source| source.key != key);
            sources.push(source(&key, &value, name));
        }
        let config: Self = tree.try_into().map_err(|error: toml::de::Error| {
            Error::invalid(format!("{} is not right: {}", file.display(), error.message())).detail(error.to_string())
        })?;
        config.check()?;
        if let Ok(whole) = toml::Value::try_from(&config) {
            leaves("", &whole, &mut |key, value| {
                if !sources.iter().any(|source| source.key == key) {
                    sources.push(source(key, value, "default".to_owned()));
                }
            });
        }
        sources.sort_by(|one, other| one.key.cmp(&other.key));
        Ok((config, sources))
    }

    /// The folder of the keys the gateway shows machines, and of what it pins of them.
    pub fn ssh_folder(&self) -> PathBuf {
        self.state.join("ssh")
    }

    /// The program that runs packages' scripts.
    ///
    /// # Errors
    /// `Internal` where this program cannot be found again.
    pub fn helper(&self) -> Result<PathBuf> {
        match &self.helper {
            Some(helper) => Ok(helper.clone()),
            None => std::env::current_exe().map_err(|error| Error::internal(format!("this program cannot be found again: {error}"))),
        }
    }

    fn check(&self) -> Result<()> {
        let mut names = std::collections::BTreeSet::new();
        for (index, machine) in self.machines.iter().enumerate() {
            let fault = |field: &str, message: String| Err(Error::invalid(message).field(format!("machines.{index}.{field}")));
            if !names.insert(&machine.name) {
                return fault("name", format!("two machines are called '{}'", machine.name));
            }
            for storage in &machine.storage {
                if storage.title.trim().is_empty() || !storage.path.starts_with('/') || storage.path.chars().any(char::is_control) {
                    return fault("storage", format!("'{}' needs a title and an absolute path", storage.path.escape_debug()));
                }
            }
            match (machine.driver, &machine.fork, &machine.site) {
                (DriverKind::Fork, None, _) => return fault("fork", "the fork driver needs its cores and memory".to_owned()),
                (DriverKind::Fork, Some(_), Site::Ssh(_)) => {
                    return fault("site", "the fork driver runs jobs on this very machine: its site is local".to_owned());
                }
                (DriverKind::Slurm, Some(_), _) => return fault("fork", "only the fork driver has this part".to_owned()),
                (DriverKind::Fork, Some(fork), Site::Local { .. }) if fork.cores == 0 || fork.memory_mib == 0 => {
                    return fault("fork", "a machine without cores or memory runs nothing".to_owned());
                }
                (DriverKind::Fork, Some(fork), Site::Local { .. }) if fork.queues.is_empty() => {
                    return fault("fork.queues", "a machine has at least one queue".to_owned());
                }
                (DriverKind::Fork, Some(_), Site::Local { .. }) | (DriverKind::Slurm, None, _) => {}
            }
        }
        if self.machines.is_empty() {
            return Err(Error::invalid("a gateway without machines serves nothing").field("machines"));
        }
        Ok(())
    }
}

impl Machine {
    /// The rules attempts on this machine follow.
    pub fn rules(&self) -> Rules {
        let settle = self.pace.settle_seconds.unwrap_or(match self.driver {
            // It takes a job in this very process: after a kill nothing is on its way.
            DriverKind::Fork => 0,
            DriverKind::Slurm => 60,
        });
        Rules {
            backoff: self.pace.backoff,
            settle: Seconds(settle),
            grace: Seconds(self.pace.grace_seconds),
            lost: Seconds(self.pace.lost_seconds),
            ..Rules::default()
        }
    }
}

fn source(key: &str, value: &toml::Value, from: String) -> Source {
    Source { key: key.to_owned(), value: value.to_string(), from }
}

fn leaves(at: &str, value: &toml::Value, found: &mut impl FnMut(&str, &toml::Value)) {
    let below = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    match value {
        toml::Value::Table(table) => table.iter().for_each(|(name, value)| leaves(&below(name), value, found)),
        toml::Value::Array(items) if items.iter().any(toml::Value::is_table) => {
            items.iter().enumerate().for_each(|(index, value)| leaves(&below(&index.to_string()), value, found));
        }
        leaf => found(at, leaf),
    }
}

/// A number, a boolean or a list as TOML writes it; anything else is text.
fn value_of(text: &str) -> toml::Value {
    let parsed = toml::from_str::<toml::Table>(&format!("value = {text}")).ok().and_then(|mut table| table.remove("value"));
    parsed.unwrap_or_else(|| toml::Value::String(text.to_owned()))
}

fn put(tree: &mut toml::Value, path: &[String], value: toml::Value) -> Result<(), String> {
    let [first, rest @ ..] = path else {
        *tree = value;
        return Ok(());
    };
    match tree {
        toml::Value::Table(table) => put(table.entry(first.as_str()).or_insert_with(|| toml::Table::new().into()), rest, value),
        toml::Value::Array(items) => {
            let item = first.parse::<usize>().ok().and_then(|index| items.get_mut(index));
            put(item.ok_or_else(|| format!("names entry '{first}', which is not there"))?, rest, value)
        }
        _ => Err(format!("names '{first}' below a plain value")),
    }
}

fn job_root() -> String {
    "{home}/.tieline/jobs".to_owned()
}
fn nice() -> i32 {
    5
}
fn kill_grace_ms() -> u64 {
    10_000
}
fn queues() -> Vec<Queue> {
    "batch".parse().map(|name| vec![Queue { name, max_cores: None, max_seconds: None }]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = r#"
state = "/var/lib/tieline-gateway"
user_map = "/etc/tieline/users.toml"

[[machines]]
name = "here"
title = "This machine"
driver = "fork"
site = { kind = "local" }
fork = { cores = 2, memory_mib = 2048 }
apps = [{ app = "lammps", programs = ["lmp", "mpirun"] }]
"#;

    fn load(text: &str, variables: &[(&str, &str)]) -> Result<(Config, Vec<Source>)> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("gateway.toml");
        std::fs::write(&file, text).unwrap();
        Config::explain(&file, variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn a_small_file_is_enough_and_the_environment_wins() {
        let variables = [("TIELINE_GATEWAY__LIMITS__BALLAST_MIB", "16"), ("TIELINE_GATEWAY__MACHINES__0__TITLE", "Ours"), ("PATH", "/")];
        let (config, sources) = load(SAMPLE, &variables).unwrap();
        assert_eq!((config.limits.ballast_mib, config.machines[0].title.as_str()), (16, "Ours"));
        assert_eq!(config.machines[0].rules().settle, Seconds(0));
        let from = |key: &str| sources.iter().find(|source| source.key == key).map(|source| source.from.as_str()).unwrap();
        assert_eq!(from("limits.ballast_mib"), "TIELINE_GATEWAY__LIMITS__BALLAST_MIB");
        assert_eq!(from("limits.steps"), "default");
        assert!(from("machines.0.name").ends_with("gateway.toml"));
    }

    #[test]
    fn what_is_misspelt_or_does_not_fit_is_named() {
        let error = load(&SAMPLE.replace("title", "titel"), &[]).unwrap_err();
        assert!(error.to_string().contains("titel"), "{error}");
        let error = load(&SAMPLE.replace("driver = \"fork\"", "driver = \"slurm\""), &[]).unwrap_err();
        assert_eq!(error.wrong_field(), Some("machines.0.fork"));
        let error = load(&format!("{SAMPLE}storage = [{{ title = \"scratch\", path = \"scratch\" }}]"), &[]).unwrap_err();
        assert_eq!(error.wrong_field(), Some("machines.0.storage"));
        let error = load(SAMPLE, &[("TIELINE_GATEWAY__MACHINES__7__TITLE", "x")]).unwrap_err();
        assert!(error.to_string().contains("MACHINES__7"), "{error}");
        assert!(load("state = \"/x\"\nuser_map = \"/y\"\nmachines = []", &[]).is_err());
    }

    #[test]
    fn the_file_has_a_schema() {
        let schema = serde_json::to_string(&schemars::schema_for!(Config)).unwrap();
        assert!(schema.contains("ballast_mib") && schema.contains("additionalProperties\":false"));
    }
}
