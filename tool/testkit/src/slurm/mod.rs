//! A private Slurm: munge, the controller, any number of node daemons and, where wanted, the accounting daemon over MariaDB.

mod accounting;
mod conf;

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use crate::capsule::{Capsule, quote};
use crate::part::{need, text};
use crate::port::{self, Port};
use crate::users;
use crate::wait_until;

/// How a cluster is set up.
#[derive(Clone, Debug)]
pub struct SlurmOptions {
    /// How many nodes, `node1` to `nodeN`.
    pub nodes: u16,
    /// Cores that each node claims; more than this machine has is fine.
    pub cores_per_node: u32,
    /// Memory that each node claims, in MiB.
    pub memory_per_node: u64,
    /// Whether there is accounting (slurmdbd over MariaDB, limits enforced). Without it `jobcomp.txt` is the record.
    pub accounting: bool,
    /// The local users who submit; made where they do not exist, and members of account `tieline` where there is accounting.
    pub users: Vec<String>,
    /// How long the controller remembers a job that is over, in seconds; at least 2.
    pub min_job_age: u32,
    /// More lines for `slurm.conf`.
    pub extra: String,
}

impl Default for SlurmOptions {
    fn default() -> Self {
        Self {
            nodes: 2,
            cores_per_node: 8,
            memory_per_node: 4000,
            accounting: false,
            users: ["tlu1", "tlu2"].map(str::to_owned).to_vec(),
            min_job_age: 60,
            extra: String::new(),
        }
    }
}

/// A running cluster with the partitions `batch` (the default, at most an hour) and `short` (at most five minutes).
#[derive(Debug)]
pub struct Cluster {
    capsule: Capsule,
    options: SlurmOptions,
    ports: Ports,
}

#[derive(Debug)]
struct Ports {
    controller: Port,
    nodes: Vec<Port>,
    accounting: Port,
    database: Port,
}

impl Cluster {
    /// Starts a cluster and waits until every node is idle.
    ///
    /// # Errors
    /// Without root, or if a package is missing; with the daemons' logs if it does not come up within a minute.
    pub async fn start(options: SlurmOptions) -> Result<Self> {
        for (program, package) in
            [("slurmctld", "slurmctld"), ("slurmd", "slurmd"), ("sbatch", "slurm-client"), ("munged", "munge"), ("useradd", "passwd")]
        {
            need(program, package)?;
        }
        if !Path::new(conf::PLUGINS).join("select_cons_tres.so").is_file() {
            bail!("Slurm's plugins are not on this machine: apt-get install --no-install-recommends slurm-wlm-basic-plugins");
        }
        users::ensure(options.users.clone()).await?;
        let ports = Ports {
            controller: port::take()?,
            nodes: (0..options.nodes).map(|_| port::take()).collect::<Result<_>>()?,
            accounting: port::take()?,
            database: port::take()?,
        };
        let capsule = Capsule::open("slurm").await?;
        let folder = capsule.folder().to_owned();
        std::fs::write(folder.join("slurm.conf"), conf::slurm(&folder, &options, &ports))?;
        let cluster = Self { capsule, options, ports };
        cluster.start_munge().await?;
        if cluster.options.accounting {
            accounting::start(&cluster).await?;
        }
        cluster.start_controller().await?;
        for node in 1..=cluster.options.nodes {
            cluster.start_node(node).await?;
        }
        cluster.wait_idle().await?;
        Ok(cluster)
    }

    /// The file that `SLURM_CONF` must name for a command to speak to this cluster.
    pub fn conf(&self) -> PathBuf {
        self.capsule.folder().join("slurm.conf")
    }

    /// Where the controller writes one line for each job that is over.
    pub fn completion_file(&self) -> PathBuf {
        self.capsule.folder().join("jobcomp.txt")
    }

    /// Runs one of Slurm's commands as root and gives what it printed.
    ///
    /// # Errors
    /// If it exits with another status than 0, with its error output.
    pub async fn command<S: AsRef<str>>(&self, argv: &[S]) -> Result<String> {
        let words: Vec<String> = argv.iter().map(|word| word.as_ref().to_owned()).collect();
        self.finish(&words, self.prepare(&words)?.output().await?)
    }

