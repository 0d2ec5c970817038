//! The built-in scheduler itself: takes jobs, starts what fits, notices what ended. It acts the moment something happens.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use tieline_fault::around_now;
use tieline_model::job::How;
use tieline_model::{Error, LocalUser, Resources, Result, Timestamp};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::record::{End, Record, Spec};
use super::{ForkSettings, process};
use crate::core::slots::{Share, startable};
use crate::core::wrapper::WRAPPER;
use crate::io::driver::Batch;
use crate::io::local::LocalSite;
use crate::io::{clock, disk};
use crate::points;

/// How often a supervisor that an earlier gateway started is looked at.
const ADOPTED_LOOK: Duration = Duration::from_millis(100);
/// Supervisors that may die before they take their job on.
const LAUNCHES: u32 = 3;

/// Where a job is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Phase {
    Waiting,
    Launching,
    Started(Timestamp),
    Over(End),
}

impl Phase {
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Launching => "starting",
            Self::Started(_) => "running",
            Self::Over(_) => "over",
        }
    }
}

#[derive(Debug)]
struct Job {
    record: Record,
    spec: Spec,
    phase: Phase,
    launches: u32,
}

#[derive(Debug)]
pub(super) struct Scheduler {
    settings: ForkSettings,
    site: Arc<LocalSite>,
    jobs: Mutex<BTreeMap<u64, Job>>,
    news: Notify,
    token: CancellationToken,
    watchers: TaskTracker,
}

impl Scheduler {
    pub(super) async fn start(settings: ForkSettings, site: Arc<LocalSite>, token: CancellationToken) -> Result<Arc<Self>> {
        disk::folder(&settings.folder)?;
        let mut jobs = load(&settings.folder)?;
        prune(&mut jobs);
        let scheduler = Arc::new(Self { settings, site, jobs: Mutex::new(jobs), news: Notify::new(), token, watchers: TaskTracker::new() });
        let mut jobs = scheduler.jobs.lock().await;
        for job in jobs.values_mut() {
            refresh(job);
            if let (Phase::Started(_) | Phase::Launching, Some(supervisor)) = (&job.phase, job.record.claim()) {
                scheduler.watchers.spawn(Arc::clone(&scheduler).adopt(job.spec.number, supervisor));
            }
        }
        scheduler.start_what_fits(&mut jobs);
        drop(jobs);
        Ok(scheduler)
    }

    pub(super) fn settings(&self) -> &ForkSettings {
        &self.settings
    }

    pub(super) fn site(&self) -> &LocalSite {
        &self.site
    }

    /// Returns when something happened since the last time it was asked.
    pub(super) async fn changed(&self) {
        self.news.notified().await;
    }

    /// The jobs that are not over, in their order.
    pub(super) async fn open_jobs(&self) -> Vec<(Spec, Phase)> {
        let jobs = self.jobs.lock().await;
        let open = jobs.values().filter(|job| !matches!(job.phase, Phase::Over(_)));
        open.map(|job| (job.spec.clone(), job.phase.clone())).collect()
    }

    pub(super) async fn find(&self, user: &LocalUser, tag: &str) -> Vec<u64> {
        let jobs = self.jobs.lock().await;
        jobs.values().filter(|job| job.spec.tag == tag && job.spec.user == *user).map(|job| job.spec.number).collect()
    }

    pub(super) async fn look(self: &Arc<Self>, number: u64) -> Option<(Spec, Phase)> {
        let mut jobs = self.jobs.lock().await;
        let job = jobs.get_mut(&number)?;
        refresh(job);
        let answer = (job.spec.clone(), job.phase.clone());
        self.start_what_fits(&mut jobs);
        Some(answer)
    }

    pub(super) async fn submit(self: &Arc<Self>, batch: &Batch) -> Result<u64> {
        let (wish, memory_mib) = self.admit(batch)?;
        let account = self.site.account(&batch.user).await?;
        let mut jobs = self.jobs.lock().await;
        let known = jobs.values().find(|job| job.spec.tag == batch.tag && job.spec.user == batch.user);
        if let Some(known) = known {
            return Ok(known.spec.number);
        }
        let number = jobs.last_key_value().map_or(1, |(last, _)| last + 1);
        let mut argv: Vec<_> = ["setpriv", "--pdeathsig", "KILL"].map(str::to_owned).into();
        argv.extend(LocalSite::prefix(&account).into_iter().skip(1));
        if argv.len() == 3 {
            argv.push("--".to_owned());
        }
        argv.extend(["sh".to_owned(), format!("{}/{WRAPPER}", batch.folder)]);
        let mut env: Vec<_> = LocalSite::environment(&account).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        env.push(("TIELINE_NATIVE".to_owned(), number.to_string()));
        let record = Record::at(self.settings.folder.join(number.to_string()));
        env.push(record.mark());
        let spec = Spec {
            number,
            tag: batch.tag.clone(),
            user: batch.user.clone(),
            queue: self.queue(batch)?.name.clone(),
            wish,
            memory_mib,
            folder: batch.folder.clone(),
            submitted: clock::now(),
            argv,
            env,
            nice: self.settings.nice,
            kill_grace_ms: self.settings.kill_grace_ms,
        };
        disk::folder(record.path())?;
        record.take(&spec).map_err(|error| disk::fault("keep the job", error))?;
        jobs.insert(number, Job { record, spec, phase: Phase::Waiting, launches: 0 });
        self.start_what_fits(&mut jobs);
        Ok(number)
    }

