//! The supervisor of one job of the built-in scheduler: a process of its own that outlives the gateway. It starts the job
//! under its limits, waits for every process the job left, and keeps how it ended where the job's user cannot write.

use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tieline_fault::around_now;
use tieline_model::Timestamp;
use tieline_model::job::How;
use tokio::signal::unix::{SignalKind, signal};

use super::process::{self, Identity};
use super::reap::{Reap, Reaped, reap};
use super::record::{End, Record, Spec, Start};
use crate::io::clock;
use crate::points;

/// How often memory is measured and the cancel mark looked for.
const LOOK: Duration = Duration::from_millis(500);
/// How often a full disk is tried again.
const FULL: Duration = Duration::from_secs(1);
/// Sets what a process can only set for itself, then becomes the wrapper.
const LIMITS: &str = r#"ulimit -c 0
ulimit -t "$1"
umask 077
echo 500 2>/dev/null >/proc/self/oom_score_adj
nice=$2
shift 2
exec nice -n "$nice" "$@""#;

/// Runs the job whose `spec.json` this is to its end. Does nothing where the job has a supervisor already.
///
/// # Errors
/// Where the disk refuses, or the job cannot be started.
pub fn run(spec: &Path) -> io::Result<()> {
    let record = Record::at(spec.parent().unwrap_or(Path::new(".")).to_owned());
    let spec = record.spec().ok_or_else(|| io::Error::other(format!("{} is not a job", spec.display())))?;
    // Away from the terminal and the process group of the gateway: what ends it must not end its jobs.
    let _ = rustix::process::setsid();
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    std::env::set_current_dir("/")?;
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
    let own = Identity::of(std::process::id() as i32).ok_or_else(|| io::Error::other("/proc does not show this process"))?;
    match keep(|| record.claim_for(&own)) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        claimed => claimed?,
    }
    if record.canceled() {
        return end(&record, How::Canceled, None);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(supervise(&record, &spec))
}

async fn supervise(record: &Record, spec: &Spec) -> io::Result<()> {
    let mut child_ended = signal(SignalKind::child())?;
    let mut asked = signal(SignalKind::terminate())?;
    let mut hung_up = signal(SignalKind::hangup())?;
    let began = Began { at: clock::now(), steady: Instant::now() };
    let started = began.at;
    record.touch(0);
    keep(|| record.begin(&Start { at: started }))?;
    let mut job = match around_now(points::JOB_START, || Job::start(spec)) {
        Ok(job) => job,
        Err(error) => return end(record, How::Other(format!("it cannot be started: {error}")), None),
    };
    // The gateway may be gone: nobody has to hear it.
    let _ = writeln!(io::stdout(), "started");
    let mut look = tokio::time::interval(LOOK);
    while !job.reap_all()? {
        tokio::select! {
            _ = child_ended.recv() => {}
            _ = asked.recv() => {}
            _ = hung_up.recv() => {}
            _ = look.tick() => {
                record.touch(began.micros());
                job.measure();
            }
        }
        if record.canceled() {
            job.end_because(How::Canceled);
        }
        job.insist();
    }
    let ended = started.plus_micros(began.micros());
    let peak_kib = Some(job.peak_kib);
    let end = End { how: job.how(), started: Some(started), ended, cpu_micros: Some(job.cpu_micros), peak_kib };
    keep(|| record.finish(&end))
}

/// When a job began, by the calendar and by the clock that nobody sets: what it took is measured by that one.
struct Began {
    at: Timestamp,
    steady: Instant,
}

impl Began {
    /// Microseconds since then.
    fn micros(&self) -> i64 {
        i64::try_from(self.steady.elapsed().as_micros()).unwrap_or(i64::MAX)
    }
}

/// Keeps the end of a job of which nothing ran.
fn end(record: &Record, how: How, started: Option<Timestamp>) -> io::Result<()> {
    let end = End { how, started, ended: clock::now(), cpu_micros: None, peak_kib: None };
    keep(|| record.finish(&end))
}

