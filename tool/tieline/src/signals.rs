//! The first signal asks everything to stop in order; the second ends the process at once.

use tieline_model::{Error, Result};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::talk::say;

/// The status of a process that was told twice, as a shell writes an interrupt.
const INTERRUPTED: i32 = 130;

/// A token that the first SIGINT or SIGTERM cancels.
///
/// # Errors
/// Where the process may not handle signals.
pub fn stop() -> Result<CancellationToken> {
    let fault = |error: std::io::Error| Error::internal(format!("signals cannot be handled: {error}"));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(fault)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(fault)?;
    let token = CancellationToken::new();
    let stop = token.clone();
    // Ends with the process: there is nobody left to await it.
    tokio::spawn(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        stop.cancel();
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        say("stopped at once");
        std::process::exit(INTERRUPTED);
    });
    Ok(token)
}
