//! `tieline hub …`: the platform's core service.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use tieline_hub::Config;
use tieline_hub::config::{Origin, Setting};
use tieline_model::{Error, Result};

use crate::exit::Exit;
use crate::logging::LogArgs;
use crate::output::{self, Column, Listing};
use crate::shell::ShellArgs;
use crate::signals;

/// What an operator does with a hub.
#[derive(Subcommand, Debug)]
pub enum HubCommand {
    /// Serve until a signal comes
    Run {
        #[command(flatten)]
        config: ConfigArgs,
        #[command(flatten)]
        log: LogArgs,
    },
    /// Show each setting, and where it came from
    Config {
        #[command(flatten)]
        config: ConfigArgs,
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
    match command {
        HubCommand::Run { config, log } => {
            let (config, _) = config.load()?;
            log.start();
            tieline_hub::run(config, signals::stop()?).await?;
        }
        HubCommand::Config { config } => show(config.load()?.1, shell)?,
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
