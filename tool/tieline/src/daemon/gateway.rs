//! `tieline gateway …`: the process at a center.

use clap::Subcommand;
use tieline_model::Result;

use crate::exit::Exit;
use crate::shell::ShellArgs;

/// What a center's administrator does with a gateway.
#[derive(Subcommand, Debug)]
pub enum GatewayCommand {}

/// Does it.
///
/// # Errors
/// What the administrator has to mend.
pub fn run(command: GatewayCommand, _shell: &ShellArgs) -> Result<Exit> {
    match command {}
}
