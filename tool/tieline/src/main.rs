//! `tieline`: the one program. It is the hub, the gateway, the demonstration, and the shell of researchers and
//! administrators; the shell speaks to the hub through its API only.

mod args;
mod bench;
mod completions;
mod daemon;
mod demo;
mod docs;
mod exit;
mod logging;
mod output;
mod password;
mod shell;
mod signals;
mod talk;

use std::process::ExitCode;

use clap::Parser;
use tieline_model::{Error, Result};

use args::{Cli, Command};
use exit::Exit;

fn main() -> ExitCode {
    if let Some(status) = daemon::helper::run(std::env::args().skip(1)) {
        return status;
    }
    // Everything that speaks TLS in this process takes the provider from here, so it comes before all else.
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        talk::say("a TLS provider was already installed");
    }
    let cli = Cli::parse();
    let json = cli.shell.json;
    match run(cli) {
        Ok(exit) => exit.into(),
        Err(error) => {
            talk::failed(&error, json);
            Exit::from(&error).into()
        }
    }
}

fn run(cli: Cli) -> Result<Exit> {
    match cli.command {
        Command::Docs => docs::print(),
        Command::Bench(args) => bench::run(args),
        Command::Completions(args) => completions::print(&args),
        Command::Hub(command) => runtime()?.block_on(daemon::hub::run(command, &cli.shell)),
        Command::Gateway(command) => runtime()?.block_on(daemon::gateway::run(command, &cli.shell)),
        Command::Demo(args) => runtime()?.block_on(demo::run(args)),
        Command::Shell(command) => runtime()?.block_on(shell::run(command, &cli.shell)),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("tieline")
        .build()
        .map_err(|error| Error::internal(format!("the runtime cannot be started: {error}")))
}
