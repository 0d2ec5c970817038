//! Runs a command on a site and keeps what it printed, for the many commands whose answer is a little text.

use tieline_model::{Error, LocalUser, Result};
use tokio::io::AsyncReadExt;

use super::site::{Command, Done, Site};

/// The most an answer may hold. More is an error: half a list would make jobs look as if they were gone.
const MOST: u64 = 64 << 20;

/// What a command printed and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its standard output; bytes that are not UTF-8 are replaced.
    pub stdout: String,
    /// Its status and the end of its error output.
    pub done: Done,
}

/// Runs a command without input to its end.
///
/// # Errors
/// As [`Site::start`], and `Unavailable` where the connection was cut or the answer is larger than 64 MiB.
pub async fn output(site: &dyn Site, user: Option<&LocalUser>, command: Command) -> Result<Output> {
    let mut running = site.start(user, command).await?;
    drop(running.stdin());
    let mut stdout = Vec::new();
    if let Some(stream) = running.stdout() {
        let read = stream.take(MOST + 1).read_to_end(&mut stdout).await;
        read.map_err(|error| Error::unavailable("the connection to the machine was cut").because(error))?;
    }
    let done = running.wait().await?;
    if stdout.len() as u64 > MOST {
        return Err(Error::unavailable("the machine's answer is larger than 64 MiB"));
    }
    Ok(Output { stdout: String::from_utf8_lossy(&stdout).into_owned(), done })
}
