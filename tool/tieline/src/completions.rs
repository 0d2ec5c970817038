//! `tieline completions`: what a shell needs to complete commands and flags.

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use tieline_model::Result;

use crate::args::Cli;
use crate::exit::Exit;
use crate::output;

/// How to use them, by shell.
pub const EXAMPLES: &str = "\
Examples:
  tieline completions bash > ~/.local/share/bash-completion/completions/tieline
  tieline completions zsh > ~/.zfunc/_tieline      (with ~/.zfunc in fpath)
  tieline completions fish > ~/.config/fish/completions/tieline.fish";

/// For which shell.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Prints the script.
///
/// # Errors
/// Where stdout cannot be written to.
pub fn print(args: &CompletionsArgs) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "tieline", &mut script);
    output::print_bytes(&script)?;
    Ok(Exit::Done)
}