    /// Runs one of Slurm's commands as this user, in the user's home.
    ///
    /// # Errors
    /// As [`Cluster::command`].
    pub async fn command_as<S: AsRef<str>>(&self, user: &str, argv: &[S]) -> Result<String> {
        let home = users::home(user).with_context(|| format!("there is no user {user}"))?;
        let become_user = ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--"].map(str::to_owned);
        let words: Vec<String> = become_user.into_iter().chain(argv.iter().map(|word| word.as_ref().to_owned())).collect();
        let mut command = self.prepare(&words)?;
        command.env("HOME", &home).env("USER", user).env("LOGNAME", user).current_dir(&home);
        self.finish(&words, command.output().await?)
    }

    /// Ends the controller, as when its machine goes down. Running jobs go on.
    ///
    /// # Errors
    /// If the capsule is gone.
    pub async fn stop_controller(&self) -> Result<()> {
        self.capsule.stop("slurmctld").await
    }

    /// Starts the controller, which takes up the state that it left, and waits until it answers.
    ///
    /// # Errors
    /// If it does not answer within a minute, with the end of its log.
    pub async fn start_controller(&self) -> Result<()> {
        self.daemon("slurmctld", &["slurmctld", "-D", "-i"]).await?;
        wait_until("slurmctld answers", Duration::from_secs(60), async || {
            self.command(&["scontrol", "ping"]).await.is_ok_and(|said| said.contains("is UP"))
        })
        .await
        .with_context(|| self.capsule.log("slurmctld"))
    }

    /// Ends the daemon of `nodeN`, N from 1, as when the node is lost. Its jobs' processes go on.
    ///
    /// # Errors
    /// If the capsule is gone.
    pub async fn stop_node(&self, node: u16) -> Result<()> {
        self.capsule.stop(&format!("node{node}")).await
    }

    /// Starts the daemon of `nodeN`.
    ///
    /// # Errors
    /// If the capsule is gone.
    pub async fn start_node(&self, node: u16) -> Result<()> {
        let name = format!("node{node}");
        self.daemon(&name, &["slurmd", "-D", "-N", &name]).await
    }

    /// Waits until no job is left in the queue and every node is idle.
    ///
    /// # Errors
    /// If that takes more than a minute, with the end of the controller's log.
    pub async fn wait_idle(&self) -> Result<()> {
        wait_until("every node is idle", Duration::from_secs(60), async || {
            let states = self.command(&["sinfo", "-h", "-N", "-p", "batch", "-o", "%T"]).await.unwrap_or_default();
            states.lines().count() == usize::from(self.options.nodes) && states.lines().all(|state| state == "idle")
        })
        .await
        .with_context(|| format!("{}\n{}", self.capsule.log("slurmctld"), self.capsule.log("node1")))
    }

    async fn start_munge(&self) -> Result<()> {
        let folder = text(&self.capsule.folder().join("munge"));
        self.capsule
            .run(format!(
                "install -d -o munge -g munge -m 755 {folder} && head -c 1024 /dev/urandom >{folder}/key &&
                 chown munge:munge {folder}/key && chmod 400 {folder}/key"
            ))
            .await?;
        let options = ["key-file=key", "socket=socket", "pid-file=pid", "log-file=log", "seed-file=seed"]
            .map(|option| option.split_once('=').map(|(name, file)| format!("--{name}={folder}/{file}")).unwrap_or_default());
        let mut argv = vec!["setpriv", "--reuid", "munge", "--regid", "munge", "--init-groups", "--", "munged", "-F"];
        argv.extend(options.iter().map(String::as_str));
        self.capsule.spawn("munged", &argv).await?;
        let socket = self.capsule.folder().join("munge/socket");
        wait_until("munged answers", Duration::from_secs(30), async || tokio::net::UnixStream::connect(&socket).await.is_ok())
            .await
            .with_context(|| self.capsule.log("munged"))
    }

    async fn daemon(&self, name: &str, argv: &[&str]) -> Result<()> {
        let conf = format!("SLURM_CONF={}", text(&self.conf()));
        let argv: Vec<&str> = ["env", &conf].into_iter().chain(argv.iter().copied()).collect();
        self.capsule.spawn(name, &argv).await
    }

    fn prepare(&self, words: &[String]) -> Result<Command> {
        let Some((program, arguments)) = words.split_first() else { bail!("no command") };
        let mut command = Command::new(program);
        command.args(arguments).env("SLURM_CONF", self.conf()).stdin(Stdio::null()).kill_on_drop(true);
        Ok(command)
    }

    fn finish(&self, words: &[String], done: Output) -> Result<String> {
        if !done.status.success() {
            let line: Vec<String> = words.iter().map(|word| quote(word)).collect();
            bail!("{}: {}: {}", line.join(" "), done.status, String::from_utf8_lossy(&done.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    }
}