    pub(super) async fn cancel(self: &Arc<Self>, number: u64) -> Result<()> {
        let mut jobs = self.jobs.lock().await;
        let Some(job) = jobs.get_mut(&number) else { return Ok(()) };
        refresh(job);
        let fault = |error| disk::fault("keep that a job is to be ended", error);
        match job.phase {
            Phase::Over(_) => return Ok(()),
            Phase::Waiting => {
                let end = End { how: How::Canceled, started: None, ended: clock::now(), cpu_micros: None, peak_kib: None };
                job.record.finish(&end).map_err(fault)?;
                refresh(job);
                self.start_what_fits(&mut jobs);
            }
            Phase::Launching | Phase::Started(_) => {
                job.record.cancel().map_err(fault)?;
                if let Some(supervisor) = job.record.claim() {
                    supervisor.signal(Signal::TERM);
                }
            }
        }
        self.news.notify_one();
        Ok(())
    }

    fn queue(&self, batch: &Batch) -> Result<&super::ForkQueue> {
        let queues = &self.settings.queues;
        let found = match &batch.queue {
            Some(name) => queues.iter().find(|queue| queue.name == *name),
            None => queues.first(),
        };
        let names = || queues.iter().map(|queue| queue.name.as_str()).collect::<Vec<_>>().join(", ");
        found.ok_or_else(|| Error::invalid("this machine has no such queue").field("queue").hint(format!("its queues are {}", names())))
    }

    fn admit(&self, batch: &Batch) -> Result<(Resources, u64)> {
        let queue = self.queue(batch)?;
        let wish = batch.wish.checked()?;
        let fault = |field: &str, message: String| Err(Error::invalid(message).field(field));
        if wish.nodes > 1 {
            return fault("nodes", format!("{} nodes were asked for, this machine is one", wish.nodes));
        }
        if wish.gpus > 0 {
            return fault("gpus", "this machine has no GPUs to give".to_owned());
        }
        let most = queue.max_cores.unwrap_or(self.settings.cores).min(self.settings.cores);
        if wish.cores > most {
            return fault("cores", format!("{} cores were asked for, a job here may have {most}", wish.cores));
        }
        if queue.max_time.is_some_and(|longest| wish.time > longest) {
            let longest = queue.max_time.unwrap_or_default();
            return fault("time", format!("{} was asked for, a job here may take {longest}", wish.time));
        }
        let share = self.settings.memory_mib / u64::from(self.settings.cores.max(1)) * u64::from(wish.cores);
        let memory_mib = wish.memory_mib.unwrap_or(share.max(1));
        if memory_mib > self.settings.memory_mib {
            return fault("memory", format!("{memory_mib} MiB were asked for, a job here may have {}", self.settings.memory_mib));
        }
        Ok((wish, memory_mib))
    }

    fn start_what_fits(self: &Arc<Self>, jobs: &mut BTreeMap<u64, Job>) {
        if self.token.is_cancelled() {
            return;
        }
        let capacity = Share { cores: self.settings.cores, memory_mib: self.settings.memory_mib };
        let running: Vec<_> =
            jobs.values().filter(|job| matches!(job.phase, Phase::Launching | Phase::Started(_))).map(|job| job.spec.share()).collect();
        let waiting: Vec<_> =
            jobs.values().filter(|job| job.phase == Phase::Waiting).map(|job| (job.spec.number, job.spec.share())).collect();
        let shares: Vec<_> = waiting.iter().map(|(_, share)| *share).collect();
        for (number, _) in waiting.iter().take(startable(capacity, &running, &shares)) {
            if let Some(job) = jobs.get_mut(number) {
                self.launch(job);
            }
        }
    }

    fn launch(self: &Arc<Self>, job: &mut Job) {
        job.launches += 1;
        match around_now(points::SUPERVISOR_START, || self.spawn(&job.record.spec_path())) {
            Ok(child) => {
                job.phase = Phase::Launching;
                self.watchers.spawn(Arc::clone(self).watch(job.spec.number, child));
            }
            Err(error) => {
                tracing::error!(%error, number = job.spec.number, "a job's supervisor cannot be started");
                give_up(job, format!("its supervisor cannot be started: {error}"));
                self.news.notify_one();
            }
        }
    }

    fn spawn(&self, spec: &std::path::Path) -> std::io::Result<Child> {
        let [program, args @ ..] = self.settings.supervisor.as_slice() else {
            return Err(std::io::Error::other("no supervisor is configured"));
        };
        tokio::process::Command::new(program)
            .args(args)
            .arg("--spec")
            .arg(spec)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(false)
            .spawn()
    }

