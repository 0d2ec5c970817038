//! The chores of this repository: `cargo xtask tidy | generate [--check] | dist`.

mod dist;
mod generate;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

const USAGE: &str = "usage: cargo xtask COMMAND
  tidy               check the architecture and the house rules
  generate           write the generated files again
  generate --check   fail if a generated file differs from what its generator prints
  dist               build release binaries into dist/";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["tidy"] => tidy::run(&root()),
        ["generate"] => generate::run(&root(), generate::Mode::Write),
        ["generate", "--check"] => generate::run(&root(), generate::Mode::Check),
        ["dist"] => dist::run(&root()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    report(done)
}

fn report(done: Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The top of the working tree.
fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
