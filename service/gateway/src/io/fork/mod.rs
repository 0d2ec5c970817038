//! The small scheduler that is built in: cores and memory of this very machine, first come, first served. A job is a
//! folder on disk and a supervisor process; the gateway may be killed at any moment and finds all of them again.

mod process;
mod reap;
mod record;
mod scheduler;
pub mod supervisor;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use tieline_model::job::{Evidence, Exit, NativeId, Sight, Usage};
use tieline_model::machine::{
    CoreCounts, Description, GpuCounts, NodeClass, NodeCounts, NodeReading, QueueLimits, QueueLoad, Reading, SchedulerKind, ServingState,
    Storage,
};
use tieline_model::{Error, LocalUser, MachineName, QueueName, Result, Seconds, Timestamp};
use tokio_util::sync::CancellationToken;

use super::clock;
use super::driver::{Batch, Driver, Seen, Watched};
use super::local::LocalSite;
use record::{End, Spec};
use scheduler::{Phase, Scheduler};

/// What the built-in scheduler may give away, and where it keeps its records.
#[derive(Clone, Debug)]
pub struct ForkSettings {
    /// The machine's name.
    pub name: MachineName,
    /// A line for people.
    pub title: String,
    /// A paragraph for people.
    pub description: String,
    /// Whose it is.
    pub organisation: String,
    /// Cores jobs may use together.
    pub cores: u32,
    /// MiB of memory jobs may use together.
    pub memory_mib: u64,
    /// Its queues, the default first. All share the same cores.
    pub queues: Vec<ForkQueue>,
    /// Where its records lie; only the gateway may enter.
    pub folder: PathBuf,
    /// The program and first arguments that start a supervisor; `--spec FILE` follows.
    pub supervisor: Vec<String>,
    /// How much jobs stand back behind other processes, 0 to 19.
    pub nice: i32,
    /// Milliseconds between asking a job to end and ending it.
    pub kill_grace_ms: u64,
}

/// A queue of the built-in scheduler.
#[derive(Clone, Debug)]
pub struct ForkQueue {
    /// Its name.
    pub name: QueueName,
    /// Most cores of one job.
    pub max_cores: Option<u32>,
    /// Longest time of one job.
    pub max_time: Option<Seconds>,
}

/// The driver.
#[derive(Debug)]
pub struct ForkDriver {
    scheduler: Arc<Scheduler>,
}

impl ForkDriver {
    /// Starts the scheduler on its folder and goes on with what it finds there. It watches until the token is canceled;
    /// its jobs go on after that.
    ///
    /// # Errors
    /// Where the folder cannot be read or made.
    pub async fn start(settings: ForkSettings, site: Arc<LocalSite>, token: CancellationToken) -> Result<Self> {
        Ok(Self { scheduler: Scheduler::start(settings, site, token).await? })
    }

    fn settings(&self) -> &ForkSettings {
        self.scheduler.settings()
    }
}

#[async_trait]
impl Driver for ForkDriver {
    async fn describe(&self) -> Result<Description> {
        let settings = self.settings();
        let queue = |(index, queue): (usize, &ForkQueue)| QueueLimits {
            name: queue.name.clone(),
            default: index == 0,
            nodes: 1,
            cores: settings.cores,
            max_nodes: Some(1),
            max_cores: Some(queue.max_cores.unwrap_or(settings.cores)),
            max_memory_mib: Some(settings.memory_mib),
            gpus: 0,
            max_time: queue.max_time,
            default_time: None,
        };
        Ok(Description {
            name: settings.name.clone(),
            title: settings.title.clone(),
            description: settings.description.clone(),
            organisation: settings.organisation.clone(),
            architecture: std::env::consts::ARCH.to_owned(),
            accelerators: vec![],
            peak_gflops: None,
            scheduler: SchedulerKind::Fork,
            scheduler_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            node_classes: vec![NodeClass {
                name: "this machine".to_owned(),
                nodes: 1,
                cores: settings.cores,
                memory_mib: settings.memory_mib,
                gpus: 0,
                gpu_model: None,
            }],
            queues: settings.queues.iter().enumerate().map(queue).collect(),
            deployments: vec![],
        })
    }