    /// Hears from a supervisor that this gateway started.
    async fn watch(self: Arc<Self>, number: u64, mut child: Child) {
        let follow = async {
            if let Some(stdout) = child.stdout.take() {
                let mut lines = BufReader::new(stdout).lines();
                while let Ok(Some(_)) = lines.next_line().await {
                    self.on_news(number, false).await;
                }
            }
            // Its end is read from the disk, whatever its status says.
            let _ = child.wait().await;
            self.on_news(number, true).await;
        };
        tokio::select! {
            () = self.token.cancelled() => {}
            () = follow => {}
        }
    }

    /// Follows a supervisor that an earlier gateway started.
    async fn adopt(self: Arc<Self>, number: u64, supervisor: process::Identity) {
        let follow = async {
            while !self.has_begun(number).await && supervisor.lives() {
                tokio::time::sleep(ADOPTED_LOOK).await;
            }
            self.on_news(number, false).await;
            // Not our child: nobody tells us of its end.
            while supervisor.lives() {
                tokio::time::sleep(ADOPTED_LOOK).await;
            }
            self.on_news(number, true).await;
        };
        tokio::select! {
            () = self.token.cancelled() => {}
            () = follow => {}
        }
    }

    async fn has_begun(&self, number: u64) -> bool {
        let mut jobs = self.jobs.lock().await;
        let Some(job) = jobs.get_mut(&number) else { return true };
        refresh(job);
        matches!(job.phase, Phase::Started(_) | Phase::Over(_))
    }

    async fn on_news(self: &Arc<Self>, number: u64, supervisor_gone: bool) {
        let mut jobs = self.jobs.lock().await;
        if let Some(job) = jobs.get_mut(&number) {
            refresh(job);
            // It died before it took the job on: nothing has run.
            if supervisor_gone && job.phase == Phase::Launching && job.record.claim().is_none() {
                job.phase = Phase::Waiting;
                if job.launches >= LAUNCHES {
                    give_up(job, "its supervisor died before it could start".to_owned());
                }
            }
        }
        self.start_what_fits(&mut jobs);
        self.news.notify_one();
    }
}

/// Brings a job's phase up to what lies on disk.
fn refresh(job: &mut Job) {
    if matches!(job.phase, Phase::Over(_)) {
        return;
    }
    if let Some(end) = job.record.end() {
        job.phase = Phase::Over(end);
        return;
    }
    let Some(supervisor) = job.record.claim() else { return };
    let started = job.record.start().map(|start| start.at);
    job.phase = started.map_or(Phase::Launching, Phase::Started);
    if supervisor.lives() {
        return;
    }
    // It may have written the end just before it went.
    if let Some(end) = job.record.end() {
        job.phase = Phase::Over(end);
        return;
    }
    let (name, value) = job.record.mark();
    let left = process::with_variable(&format!("{name}={value}"));
    left.into_iter().for_each(|pid| process::send(pid, Signal::KILL));
    let ended = started.zip(job.record.alive_micros()).map_or_else(clock::now, |(started, micros)| started.plus_micros(micros));
    // The order to end may have hit the supervisor before it could listen.
    let how = if job.record.canceled() { How::Canceled } else { How::NodeFailed };
    let end = End { how, started, ended, cpu_micros: None, peak_kib: None };
    close(job, end);
}

fn give_up(job: &mut Job, why: String) {
    let end = End { how: How::Other(why), started: None, ended: clock::now(), cpu_micros: None, peak_kib: None };
    close(job, end);
}

fn close(job: &mut Job, end: End) {
    match job.record.finish(&end) {
        Ok(()) => job.phase = Phase::Over(job.record.end().unwrap_or(end)),
        Err(error) => tracing::error!(%error, number = job.spec.number, "the end of a job cannot be kept"),
    }
}

fn load(folder: &std::path::Path) -> Result<BTreeMap<u64, Job>> {
    let entries = std::fs::read_dir(folder).map_err(|error| disk::fault("read the scheduler's records", error))?;
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u64>().ok());
    let job = |number: u64| {
        let record = Record::at(folder.join(number.to_string()));
        // A folder without a job was left by a kill before the job was taken.
        let spec = record.spec()?;
        Some((number, Job { record, spec, phase: Phase::Waiting, launches: 0 }))
    };
    Ok(numbers.filter_map(job).collect())
}

/// Records of jobs that ended long ago go. The newest stays, so that its number is never given again.
fn prune(jobs: &mut BTreeMap<u64, Job>) {
    let old = clock::now() - crate::io::journal::KEPT - crate::io::journal::KEPT;
    let newest = jobs.last_key_value().map(|(number, _)| *number);
    let mut gone: Vec<PathBuf> = vec![];
    jobs.retain(|number, job| {
        let keep = Some(*number) == newest || job.record.end().is_none_or(|end| end.ended >= old);
        if !keep {
            gone.push(job.record.path().to_owned());
        }
        keep
    });
    for folder in gone {
        if let Err(error) = std::fs::remove_dir_all(&folder) {
            tracing::warn!(%error, folder = %folder.display(), "an old record cannot be removed");
        }
    }
}
