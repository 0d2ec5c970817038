//! A machine behind the system's OpenSSH: an unmodified login node, entered as the mapped local user.

pub mod authority;
pub mod config;
mod pool;
pub mod remote;
mod running;

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tieline_fault::around_now;
use tieline_model::{Error, LocalUser, Result};
use tokio::io::AsyncReadExt;
use tokio::sync::Mutex;

pub use authority::{Credentials, SshAuthority};
pub use config::{Keys, SshConfig};

use super::site::{Command, Running, Site};
use crate::points;
use pool::Pool;
use running::SshRunning;

/// A machine that is entered by ssh.
#[derive(Debug)]
pub struct SshSite {
    config: SshConfig,
    authority: Arc<SshAuthority>,
    pool: Pool,
    homes: Mutex<HashMap<LocalUser, String>>,
    // The folder of the connections' sockets goes with the site.
    _sockets: tempfile::TempDir,
}

impl SshSite {
    /// A machine as its configuration says. `folder` receives the file of pinned host keys; no connection is made yet.
    ///
    /// # Errors
    /// Names what is wrong in the configuration; `Internal` where the folder cannot be written.
    pub fn new(config: SshConfig, authority: Arc<SshAuthority>, folder: &Path) -> Result<Self> {
        let config = config.checked()?;
        authority::private_folder(folder)?;
        let known_hosts = folder.join("known_hosts");
        std::fs::write(&known_hosts, config.known_hosts())
            .map_err(|error| Error::internal(format!("{}: {error}", known_hosts.display())))?;
        // The path of a socket may have 107 bytes, and ssh adds 17 of its own: the gateway's folder may lie too deep.
        let sockets = tempfile::Builder::new().prefix("tieline-").tempdir();
        let sockets = sockets.map_err(|error| Error::internal(format!("a folder for ssh's sockets cannot be made: {error}")))?;
        let pool = Pool::new(config.clone(), sockets.path().to_owned(), &known_hosts);
        Ok(Self { config, authority, pool, homes: Mutex::default(), _sockets: sockets })
    }

    /// Ends all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// How many users have a connection.
    pub async fn connections(&self) -> usize {
        self.pool.users().await
    }

    async fn credentials(&self, user: &LocalUser) -> Result<Credentials> {
        let key = match &self.config.keys {
            Keys::Authority => return self.authority.credentials(user).await,
            Keys::File(key) => key.clone(),
            Keys::Folder(folder) => folder.join(user.as_str()),
        };
        if !key.exists() {
            return Err(Error::forbidden(format!("the gateway has no key for {user} on {}", self.config.host))
                .detail(format!("{} is not there", key.display())));
        }
        Ok(Credentials { key, certificate: None })
    }

    async fn home(&self, user: &LocalUser) -> Result<String> {
        if let Some(home) = self.homes.lock().await.get(user) {
            return Ok(home.clone());
        }
        let command = Command::shell(r#"printf '%s' "$HOME""#, [""; 0]).within(Duration::from_secs(20));
        let mut running = self.start(Some(user), command).await?;
        let mut home = String::new();
        if let Some(stdout) = running.stdout() {
            stdout.take(4096).read_to_string(&mut home).await.map_err(|error| Error::unavailable(error.to_string()))?;
        }
        let done = running.wait().await?;
        if done.status != 0 || !home.starts_with('/') || home.contains(['\n', '\0']) {
            return Err(Error::unavailable(format!("{user} has no home folder on {}", self.config.host)).detail(done.stderr));
        }
        self.homes.lock().await.insert(user.clone(), home.clone());
        Ok(home)
    }
}

#[async_trait]
impl Site for SshSite {
    async fn start(&self, user: Option<&LocalUser>, command: Command) -> Result<Box<dyn Running>> {
        let line = remote::remote_line(&command.argv, command.limit)?;
        let user = user.unwrap_or(&self.config.service_user);
        let credentials = self.credentials(user).await?;
        let session = self.pool.session(user, &credentials).await?;
        let mut ssh = self.pool.command(user, &credentials, &session.socket);
        ssh.arg(line).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child =
            around_now(points::COMMAND_SSH, || ssh.spawn()).map_err(|error| Error::internal(format!("ssh cannot be started: {error}")))?;
        Ok(Box::new(SshRunning::new(child, command.limit, self.config.host.clone(), user.clone(), session)))
    }

    async fn job_root(&self, user: &LocalUser) -> Result<String> {
        let root = self.config.job_root.replace("{user}", user.as_str());
        match root.strip_prefix("{home}") {
            None => Ok(root),
            Some(below) => Ok(format!("{}{below}", self.home(user).await?.trim_end_matches('/'))),
        }
    }

    fn authorized_key(&self, user: &LocalUser) -> Option<String> {
        (self.config.keys == Keys::Authority).then(|| self.authority.authority_line(user))
    }
}
