//! The long-running programs and what an operator does with them.

pub mod gateway;
pub mod helper;
pub mod hub;
mod memory;

use clap::Args;
use rustix::process::{Signal, set_parent_process_death_signal};

/// Whose process it is.
#[derive(Args, Debug)]
pub struct OwnerArgs {
    /// Stop when the process that started this one ends, however it ends
    #[arg(long, hide = true)]
    end_with_parent: bool,
}

impl OwnerArgs {
    /// Does as the flag says.
    pub fn heed(&self) {
        if !self.end_with_parent {
            return;
        }
        if let Err(error) = set_parent_process_death_signal(Some(Signal::TERM)) {
            crate::talk::say(format!("this process does not end with the one that started it: {error}"));
        }
    }
}
