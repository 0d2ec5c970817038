//! OpenSSH's server on a free port, for users of this machine, with a key for each that only this test knows.

use std::fs::Permissions;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::capsule::Capsule;
use crate::part::{need, text};
use crate::port::{self, Port};
use crate::users;
use crate::wait_until;

/// How the server is set up.
#[derive(Clone, Debug)]
pub struct SshOptions {
    /// Variables that every remote command finds in its environment, such as `SLURM_CONF`.
    pub environment: Vec<(String, String)>,
    /// How many sessions one connection may carry.
    pub max_sessions: u32,
    /// More lines for `sshd_config`.
    pub extra: String,
}

impl Default for SshOptions {
    fn default() -> Self {
        Self { environment: Vec::new(), max_sessions: 10, extra: String::new() }
    }
}

impl SshOptions {
    /// The usual server, whose remote commands find this Slurm.
    pub fn for_slurm(conf: &Path) -> Self {
        Self { environment: vec![("SLURM_CONF".to_owned(), text(conf))], ..Self::default() }
    }
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    capsule: Capsule,
    port: Port,
    host_key: String,
}

impl Server {
    /// Starts one for these users, who are made where they do not exist.
    ///
    /// # Errors
    /// Without root, or without the package openssh-server.
    pub async fn start<'a>(names: impl IntoIterator<Item = &'a str>, options: SshOptions) -> Result<Self> {
        need("sshd", "openssh-server")?;
        need("ssh", "openssh-client")?;
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        users::ensure(names.clone()).await?;
        let capsule = Capsule::open("sshd").await?;
        let port = port::take()?;
        let folder = capsule.folder().to_owned();
        capsule
            .run(format!("mkdir -p /run/sshd; cd {}; mkdir keys; ssh-keygen -q -t ed25519 -N '' -C host -f host", text(&folder)))
            .await?;
        let server =
            Self { host_key: std::fs::read_to_string(folder.join("host.pub"))?.replace(" host", "").trim().to_owned(), capsule, port };
        for name in &names {
            server.capsule.run(format!("ssh-keygen -q -t ed25519 -N '' -C {name} -f {}", text(&server.key_file(name)))).await?;
            server.authorize(name, &std::fs::read_to_string(server.key_file(name).with_extension("pub"))?)?;
        }
        std::fs::write(folder.join("known_hosts"), server.known_hosts_line())?;
        std::fs::write(folder.join("sshd_config"), config(&folder, server.port.number(), &options))?;
        server.open().await?;
        Ok(server)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port.number()))
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// The host key as `TYPE BASE64`, which is what an administrator pins.
    pub fn host_key(&self) -> &str {
        &self.host_key
    }

    /// The line of a `known_hosts` file, with its end.
    pub fn known_hosts_line(&self) -> String {
        format!("[127.0.0.1]:{} {}\n", self.port(), self.host_key)
    }

    /// A `known_hosts` file with just that line.
    pub fn known_hosts_file(&self) -> PathBuf {
        self.capsule.folder().join("known_hosts")
    }

    /// The private key that lets this user in.
    pub fn key_file(&self, user: &str) -> PathBuf {
        self.capsule.folder().join(format!("key-{user}"))
    }

    /// Adds a line to what lets this user in, as to `authorized_keys`: a key, or `cert-authority` and a key.
    /// The user's own `~/.ssh/authorized_keys` counts as well, but parallel tests share it.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn authorize(&self, user: &str, line: &str) -> Result<()> {
        let file = self.capsule.folder().join("keys").join(user);
        let mut keys = std::fs::OpenOptions::new().create(true).append(true).open(&file)?;
        writeln!(keys, "{}", line.trim())?;
        std::fs::set_permissions(&file, Permissions::from_mode(0o644))?;
        Ok(())
    }

    /// Takes every key of this user away.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn revoke(&self, user: &str) -> Result<()> {
        Ok(std::fs::write(self.capsule.folder().join("keys").join(user), "")?)
    }

    /// Runs a line of shell as this user through a connection of its own and gives what it printed.
    ///
    /// # Errors
    /// If it exits with another status than 0, with its error output.
    pub async fn run(&self, user: &str, line: &str) -> Result<String> {
        let done = Command::new("ssh")
            .args(["-F", "none", "-p", &self.port().to_string(), "-i", &text(&self.key_file(user))])
            .args(["-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes"])
            .args(["-o", &format!("UserKnownHostsFile={}", text(&self.known_hosts_file())), &format!("{user}@127.0.0.1"), line])
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .context("starting ssh")?;
        if !done.status.success() {
            bail!("ssh {user}: {line}: {}: {}", done.status, String::from_utf8_lossy(&done.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    }

    /// Ends the server and every connection, as when the login node goes down. The port stays ours.
    ///
    /// # Errors
    /// If the capsule is gone.
    pub async fn close(&self) -> Result<()> {
        self.capsule.stop("sshd").await?;
        // Each connection is a process of its own; within the capsule nothing else is called that.
        self.capsule.run("pkill -KILL -x sshd || true").await.map(drop)
    }

    /// Starts it again after [`Server::close`], with the same keys.
    ///
    /// # Errors
    /// If it does not listen within 30 s.
    pub async fn open(&self) -> Result<()> {
        let config = text(&self.capsule.folder().join("sshd_config"));
        self.capsule.spawn("sshd", &["/usr/sbin/sshd", "-D", "-e", "-f", &config]).await?;
        let address = self.address();
        wait_until("sshd listens", Duration::from_secs(30), async || TcpStream::connect(address).await.is_ok())
            .await
            .with_context(|| self.capsule.log("sshd"))
    }
}

fn config(folder: &Path, port: u16, options: &SshOptions) -> String {
    let folder = text(folder);
    // One directive: the first SetEnv counts and later ones are ignored.
    let variables: Vec<String> = options.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let environment = if variables.is_empty() { String::new() } else { format!("SetEnv {}\n", variables.join(" ")) };
    format!(
        "Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/keys/%u .ssh/authorized_keys
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PrintMotd no
MaxStartups 200
MaxSessions {}
Subsystem sftp internal-sftp
{environment}{}
",
        options.max_sessions, options.extra
    )
}
