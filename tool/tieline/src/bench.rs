//! `tieline bench`: hands over to the measuring program beside this one, which is not built where nobody measures.

use std::os::unix::process::CommandExt;
use std::process::Command;

use clap::Args;
use tieline_model::{Error, Result};

use crate::exit::Exit;

/// The measuring program's file.
const PROGRAM: &str = "tieline-bench";

/// What it is told.
#[derive(Args, Debug)]
#[command(disable_help_flag = true)]
pub struct BenchArgs {
    /// What to measure, and how; `--help` lists it
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

/// Becomes the measuring program, which measures this one unless it is told otherwise.
///
/// # Errors
/// Where it is not there, or cannot be started.
pub fn run(args: BenchArgs) -> Result<Exit> {
    let own = std::env::current_exe().map_err(|error| Error::internal(format!("this program's own file is not known: {error}")))?;
    let bench = own.with_file_name(PROGRAM);
    let mut command = Command::new(&bench);
    if !args.arguments.iter().any(|argument| argument == "--tieline" || argument.starts_with("--tieline=")) {
        command.arg("--tieline").arg(&own);
    }
    let error = command.args(&args.arguments).exec();
    let why = format!("the measuring program cannot be started: {}: {error}", bench.display());
    Err(Error::not_found(why).hint(format!(
        "build it beside this one, in the source tree: cargo build --release -p tieline -p {PROGRAM}; or take both from `make dist`"
    )))
}
