//! The commands of a person: all of them speak to a hub through its API.

mod access;
mod account;
mod apps;
mod audit;
mod center;
mod cp;
mod download;
mod job;
mod jobs;
mod machine;
mod outputs;
mod patience;
mod place;
mod progress;
mod run;
mod scripts;
pub mod secret;
mod session;
mod shown;
mod sign_in;
mod space;
mod token;
mod unfinished;
mod upload;
mod user;
mod version;
mod wait;

use clap::{Args, Subcommand};
use serde::Serialize;
use tieline_model::{Error, Result};
use tieline_wire_api::Client;

use crate::exit::Exit;
use crate::output::{self, Deed, Output};
use crate::talk::say;

/// What every command of a person takes.
#[derive(Args, Debug, Default)]
pub struct ShellArgs {
    /// The hub's address; without it, the one signed in at last
    #[arg(long, global = true, env = "TIELINE_URL", value_name = "URL")]
    pub url: Option<String>,
    /// Answer with JSON on stdout (and errors as JSON on stderr)
    #[arg(long, global = true)]
    pub json: bool,
    /// Answer with names or ids only
    #[arg(long, short, global = true, conflicts_with = "json")]
    pub quiet: bool,
}

/// Commands of a person.
#[derive(Subcommand, Debug)]
pub enum ShellCommand {
    /// Sign in at a hub
    #[command(
        after_help = "Examples:\n  tieline login --url https://hub.example.org --user alice\n  echo \"$PASSWORD\" | tieline login --url https://hub.example.org --user alice --password-stdin"
    )]
    Login(sign_in::LoginArgs),
    /// Sign out
    Logout,
    /// Change your password
    Passwd(sign_in::PasswdArgs),
    /// Show who you are to the hub
    Whoami,
    /// Personal tokens, for programs
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Where you are signed in
    #[command(subcommand)]
    Session(session::SessionCommand),
    /// List the apps one can run
    Apps,
    /// Look at one app
    #[command(subcommand)]
    App(apps::AppCommand),
    /// List machines, as they were last read
    Machines,
    /// Look at one machine, or say whether jobs may be placed on it
    #[command(subcommand)]
    Machine(machine::MachineCommand),
    /// Look whether a machine lets you in, and get the line it may need in your authorized_keys there
    Access {
        /// The machine
        machine: String,
    },
    /// Run an app
    #[command(after_help = run::EXAMPLES)]
    Run(Box<run::RunArgs>),
    /// List jobs
    #[command(
        after_help = "Examples:\n  tieline jobs --base running\n  tieline jobs --since 2026-01-01T00:00:00Z --json | jq -r '.items[].id'\n  tieline job show $(tieline jobs --quiet --limit 1)"
    )]
    Jobs(jobs::JobsArgs),
    /// Look at one job, or change it
    #[command(
        subcommand,
        after_help = "A job is named by its id, or by four or more letters at the beginning or end of it that only one of your jobs has."
    )]
    Job(job::JobCommand),
    /// Centers; for administrators
    #[command(subcommand)]
    Center(center::CenterCommand),
    /// People; for administrators
    #[command(subcommand)]
    User(user::UserCommand),
    /// Copy a file between here and the hub
    #[command(after_help = cp::EXAMPLES)]
    Cp(cp::CpArgs),
    /// List files at the hub, or of a job
    Ls(cp::LsArgs),
    /// Take files of your space at the hub away
    Rm(space::RmArgs),
    /// Give a file of your space at the hub another place
    Mv(space::MvArgs),
    /// Show how much of your space at the hub is used
    Quota,
    /// Accounts: who pays
    Account(account::AccountArgs),
    /// Prices of machines
    #[command(subcommand)]
    Price(account::PriceCommand),
    /// Put money into an account; for administrators
    Topup(account::TopUpArgs),
    /// List changes: who did what; for administrators
    Audit(audit::AuditArgs),
    /// Show the hub's version and clock
    Version,
}

/// Does it.
///
/// # Errors
/// What the hub says, or what is wrong with what was typed.
pub async fn run(command: ShellCommand, args: &ShellArgs) -> Result<Exit> {
    match command {
        ShellCommand::Login(who) => sign_in::login(who, args).await,
        ShellCommand::Logout => sign_in::logout(args).await,
        ShellCommand::Passwd(how) => sign_in::passwd(how, args).await,
        ShellCommand::Whoami => sign_in::whoami(args).await,
        ShellCommand::Token(command) => token::run(command, args).await,
        ShellCommand::Center(command) => center::run(command, args).await,
        ShellCommand::Session(command) => session::run(command, args).await,
        ShellCommand::Machines => machine::list(args).await,
        ShellCommand::Machine(command) => machine::run(command, args).await,
        ShellCommand::Access { machine } => access::run(&machine, args).await,
        ShellCommand::User(command) => user::run(command, args).await,
        ShellCommand::Apps => apps::list(args).await,
        ShellCommand::App(command) => apps::run(command, args).await,
        ShellCommand::Run(wish) => run::run(*wish, args).await,
        ShellCommand::Jobs(which) => jobs::list(which, args).await,
        ShellCommand::Job(command) => job::run(command, args).await,
        ShellCommand::Cp(what) => cp::copy(what, args).await,
        ShellCommand::Ls(which) => cp::list(which, args).await,
        ShellCommand::Rm(what) => space::remove(what, args).await,
        ShellCommand::Mv(what) => space::rename(what, args).await,
        ShellCommand::Quota => space::quota(args).await,
        ShellCommand::Account(what) => account::run(what, args).await,
        ShellCommand::Price(command) => account::price(command, args).await,
        ShellCommand::Topup(what) => account::top_up(what, args).await,
        ShellCommand::Audit(which) => audit::list(which, args).await,
        ShellCommand::Version => version::run(args).await,
    }
}

impl ShellArgs {
    /// Where data goes.
    pub fn output(&self) -> Box<dyn Output> {
        output::choose(self.json, self.quiet)
    }

    /// Tells that something was done: a person reads the sentence, a program the thing as it is now, or its name.
    ///
    /// # Errors
    /// Where stdout cannot be written to.
    pub fn done(&self, thing: &impl Serialize, name: impl ToString, sentence: impl AsRef<str>) -> Result<()> {
        if self.json || self.quiet {
            let value = serde_json::to_value(thing).map_err(|error| Error::internal(error.to_string()))?;
            let name = name.to_string();
            return self.output().give(&Deed { value, name });
        }
        say(sentence);
        Ok(())
    }

    /// The hub that is meant, with the proof there is.
    ///
    /// # Errors
    /// Where no hub is known, or the credentials cannot be read.
    pub fn client(&self) -> Result<Client> {
        place::client(self.url.as_deref())
    }
}
