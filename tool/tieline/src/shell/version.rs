//! `tieline version`: which hub answers.

use tieline_model::Result;

use super::ShellArgs;
use crate::exit::Exit;
use crate::output::Record;

/// Shows the hub's version and clock.
///
/// # Errors
/// Where no hub answers.
pub async fn run(args: &ShellArgs) -> Result<Exit> {
    let value = args.client()?.version().await?;
    args.output().give(&Record {
        value,
        lines: |hub, look| {
            vec![("hub", hub.version.clone()), ("program", env!("CARGO_PKG_VERSION").to_owned()), ("clock", look.time(hub.now))]
        },
        name: |hub| hub.version.clone(),
    })?;
    Ok(Exit::Done)
}
