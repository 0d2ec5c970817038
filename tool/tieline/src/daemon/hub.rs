//! `tieline hub …`: the platform's core service.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use rustix::fs::Mode;
use serde::Serialize;
use tieline_hub::Config;
use tieline_hub::app::jobs::refold::{self, Report};
use tieline_hub::app::people::{ensure_administrator, users};
use tieline_hub::backup::{self, About};
use tieline_hub::config::{Origin, Setting};
use tieline_model::{Error, Result, UserName};

use super::{OwnerArgs, memory};
use crate::exit::Exit;
use crate::logging::LogArgs;
use crate::output::{self, Column, Listing, Look, Record};
use crate::password;
use crate::shell::{ShellArgs, secret};
use crate::signals;
use crate::talk::say;

/// What an operator does with a hub.
#[derive(Subcommand, Debug)]
pub enum HubCommand {
    /// Serve until a signal comes
    Run {
        #[command(flatten)]
        config: ConfigArgs,
        #[command(flatten)]
        log: LogArgs,
        #[command(flatten)]
        owner: OwnerArgs,
    },
    /// Make the state folder, the keys and the first administrator; safe to repeat
    Init {
        #[command(flatten)]
        config: ConfigArgs,
        /// The administrator's name
        #[arg(long, default_value = "admin", value_name = "NAME")]
        administrator: UserName,
        /// Read the administrator's password from stdin; without this, one is made and shown once
        #[arg(long)]
        password_stdin: bool,
    },
    /// Show each setting, and where it came from
    Config {
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Copy database, files, keys and authority into a new folder, while the hub serves
    Backup {
        #[command(flatten)]
        config: ConfigArgs,
        /// The new folder
        target: PathBuf,
    },
    /// Make a hub from a backup, into an empty state folder and an empty database, of either kind
    Restore {
        #[command(flatten)]
        config: ConfigArgs,
        /// The folder of the backup
        source: PathBuf,
    },
    /// Write what is folded from facts and postings anew: attempts, states of jobs, files they left, balances. The hub
    /// should not serve meanwhile
    Refold {
        #[command(flatten)]
        config: ConfigArgs,
        /// Only compare, and change nothing
        #[arg(long)]
        check: bool,
    },
    /// Print the API as an OpenAPI document
    Openapi,
    /// Print the JSON Schema of the configuration file
    Schema,
}

/// Which configuration.
#[derive(Args, Debug)]
pub struct ConfigArgs {
    /// The configuration file; without one, all defaults and the environment
    #[arg(long, short, value_name = "FILE", env = "TIELINE_HUB_CONFIG")]
    config: Option<PathBuf>,
}

impl ConfigArgs {
    fn load(&self) -> Result<(Config, Vec<Setting>)> {
        load(self.config.as_deref())
    }
}

/// Does it.
///
/// # Errors
/// What the operator has to mend.
pub async fn run(command: HubCommand, shell: &ShellArgs) -> Result<Exit> {
    // What it writes is for its own account alone.
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    match command {
        HubCommand::Run { config, log, owner } => {
            owner.heed();
            let (config, _) = config.load()?;
            log.start();
            memory::give_back();
            tieline_hub::run(config, signals::stop()?).await?;
        }
        HubCommand::Init { config, administrator, password_stdin } => {
            init(config.load()?.0, &administrator, password_stdin, shell).await?;
        }
        HubCommand::Config { config } => show(config.load()?.1, shell)?,
        HubCommand::Backup { config, target } => {
            let config = config.load()?.0;
            let about = backup::backup(&config, &target, tieline_hub::clock::Clock::default().now()).await?;
            give_about(about, shell)?;
        }
        HubCommand::Restore { config, source } => {
            let about = backup::restore(&config.load()?.0, &source).await?;
            give_about(about, shell)?;
        }
        HubCommand::Refold { config, check } => return refold(config.load()?.0, check, shell).await,
        HubCommand::Openapi => {
            let text = tieline_hub::http::openapi().to_pretty_json().map_err(|error| Error::internal(error.to_string()))?;
            output::print(&text)?;
        }
        HubCommand::Schema => {
            let schema = schemars::schema_for!(Config);
            output::print(&serde_json::to_string_pretty(&schema).map_err(|error| Error::internal(error.to_string()))?)?;
        }
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Initialised {
    administrator: UserName,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

async fn init(config: Config, administrator: &UserName, password_stdin: bool, shell: &ShellArgs) -> Result<()> {
    let (password, shown) = if password_stdin {
        (secret::read(true, "")?, None)
    } else {
        let made = password::fresh();
        (made.clone(), Some(made))
    };
    let app = tieline_hub::App::open(config, tieline_hub::clock::Clock::default()).await?;
    let known = users::find(&app, administrator.as_str()).await.is_ok();
    ensure_administrator(&app, administrator, &password).await?;
    if known {
        say(format!("{administrator} was there already and keeps their password"));
    }
    let value = Initialised { administrator: administrator.clone(), password: shown.filter(|_| !known) };
    let lines = |made: &Initialised, _: &Look| {
        let mut lines = vec![("administrator", made.administrator.to_string())];
        lines.extend(made.password.clone().map(|password| ("password", format!("{password}  (not shown again)"))));
        lines
    };
    shell.output().give(&Record { value, lines, name: |made| made.password.clone().unwrap_or_default() })
}

fn give_about(about: About, shell: &ShellArgs) -> Result<()> {
    let lines = |about: &About, look: &Look| vec![("made", look.time(about.at)), ("by version", about.version.clone())];
    shell.output().give(&Record { value: about, lines, name: |about| about.at.to_string() })
}

async fn refold(config: Config, check: bool, shell: &ShellArgs) -> Result<Exit> {
    let app = tieline_hub::App::open(config, tieline_hub::clock::Clock::default()).await?;
    let report = if check { refold::check(&app).await? } else { refold::rebuild(&app).await? };
    report.differences.iter().for_each(say);
    let clean = report.differences.is_empty();
    let lines = |report: &Report, _: &Look| {
        let unknown = report.unknown.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        vec![
            ("jobs", report.jobs.to_string()),
            ("facts", report.facts.to_string()),
            ("different", report.differences.len().to_string()),
            ("unknown jobs", if unknown.is_empty() { "none".to_owned() } else { unknown }),
        ]
    };
    shell.output().give(&Record { value: report, lines, name: |report| report.differences.len().to_string() })?;
    Ok(if check && !clean { Exit::Failed } else { Exit::Done })
}

fn load(file: Option<&Path>) -> Result<(Config, Vec<Setting>)> {
    Config::load(file, std::env::vars())
}

fn show(settings: Vec<Setting>, shell: &ShellArgs) -> Result<()> {
    let columns = [
        Column { title: "SETTING", cell: |setting: &Setting, _| setting.name.clone() },
        Column { title: "VALUE", cell: |setting, _| setting.value.to_string() },
        Column {
            title: "FROM",
            cell: |setting, _| match &setting.origin {
                Origin::Default => "default".to_owned(),
                Origin::File => "file".to_owned(),
                Origin::Environment(variable) => variable.clone(),
            },
        },
    ];
    let listing = Listing { items: settings, next: None, columns: &columns, name: |setting| setting.name.clone(), none: "no settings" };
    shell.output().give(&listing)
}
