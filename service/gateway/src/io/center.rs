//! Everything of this center that the gateway's tasks share: its machines, its user map, its journal, its way to the hub.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use async_trait::async_trait;
use tieline_model::job::AttemptKey;
use tieline_model::{Error, LocalUser, MachineName, Result, Seconds};
use tieline_wire_gateway::v1;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::driver::Driver;
use super::fork::{ForkDriver, ForkQueue, ForkSettings};
use super::journal::Journal;
use super::local::LocalSite;
use super::packages::Packages;
use super::progress::Progresses;
use super::site::Site;
use super::slurm::Slurm;
use super::slurm::config::About;
use super::ssh::{SshAuthority, SshSite};
use super::uplink::Bulk;
use crate::config::{self, Config};
use crate::core::Rules;
use crate::usermap::UserMap;

/// Packages of one machine that are asked at the same time: each is a sandbox with processes of its own.
const ASKED: usize = 4;

/// One machine, ready to be driven.
#[derive(Debug)]
pub struct Machine {
    /// What the configuration says of it.
    pub config: config::Machine,
    /// The rules its attempts follow.
    pub rules: Rules,
    /// How it is reached.
    pub site: Arc<dyn Site>,
    /// Its scheduler.
    pub driver: Arc<dyn Driver>,
    /// Steps of jobs that may be worked on at the same time.
    pub steps: Semaphore,
    /// Packages that may be asked at the same time how their jobs are.
    pub asked: Semaphore,
}

/// Where an attempt lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// On which machine.
    pub machine: MachineName,
    /// Whose folder.
    pub user: LocalUser,
    /// The folder.
    pub folder: String,
}

/// Runs a package's pre-submit script for one machine and gives the JSON object it printed.
#[async_trait]
pub trait PreSubmit: Send + Sync + std::fmt::Debug {
    /// The answer for this question. The person was mapped to `user` already.
    ///
    /// # Errors
    /// What the script said, in words for the person.
    async fn pre_submit(&self, center: &Center, machine: &Machine, user: &LocalUser, question: &v1::PreSubmit) -> Result<String>;
}

/// The shared parts.
#[derive(Debug)]
pub struct Center {
    /// The configuration.
    pub config: Config,
    /// The machines by name.
    pub machines: BTreeMap<MachineName, Arc<Machine>>,
    /// Who is who.
    pub user_map: UserMap,
    /// What must not be forgotten.
    pub journal: Journal,
    /// Packages.
    pub packages: Packages,
    /// How far running steps are.
    pub progress: Arc<Progresses>,
    /// The way bytes take.
    pub bulk: Bulk,
    /// Answers pre-submit.
    pub pre_submit: Arc<dyn PreSubmit>,
    places: RwLock<HashMap<AttemptKey, Place>>,
}

impl Center {
    /// Puts the parts together and finds jobs that went on meanwhile.
    ///
    /// # Errors
    /// Where a part cannot be had; the message names it.
    pub async fn open(config: Config, bulk: Bulk, pre_submit: Arc<dyn PreSubmit>, token: &CancellationToken) -> Result<Self> {
        super::disk::folder(&config.state)?;
        // What scripts of a killed gateway left; each begins with a folder of its own.
        let _ = std::fs::remove_dir_all(config.state.join("scripts"));
        let journal = Journal::open(&config.state, config.limits.ballast_mib << 20)?;
        let user_map = UserMap::open(&config.user_map)?;
        let packages = Packages::open(config.state.join("packages"), config.limits.packages_mib << 20)?;
        let mut machines = BTreeMap::new();
        for machine in &config.machines {
            let ready = machine_of(&config, machine, token).await?;
            machines.insert(machine.name.clone(), Arc::new(ready));
        }
        Ok(Self { config, machines, user_map, journal, packages, progress: Arc::default(), bulk, pre_submit, places: RwLock::default() })
    }

    /// The machine with this name.
    ///
    /// # Errors
    /// `NotFound` where this gateway serves none of that name.
    pub fn machine(&self, name: &MachineName) -> Result<&Arc<Machine>> {
        let served = || self.machines.keys().map(MachineName::as_str).collect::<Vec<_>>().join(", ");
        self.machines.get(name).ok_or_else(|| Error::not_found(format!("this gateway serves no machine '{name}', it serves {}", served())))
    }

    /// Where an attempt lies, once it has a folder.
    pub fn place(&self, key: AttemptKey) -> Option<Place> {
        self.places.read().ok()?.get(&key).cloned()
    }

    /// Keeps where an attempt lies; `None` once its folder is gone.
    pub fn keep_place(&self, key: AttemptKey, place: Option<Place>) {
        if let Ok(mut places) = self.places.write() {
            match place {
                Some(place) => places.insert(key, place),
                None => places.remove(&key),
            };
        }
    }
}

async fn machine_of(config: &Config, machine: &config::Machine, token: &CancellationToken) -> Result<Machine> {
    let site: Arc<dyn Site> = match &machine.site {
        config::Site::Local { allow_system, job_root } => Arc::new(LocalSite::new(job_root, *allow_system)),
        config::Site::Ssh(ssh) => {
            let authority = Arc::new(SshAuthority::open(config.ssh_folder()).await?);
            Arc::new(SshSite::new(ssh.clone(), authority, &config.ssh_folder().join(machine.name.as_str()))?)
        }
    };
    let driver: Arc<dyn Driver> = match (&machine.fork, &machine.site) {
        (Some(fork), config::Site::Local { allow_system, job_root }) => {
            let local = Arc::new(LocalSite::new(job_root, *allow_system));
            Arc::new(ForkDriver::start(fork_settings(config, machine, fork)?, local, token.clone()).await?)
        }
        (Some(_) | None, _) => Arc::new(Slurm::new(Arc::clone(&site), machine.slurm.clone(), about(machine))),
    };
    let (steps, asked) = (Semaphore::new(config.limits.steps.max(1)), Semaphore::new(ASKED));
    Ok(Machine { rules: machine.rules(), config: machine.clone(), site, driver, steps, asked })
}

fn about(machine: &config::Machine) -> About {
    About {
        name: machine.name.clone(),
        title: machine.title.clone(),
        description: machine.description.clone(),
        organisation: machine.organisation.clone(),
        peak_gflops: machine.peak_gflops,
    }
}

fn fork_settings(config: &Config, machine: &config::Machine, fork: &config::Fork) -> Result<ForkSettings> {
    let queue = |queue: &config::Queue| ForkQueue {
        name: queue.name.clone(),
        max_cores: queue.max_cores,
        max_time: queue.max_seconds.map(Seconds),
    };
    Ok(ForkSettings {
        name: machine.name.clone(),
        title: machine.title.clone(),
        description: machine.description.clone(),
        organisation: machine.organisation.clone(),
        cores: fork.cores,
        memory_mib: fork.memory_mib,
        queues: fork.queues.iter().map(queue).collect(),
        folder: config.state.join("fork").join(machine.name.as_str()),
        supervisor: supervisor(config)?,
        nice: fork.nice,
        kill_grace_ms: fork.kill_grace_ms,
    })
}

fn supervisor(config: &Config) -> Result<Vec<String>> {
    if !config.supervisor.is_empty() {
        return Ok(config.supervisor.clone());
    }
    let exe: PathBuf = std::env::current_exe().map_err(|error| Error::internal(format!("this program cannot be found again: {error}")))?;
    let exe = exe.to_str().ok_or_else(|| Error::invalid("the path of this program is not UTF-8"))?;
    Ok(vec![exe.to_owned(), "step".to_owned()])
}