    async fn read(&self) -> Result<Reading> {
        let jobs = self.scheduler.open_jobs().await;
        let settings = self.settings();
        let now = clock::now();
        let running = |spec: &Spec, phase: &Phase| matches!(phase, Phase::Started(_)).then_some(spec.wish.cores).unwrap_or(0);
        let allocated = jobs.iter().map(|(spec, phase)| running(spec, phase)).sum::<u32>().min(settings.cores);
        let idle = settings.cores - allocated;
        let load = |queue: &ForkQueue| {
            let mine = || jobs.iter().filter(|(spec, _)| spec.queue == queue.name);
            let started = |phase: &Phase| matches!(phase, Phase::Started(_));
            let waiting = mine().filter(|(_, phase)| !started(phase));
            QueueLoad {
                name: queue.name.clone(),
                state: ServingState::Production,
                running: mine().filter(|(_, phase)| started(phase)).count() as u32,
                waiting: waiting.clone().count() as u32,
                idle_cores: idle.min(queue.max_cores.unwrap_or(idle)),
                waiting_core_seconds: waiting.map(|(spec, _)| u64::from(spec.wish.cores) * spec.wish.time.0).sum(),
                running_core_seconds: mine().map(|(spec, phase)| left(spec, phase, now)).sum(),
            }
        };
        let lines = jobs.iter().map(|(spec, phase)| format!("{} {} {} {}\n", spec.number, spec.tag, spec.user, phase.word()));
        Reading {
            as_of: now,
            nodes: NodeCounts {
                total: 1,
                idle: u32::from(allocated == 0),
                mixed: u32::from(allocated > 0 && idle > 0),
                allocated: u32::from(allocated > 0 && idle == 0),
                unavailable: 0,
            },
            cores: CoreCounts { total: settings.cores, idle, allocated, unavailable: 0 },
            gpus: GpuCounts::default(),
            queues: settings.queues.iter().map(load).collect(),
            node_map: vec![NodeReading {
                name: settings.name.to_string(),
                state: if allocated == 0 {
                    "idle"
                } else if idle == 0 {
                    "allocated"
                } else {
                    "mixed"
                }
                .to_owned(),
                cores: settings.cores,
                allocated,
            }],
            raw: lines.collect::<String>().chars().take(16 << 10).collect(),
            storage: storage(self.scheduler.site()),
            trouble: None,
        }
        .checked()
    }

    async fn find(&self, user: &LocalUser, tag: &str, _since: Timestamp) -> Result<Vec<NativeId>> {
        self.scheduler.find(user, tag).await.into_iter().map(native).collect()
    }

    async fn submit(&self, batch: &Batch) -> Result<NativeId> {
        native(self.scheduler.submit(batch).await?)
    }

    async fn poll(&self, jobs: &[Watched]) -> Result<Vec<Seen>> {
        let mut seen = Vec::with_capacity(jobs.len());
        for job in jobs {
            seen.push(self.look(job).await);
        }
        Ok(seen)
    }

    async fn cancel(&self, _user: &LocalUser, native: &NativeId) -> Result<()> {
        match number(native) {
            Some(number) => self.scheduler.cancel(number).await,
            None => Ok(()),
        }
    }

    async fn changed(&self) {
        self.scheduler.changed().await;
    }
}

impl ForkDriver {
    async fn look(&self, job: &Watched) -> Seen {
        let Some(number) = number(&job.native) else { return Seen::Absent };
        let Some((spec, phase)) = self.scheduler.look(number).await else { return Seen::Absent };
        if spec.tag != job.key.tag() {
            return Seen::Absent;
        }
        let evidence = Evidence::QueueRow;
        match phase {
            Phase::Waiting | Phase::Launching => Seen::Sighted { sight: Sight::Queued { reason: None, expected: None }, evidence },
            Phase::Started(started) => {
                Seen::Sighted { sight: Sight::Running { started, nodes: vec![self.settings().name.to_string()] }, evidence }
            }
            Phase::Over(end) => ended(&spec, end),
        }
    }
}

fn ended(spec: &Spec, end: End) -> Seen {
    // Where the supervisor itself was lost, nobody measured: then only its own sign of life brackets the run.
    let measured = end.cpu_micros.is_some();
    let usage = end.started.map(|started| Usage {
        started,
        ended: end.ended,
        nodes: spec.wish.nodes,
        cores: spec.wish.cores,
        gpus: 0,
        cpu_time: end.cpu_micros.map(|micros| Seconds(micros.div_ceil(1_000_000))),
        peak_memory_mib: end.peak_kib.map(|kib| kib.div_ceil(1024)),
        evidence: if measured { Evidence::Accounting } else { Evidence::Bracket },
        run: 0,
    });
    Seen::Ended { exit: Exit { how: end.how, started: end.started, ended: end.ended }, usage, evidence: Evidence::Accounting }
}

/// Blocks users share, in use and free: as `df` counts them.
fn shared(disk: &rustix::fs::StatVfs) -> u64 {
    disk.f_blocks.saturating_sub(disk.f_bfree).saturating_add(disk.f_bavail)
}

/// The file system job folders lie on.
fn storage(site: &LocalSite) -> Vec<Storage> {
    let path = site.base();
    let disk = rustix::fs::statvfs(path).ok();
    vec![Storage {
        name: "jobs".to_owned(),
        path: path.to_owned(),
        total_bytes: disk.as_ref().map(|disk| shared(disk).saturating_mul(disk.f_frsize)),
        free_bytes: disk.as_ref().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize)),
        as_of: disk.as_ref().map(|_| clock::now()),
    }]
}

fn left(spec: &Spec, phase: &Phase, now: Timestamp) -> u64 {
    let Phase::Started(started) = phase else { return 0 };
    u64::from(spec.wish.cores) * spec.wish.time.0.saturating_sub(now.since(*started).0)
}

fn number(native: &NativeId) -> Option<u64> {
    native.as_str().parse().ok()
}

fn native(number: u64) -> Result<NativeId> {
    number.to_string().parse().map_err(|error: Error| Error::internal(error.to_string()))
}

#[cfg(test)]
pub(crate) mod tests;
