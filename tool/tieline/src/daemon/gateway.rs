//! `tieline gateway …`: the process at a center.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use tieline_gateway::config::{Config, Source};
use tieline_gateway::core::Person;
use tieline_gateway::io::identity::Identity;
use tieline_gateway::io::ssh::SshAuthority;
use tieline_gateway::usermap::{Answer, Decision, UserMap};
use tieline_model::{CenterId, Error, GatewayId, LocalUser, MachineName, Result};

use super::OwnerArgs;
use crate::exit::Exit;
use crate::logging::LogArgs;
use crate::output::{self, Column, Listing, Look, Record};
use crate::shell::ShellArgs;
use crate::signals;
use crate::talk::say;

/// What a center's administrator does with a gateway.
#[derive(Subcommand, Debug)]
pub enum GatewayCommand {
    /// Enrol at a hub, once, with the token its administrator gave
    Join {
        #[command(flatten)]
        config: ConfigArgs,
        /// The hub's address
        #[arg(long, value_name = "URL")]
        hub: String,
        /// The join token; good once and for fifteen minutes
        #[arg(long, value_name = "TOKEN", env = "TIELINE_JOIN_TOKEN", hide_env_values = true)]
        token: String,
        /// Leave the hub it belongs to for this one
        #[arg(long)]
        force: bool,
    },
    /// Serve until a signal comes; jobs on the machines go on after that
    Run {
        #[command(flatten)]
        config: ConfigArgs,
        #[command(flatten)]
        log: LogArgs,
        #[command(flatten)]
        owner: OwnerArgs,
    },
    /// Show each setting, and where it came from
    Config {
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Print the JSON Schema of the configuration file
    Schema,
    /// Print the line for a login name's `authorized_keys` on a machine that lets this gateway in as that name, and no other
    Authority {
        /// The login name on the machine: of a person whose jobs run there, or the one that polls for everybody
        user: LocalUser,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// The user map: who may run here, and as whom
    #[command(subcommand)]
    Map(MapCommand),
}

/// What one asks the user map.
#[derive(Subcommand, Debug)]
pub enum MapCommand {
    /// Say as whom a person's jobs would run on each machine, and which rule decides
    Test {
        /// The person's name on the platform
        user: String,
        /// The account that pays; without it, the personal account
        #[arg(long, value_name = "ACCOUNT")]
        account: Option<String>,
        /// A role of theirs
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<String>,
        /// Only on this machine
        #[arg(long, value_name = "MACHINE")]
        machine: Option<MachineName>,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

/// Which configuration.
#[derive(Args, Debug)]
pub struct ConfigArgs {
    /// The configuration file
    #[arg(long, short, value_name = "FILE", env = "TIELINE_GATEWAY_CONFIG", default_value = "/etc/tieline/gateway.toml")]
    config: PathBuf,
}

impl ConfigArgs {
    fn load(&self) -> Result<(Config, Vec<Source>)> {
        explain(&self.config)
    }
}

/// Does it.
///
/// # Errors
/// What the administrator has to mend.
pub async fn run(command: GatewayCommand, shell: &ShellArgs) -> Result<Exit> {
    match command {
        GatewayCommand::Join { config, hub, token, force } => {
            let identity = tieline_gateway::join::join(&hub, &token, &config.load()?.0.state, force).await?;
            joined(&identity, shell)?;
        }
        GatewayCommand::Run { config, log, owner } => {
            owner.heed();
            let (config, _) = config.load()?;
            log.start();
            tieline_gateway::run::run(config, signals::stop()?).await?;
        }
        GatewayCommand::Config { config } => show(config.load()?.1, shell)?,
        GatewayCommand::Schema => {
            let schema = schemars::schema_for!(Config);
            output::print(&serde_json::to_string_pretty(&schema).map_err(|error| Error::internal(error.to_string()))?)?;
        }
        GatewayCommand::Authority { user, config } => {
            let authority = SshAuthority::open(config.load()?.0.ssh_folder()).await?;
            output::print(&authority.authority_line(&user))?;
        }
        GatewayCommand::Map(MapCommand::Test { user, account, roles, machine, config }) => {
            let account = account.unwrap_or_else(|| user.clone());
            let roles = if roles.is_empty() { vec!["user".to_owned()] } else { roles };
            let person = Person { user: user.parse()?, account, roles };
            return tested(&config.load()?.0, &person, machine.as_ref(), shell);
        }
    }
    Ok(Exit::Done)
}

/// Which gateway this is from now on.
#[derive(Serialize)]
struct Joined {
    gateway: GatewayId,
    center: CenterId,
}

fn joined(identity: &Identity, shell: &ShellArgs) -> Result<()> {
    say("this gateway has joined; start it with: tieline gateway run");
    shell.output().give(&Record {
        value: Joined { gateway: identity.gateway, center: identity.center },
        lines: |joined, _| vec![("gateway", joined.gateway.to_string()), ("center", joined.center.to_string())],
        name: |joined| joined.gateway.to_string(),
    })
}

/// What the map says of one person on one machine.
#[derive(Serialize)]
struct Tested {
    machine: MachineName,
    #[serde(flatten)]
    decision: Decision,
}

/// The status tells whether the person may run on at least one of the machines.
fn tested(config: &Config, person: &Person, only: Option<&MachineName>, shell: &ShellArgs) -> Result<Exit> {
    let map = UserMap::open(&config.user_map)?;
    let machines = config.machines.iter().map(|machine| machine.name.clone()).filter(|name| only.is_none_or(|only| only == name));
    let items: Vec<Tested> = machines.map(|machine| Tested { decision: map.explain(person, &machine), machine }).collect();
    if items.is_empty() {
        return Err(Error::not_found("this gateway has no such machine").field("machine").hint("tieline gateway config"));
    }
    let allowed = items.iter().any(|tested| matches!(tested.decision.answer, Answer::LocalUser(_)));
    let columns = [
        Column { title: "MACHINE", cell: |tested: &Tested, _: &Look| tested.machine.to_string() },
        Column {
            title: "RUNS AS",
            cell: |tested, _| match &tested.decision.answer {
                Answer::LocalUser(local) => local.to_string(),
                Answer::Refused(_) => "-".to_owned(),
            },
        },
        Column { title: "RULE", cell: |tested, _| tested.decision.rule.map_or_else(|| "none fits".to_owned(), |rule| rule.to_string()) },
        Column {
            title: "WHY NOT",
            cell: |tested, _| match &tested.decision.answer {
                Answer::LocalUser(_) => String::new(),
                Answer::Refused(why) => why.clone(),
            },
        },
    ];
    let name = |tested: &Tested| match &tested.decision.answer {
        Answer::LocalUser(local) => local.to_string(),
        Answer::Refused(_) => String::new(),
    };
    shell.output().give(&Listing { items, next: None, columns: &columns, name, none: "no machines" })?;
    Ok(if allowed { Exit::Done } else { Exit::Forbidden })
}

fn explain(file: &Path) -> Result<(Config, Vec<Source>)> {
    Config::explain(file, std::env::vars())
}

fn show(sources: Vec<Source>, shell: &ShellArgs) -> Result<()> {
    let columns = [
        Column { title: "SETTING", cell: |source: &Source, _: &Look| source.key.clone() },
        Column { title: "VALUE", cell: |source, _| source.value.clone() },
        Column { title: "FROM", cell: |source, _| source.from.clone() },
    ];
    shell.output().give(&Listing { items: sources, next: None, columns: &columns, name: |source| source.key.clone(), none: "no settings" })
}
