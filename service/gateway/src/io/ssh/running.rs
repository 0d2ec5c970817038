//! A command that runs on the machine: three streams, and at its end the difference between its own status and ssh's.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use tieline_model::{Error, LocalUser, Result};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::process::{Child, ChildStderr};

use super::pool::{Session, refusal};
use super::remote::OWN_255;
use crate::io::site::{Done, Running};

/// How much of the end of the error output is kept.
const KEPT: usize = 64 << 10;

/// How much longer than its limit a command may seem to run: ten seconds to be killed, the rest for the way.
const PATIENCE: Duration = Duration::from_secs(40);

pub(super) struct SshRunning {
    child: Child,
    // Read from the start on: a command that writes much to it must not wait for us to look.
    stderr: tokio_util::task::AbortOnDropHandle<Vec<u8>>,
    limit: Duration,
    began: Instant,
    host: String,
    user: LocalUser,
    _session: Session,
}

impl SshRunning {
    pub(super) fn new(mut child: Child, limit: Duration, host: String, user: LocalUser, session: Session) -> Self {
        let stderr = tokio_util::task::AbortOnDropHandle::new(tokio::spawn(tail(child.stderr.take())));
        Self { child, stderr, limit, began: Instant::now(), host, user, _session: session }
    }
}

#[async_trait]
impl Running for SshRunning {
    fn stdin(&mut self) -> Option<Box<dyn AsyncWrite + Send + Unpin>> {
        self.child.stdin.take().map(|stream| Box::new(stream) as _)
    }

    fn stdout(&mut self) -> Option<Box<dyn AsyncRead + Send + Unpin>> {
        self.child.stdout.take().map(|stream| Box::new(stream) as _)
    }

    async fn wait(mut self: Box<Self>) -> Result<Done> {
        // Nobody will read or write any more: the command shall notice.
        drop((self.child.stdin.take(), self.child.stdout.take()));
        let left = (self.limit + PATIENCE).saturating_sub(self.began.elapsed());
        let status = tokio::time::timeout(left, self.child.wait()).await;
        let status = status
            .map_err(|_| Error::unavailable(format!("the connection to {} was lost while a command ran", self.host)))?
            .map_err(|error| Error::internal(format!("ssh cannot be waited for: {error}")))?;
        let stderr = (&mut self.stderr).await.map_err(|error| Error::internal(error.to_string()))?;
        let mut stderr = String::from_utf8_lossy(&stderr).into_owned();
        match status.code() {
            Some(255) => {
                let own = stderr.trim_end().strip_suffix(OWN_255).map(str::len);
                let Some(own) = own else { return Err(refusal(&self.host, &self.user, &stderr)) };
                stderr.truncate(own);
                Ok(Done { status: 255, stderr })
            }
            // The limit ended it the hard way.
            Some(137) if self.began.elapsed() >= self.limit => Ok(Done { status: 124, stderr }),
            Some(status) => Ok(Done { status, stderr }),
            None => Err(Error::unavailable(format!("ssh to {} was ended while a command ran", self.host))),
        }
    }
}

/// The last bytes of a stream, read to its end.
async fn tail(stream: Option<ChildStderr>) -> Vec<u8> {
    let mut kept = Vec::new();
    let Some(mut stream) = stream else { return kept };
    let mut piece = vec![0; 8 << 10];
    while let Ok(read @ 1..) = stream.read(&mut piece).await {
        kept.extend_from_slice(&piece[..read]);
        if kept.len() > 2 * KEPT {
            kept.drain(..kept.len() - KEPT);
        }
    }
    kept.drain(..kept.len().saturating_sub(KEPT));
    kept
}
