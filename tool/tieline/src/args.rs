//! What can be typed: the commands of the program. Each group has its arguments beside its code.

use clap::{Parser, Subcommand};

use crate::daemon::{gateway, hub};
use crate::demo::DemoArgs;
use crate::shell::{ShellArgs, ShellCommand};
use crate::{bench, completions, exit};

/// Computing centers as one service.
#[derive(Parser, Debug)]
#[command(name = "tieline", version, about, after_help = exit::TABLE, propagate_version = true, max_term_width = 110)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
    /// How to reach the hub, and how to answer
    #[command(flatten)]
    pub shell: ShellArgs,
}

/// All commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Commands of a person at a shell
    #[command(flatten)]
    Shell(ShellCommand),
    /// The platform's core service
    #[command(subcommand)]
    Hub(hub::HubCommand),
    /// The process at a center
    #[command(subcommand)]
    Gateway(gateway::GatewayCommand),
    /// Start a hub and an embedded center on this machine, with people to sign in as
    Demo(DemoArgs),
    /// Measure the platform, one JSON line a figure; runs the program tieline-bench beside this one
    Bench(bench::BenchArgs),
    /// Print the script that lets a shell complete commands
    #[command(after_help = completions::EXAMPLES)]
    Completions(completions::CompletionsArgs),
    /// Write the reference of all commands, in Markdown
    #[command(hide = true)]
    Docs,
}
