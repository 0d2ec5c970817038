//! What a center says about how a machine is reached, and the ssh options that follow from it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tieline_model::{Error, LocalUser, Result};

/// How a machine's login node is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SshConfig {
    /// The login node's name or address.
    pub host: String,
    /// Its port.
    #[serde(default = "usual_port")]
    pub port: u16,
    /// The host's public keys as in `/etc/ssh/ssh_host_*_key.pub`, pinned when the machine was added. No other key is accepted.
    pub host_keys: Vec<String>,
    /// The read-only login that polls for everybody.
    #[schemars(with = "String")]
    pub service_user: LocalUser,
    /// What the gateway shows the machine.
    #[serde(default)]
    pub keys: Keys,
    /// The folder below which job folders are made; `{home}` and `{user}` stand for the local user's.
    #[serde(default = "usual_root")]
    pub job_root: String,
    /// Users with an open connection at the same time, at most.
    #[serde(default = "usual_connections")]
    pub connections: usize,
    /// Commands on one connection at the same time, at most; below the server's `MaxSessions`.
    #[serde(default = "usual_sessions")]
    pub sessions: usize,
    /// Seconds after which a connection nobody uses is closed.
    #[serde(default = "usual_idle")]
    pub idle_seconds: u64,
    /// Seconds the login node may take to answer.
    #[serde(default = "usual_patience")]
    pub connect_seconds: u64,
    /// Further options of ssh, as `Name=value`; those that keep the connection safe cannot be changed.
    #[serde(default)]
    pub options: Vec<String>,
}

/// What the gateway shows a machine to be let in as a local user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Keys {
    /// Certificates of ten minutes, signed by the gateway's own authority.
    #[default]
    Authority,
    /// One private key for all local users.
    File(PathBuf),
    /// A folder with a private key for each local user, named after the user.
    Folder(PathBuf),
}

impl SshConfig {
    /// Checks what the gateway will rely on.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn checked(self) -> Result<Self> {
        let plain =
            |text: &str| !text.is_empty() && !text.starts_with('-') && !text.contains(|c: char| c.is_whitespace() || c.is_control());
        if !plain(&self.host) {
            return Err(Error::invalid(format!("'{}' is not a host", self.host.escape_debug())).field("host"));
        }
        if self.host_keys.is_empty() {
            return Err(Error::invalid("names no key, and only pinned hosts are spoken to")
                .field("host_keys")
                .hint("copy the line from /etc/ssh/ssh_host_ed25519_key.pub on the machine, or ask its administrator for it"));
        }
        if let Some(odd) = self.host_keys.iter().find(|key| key.split_whitespace().count() < 2 || key.contains(['\n', '\r'])) {
            return Err(Error::invalid(format!("'{}' is not a public key", odd.escape_debug())).field("host_keys"));
        }
        if !(self.job_root.starts_with('/') || self.job_root.starts_with("{home}")) || self.job_root.split('/').any(|part| part == "..") {
            return Err(
                Error::invalid(format!("'{}' is not an absolute path and does not begin with {{home}}", self.job_root)).field("job_root")
            );
        }
        if let Some(odd) = self.options.iter().find(|option| !option.contains('=') || option.contains(['\n', '\0'])) {
            return Err(Error::invalid(format!("'{}' is not an option as Name=value", odd.escape_debug())).field("options"));
        }
        if self.connections == 0 || self.sessions == 0 {
            return Err(Error::invalid("must be at least 1").field(if self.sessions == 0 { "sessions" } else { "connections" }));
        }
        Ok(self)
    }

    /// How long a connection nobody uses stays open.
    pub fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_seconds.max(1))
    }

    /// The contents of the known-hosts file that pins this machine.
    pub(super) fn known_hosts(&self) -> String {
        self.host_keys
            .iter()
            .map(|key| key.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
            .fold(String::new(), |lines, key| lines + HOST_ALIAS + " " + &key + "\n")
    }

    /// The options all ssh commands to this machine share. No file of the person who runs the gateway is read. The first
    /// mention of an option counts, so those of the configuration, which come last, only add.
    pub(super) fn options(&self, known_hosts: &Path) -> Vec<String> {
        let mut options = vec!["-F".to_owned(), "none".to_owned(), "-T".to_owned(), "-p".to_owned(), self.port.to_string()];
        let fixed = [
            "BatchMode=yes",
            "PreferredAuthentications=publickey",
            "StrictHostKeyChecking=yes",
            "GlobalKnownHostsFile=/dev/null",
            "UpdateHostKeys=no",
            "VerifyHostKeyDNS=no",
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "ForwardAgent=no",
            "ForwardX11=no",
            "ClearAllForwardings=yes",
            "PermitLocalCommand=no",
            "EscapeChar=none",
            "LogLevel=ERROR",
            "TCPKeepAlive=yes",
            "ServerAliveInterval=15",
            "ServerAliveCountMax=3",
        ];
        let host = format!("HostKeyAlias={HOST_ALIAS}");
        let known = format!("UserKnownHostsFile=\"{}\"", known_hosts.display());
        let patience = format!("ConnectTimeout={}", self.connect_seconds.max(1));
        for option in
            fixed.into_iter().chain([host.as_str(), known.as_str(), patience.as_str()]).chain(self.options.iter().map(String::as_str))
        {
            options.extend(["-o".to_owned(), option.to_owned()]);
        }
        options
    }
}

/// The name under which the host's keys are pinned, so that its address and port may change.
const HOST_ALIAS: &str = "tieline-machine";

fn usual_port() -> u16 {
    22
}
fn usual_root() -> String {
    "{home}/tieline".to_owned()
}
fn usual_connections() -> usize {
    64
}
fn usual_sessions() -> usize {
    8
}
fn usual_idle() -> u64 {
    60
}
fn usual_patience() -> u64 {
    10
}