/// Writes; where the disk is full, as soon as it is not: what happened must not be lost.
fn keep(write: impl Fn() -> io::Result<()>) -> io::Result<()> {
    loop {
        match write() {
            Err(error) if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => std::thread::sleep(FULL),
            done => return done,
        }
    }
}

struct Job {
    main: i32,
    exit: Option<Reaped>,
    why: Option<How>,
    cpu_micros: u64,
    peak_kib: u64,
    limit_kib: u64,
    deadline: Instant,
    grace: Duration,
    kill_at: Option<Instant>,
}

impl Job {
    fn start(spec: &Spec) -> io::Result<Self> {
        let cpu_seconds = spec.wish.time.0.saturating_mul(u64::from(spec.wish.cores)).saturating_add(60);
        let [program, args @ ..] = spec.argv.as_slice() else { return Err(io::Error::other("an empty command")) };
        // The words before the wrapper change the user; the limits are set after that, by the user for himself.
        let before = args.len().saturating_sub(2);
        let child = Command::new(program)
            .args(&args[..before])
            .args(["sh", "-c", LIMITS, "sh", &cpu_seconds.to_string(), &spec.nice.to_string()])
            .args(&args[before..])
            .env_clear()
            .envs(spec.env.iter().cloned())
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Self {
            main: i32::try_from(child.id()).unwrap_or(i32::MAX),
            exit: None,
            why: None,
            cpu_micros: 0,
            peak_kib: 0,
            limit_kib: spec.memory_mib.saturating_mul(1024),
            deadline: Instant::now() + Duration::from_secs(spec.wish.time.0),
            grace: Duration::from_millis(spec.kill_grace_ms),
            kill_at: None,
        })
    }

    /// Reaps what ended; true once nothing of the job is left.
    fn reap_all(&mut self) -> io::Result<bool> {
        loop {
            match reap()? {
                Reap::One(reaped) => {
                    self.cpu_micros = self.cpu_micros.saturating_add(reaped.cpu_micros);
                    self.peak_kib = self.peak_kib.max(reaped.peak_kib);
                    if reaped.pid == self.main {
                        self.exit = Some(reaped);
                    }
                }
                // What the wrapper left behind when it ended has no right to go on.
                Reap::None if self.exit.is_some() => {
                    self.signal(Signal::KILL);
                    return Ok(false);
                }
                Reap::None => return Ok(false),
                Reap::Childless => return Ok(true),
            }
        }
    }

    fn measure(&mut self) {
        let own = process::resident_kib(&self.processes());
        self.peak_kib = self.peak_kib.max(own);
        if own > self.limit_kib {
            self.end_because(How::OutOfMemory);
            self.kill_at = Some(Instant::now());
        }
        if Instant::now() >= self.deadline {
            self.end_because(How::TimedOut);
        }
    }

    fn end_because(&mut self, how: How) {
        if self.why.is_some() || self.exit.is_some() {
            return;
        }
        self.why = Some(how);
        self.kill_at = Some(Instant::now() + self.grace);
        self.signal(Signal::CONT);
        self.signal(Signal::TERM);
    }

    fn insist(&mut self) {
        if self.kill_at.is_some_and(|moment| Instant::now() >= moment) {
            self.signal(Signal::KILL);
        }
    }

    fn signal(&self, signal: Signal) {
        self.processes().into_iter().for_each(|pid| process::send(pid, signal));
    }

    fn processes(&self) -> Vec<i32> {
        process::descendants(std::process::id() as i32)
    }

    fn how(&self) -> How {
        if let Some(why) = &self.why {
            return why.clone();
        }
        match self.exit {
            Some(Reaped { code: Some(code), .. }) if (129..160).contains(&code) => How::Signal(code - 128),
            Some(Reaped { code: Some(code), .. }) => How::Code(code),
            Some(Reaped { signal: Some(signal), .. }) => How::Signal(signal),
            Some(_) | None => How::Other("its end was not seen".to_owned()),
        }
    }
}
