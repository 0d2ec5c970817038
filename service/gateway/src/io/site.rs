//! How commands and bytes reach a machine: one trait, one method. Files are moved by ordinary commands on top of it,
//! so that whatever can run a command is a whole site.

use std::time::Duration;

use async_trait::async_trait;
use tieline_model::{LocalUser, Result};
use tokio::io::{AsyncRead, AsyncWrite};

/// A command as a vector of arguments. No shell sees it unless the caller names one, and then user input travels as `$1`, `$2`, ….
#[derive(Clone, Debug)]
pub struct Command {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// Ends the command on the machine itself after this long, whatever happens to the connection.
    pub limit: Duration,
}

impl Command {
    /// A command with the usual limit of 60 s.
    pub fn new<I, S>(argv: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        Self { argv: argv.into_iter().map(Into::into).collect(), limit: Duration::from_secs(60) }
    }

    /// A fixed piece of shell with arguments that the shell sees as `$1`, `$2`, ….
    pub fn shell<I, S>(script: &'static str, args: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        let fixed = ["sh", "-c", script, "sh"].map(str::to_owned);
        Self::new(fixed.into_iter().chain(args.into_iter().map(Into::into)))
    }

    /// The same command with another limit.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }
}

/// A command that runs.
#[async_trait]
pub trait Running: Send {
    /// Where its input goes; taken once. Dropping it ends the input.
    fn stdin(&mut self) -> Option<Box<dyn AsyncWrite + Send + Unpin>>;
    /// Where its output comes from; taken once.
    fn stdout(&mut self) -> Option<Box<dyn AsyncRead + Send + Unpin>>;
    /// Waits for its end and gives its exit status and the end of its error output.
    ///
    /// # Errors
    /// `Unavailable` where the machine could not be reached, which proves nothing about the command.
    async fn wait(self: Box<Self>) -> Result<Done>;
}

/// A command that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Its exit status; 124 where its limit ended it.
    pub status: i32,
    /// The last 64 KiB of its error output.
    pub stderr: String,
}

/// A machine one can run commands on, as the local user the center mapped a person to.
#[async_trait]
pub trait Site: Send + Sync + std::fmt::Debug {
    /// Starts a command. `user` is `None` for the read-only service login that polls for everybody.
    ///
    /// # Errors
    /// `Unavailable` where the machine cannot be reached, `Forbidden` where it does not let the user in.
    async fn start(&self, user: Option<&LocalUser>, command: Command) -> Result<Box<dyn Running>>;

    /// The folder below which this user's job folders are made, as the machine sees it. It may not exist yet.
    ///
    /// # Errors
    /// As [`Site::start`].
    async fn job_root(&self, user: &LocalUser) -> Result<String>;

    /// The line this user puts into the own `authorized_keys`, where the machine lets the gateway in by it.
    fn authorized_key(&self, _user: &LocalUser) -> Option<String> {
        None
    }
}
