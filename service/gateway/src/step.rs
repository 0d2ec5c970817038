//! `tieline step --spec FILE`: the supervisor of one job of the built-in scheduler, as the main program calls it.

use std::path::PathBuf;

use tieline_model::{Error, Result};

/// Runs the job of `--spec FILE` to its end, in a process of its own. Call it before any thread is started.
///
/// # Errors
/// `Invalid` for other arguments; `Internal` where the disk or the system refuses.
pub fn main(args: impl IntoIterator<Item = String>) -> Result<()> {
    let mut args = args.into_iter();
    let spec = match (args.next().as_deref(), args.next(), args.next()) {
        (Some("--spec"), Some(spec), None) => PathBuf::from(spec),
        _ => return Err(Error::invalid("a step is started by the gateway as: step --spec FILE")),
    };
    crate::io::fork::supervisor::run(&spec).map_err(|error| Error::internal(format!("the step of {}: {error}", spec.display())))
}
