//! `tieline demo`: a whole platform on one machine, as processes of their own that are started again when they die.

use clap::Args;
use tieline_model::Result;

use crate::exit::Exit;

/// Where the demonstration lives.
#[derive(Args, Debug)]
pub struct DemoArgs {}

/// Starts it and stays in front.
///
/// # Errors
/// What the person has to mend, such as a port that is taken.
pub async fn run(_args: DemoArgs) -> Result<Exit> {
    Ok(Exit::Done)
}
mod child;
mod folder;
mod people;
