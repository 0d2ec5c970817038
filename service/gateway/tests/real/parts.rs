//! What the tests here have in common: a login node, a site on it, and commands that are run to their end.

use std::sync::Arc;

use tempfile::TempDir;
use tieline_gateway::io::output::{Output, output};
use tieline_gateway::io::site::{Command, Site};
use tieline_gateway::io::ssh::{Keys, SshAuthority, SshConfig, SshSite};
use tieline_model::{LocalUser, Result};
use tieline_testkit::sshd::{Server, SshOptions};

/// Gives each test users of its own, so that what one leaves behind is not taken for another's.
pub fn user(name: &str) -> LocalUser {
    name.parse().unwrap()
}

/// A login node and a site that reaches it.
pub struct Login {
    pub server: Server,
    pub site: Arc<SshSite>,
    pub authority: Arc<SshAuthority>,
    pub folder: TempDir,
}

/// The configuration of a site on this server.
pub fn config(server: &Server, service: &str) -> SshConfig {
    SshConfig {
        host: "127.0.0.1".to_owned(),
        port: server.port(),
        host_keys: vec![server.host_key().to_owned()],
        service_user: user(service),
        keys: Keys::Authority,
        job_root: "{home}/tieline".to_owned(),
        connections: 64,
        sessions: 8,
        idle_seconds: 60,
        connect_seconds: 10,
        options: Vec::new(),
    }
}

/// A login node that lets these users in by the gateway's line; the first is the service login.
pub async fn login(users: &[&str], options: SshOptions, change: impl FnOnce(&mut SshConfig)) -> Login {
    let server = Server::start(users.iter().copied(), options).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let authority = Arc::new(SshAuthority::open(folder.path().join("authority")).await.unwrap());
    for name in users {
        server.revoke(name).unwrap();
        server.authorize(name, &authority.authority_line(&user(name))).unwrap();
    }
    let mut config = config(&server, users[0]);
    change(&mut config);
    let site = Arc::new(SshSite::new(config, Arc::clone(&authority), &folder.path().join("machine")).unwrap());
    Login { server, site, authority, folder }
}

impl Login {
    /// Runs a line of shell as this user to its end.
    pub async fn shell(&self, who: &str, line: &'static str) -> Result<Output> {
        self.run(who, Command::shell(line, [""; 0])).await
    }

    /// Runs a command as this user to its end.
    pub async fn run(&self, who: &str, command: Command) -> Result<Output> {
        output(self.site.as_ref() as &dyn Site, Some(&user(who)), command).await
    }
}
