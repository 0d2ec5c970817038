//! The programs a gateway starts beside itself. They are this same file under another first argument; they need no
//! runtime and must stay small, so they are taken before anything else is set up.

use std::process::ExitCode;

use tieline_model::Result;

use crate::exit::Exit;
use crate::talk;

/// Runs the helper that the first argument names; `None` where it names none.
pub fn run(mut args: impl Iterator<Item = String>) -> Option<ExitCode> {
    match args.next().as_deref() {
        Some("step") => Some(status(tieline_gateway::step::main(args))),
        Some("sandbox") => Some(code(tieline_gateway::sandbox::main(args))),
        Some("broker") => Some(code(tieline_gateway::broker::client_main(args))),
        _ => None,
    }
}

fn status(done: Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            talk::failed(&error, false);
            Exit::from(&error).into()
        }
    }
}

/// The statuses of scripts and of their tools are theirs, by the contract.
fn code(status: i32) -> ExitCode {
    ExitCode::from(u8::try_from(status).unwrap_or(u8::MAX))
}
