//! A process of the demonstration: started again when it dies, stopped in order when the demonstration ends.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tieline_model::{Error, Result};
use tokio::process::{Child as Process, Command};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::talk::say;

/// The first pause before a process is started again; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A process that lived this long was well: the pauses begin anew.
const WELL: Duration = Duration::from_secs(20);
/// How long a process may take to stop before it is killed.
const GRACE: Duration = Duration::from_secs(15);

/// What to run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What people call it.
    pub name: &'static str,
    /// Its arguments; the program is this one.
    pub args: Vec<String>,
    /// Where its log is appended.
    pub log: PathBuf,
}

/// A process that is kept alive.
#[derive(Debug)]
pub struct Kept {
    name: &'static str,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Kept {
    /// Starts it and keeps it alive until [`Kept::stop`].
    ///
    /// # Errors
    /// Where it cannot be started the first time.
    pub fn start(plan: Plan) -> Result<Self> {
        let first = spawn(&plan)?;
        let stop = CancellationToken::new();
        let name = plan.name;
        let task = tokio::spawn(keep(plan, first, stop.clone()));
        Ok(Self { name, stop, task })
    }

    /// Stops it and waits until it is gone.
    pub async fn stop(self) {
        say(format!("stopping the {}", self.name));
        self.stop.cancel();
        if let Err(error) = self.task.await {
            say(format!("the {}'s keeper ended badly: {error}", self.name));
        }
    }
}

/// Runs this program once with these arguments and this input, and gives what it printed.
///
/// # Errors
/// Its own words where it fails.
pub async fn once(args: &[String], input: &str) -> Result<String> {
    use tokio::io::AsyncWriteExt;

    let fault = |error: std::io::Error| Error::internal(format!("tieline {} cannot be run: {error}", args.join(" ")));
    let mut command = Command::new(program()?);
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).process_group(0);
    let mut process = command.spawn().map_err(fault)?;
    if let Some(mut stdin) = process.stdin.take() {
        stdin.write_all(input.as_bytes()).await.map_err(fault)?;
    }
    let done = process.wait_with_output().await.map_err(fault)?;
    if !done.status.success() {
        let words = String::from_utf8_lossy(&done.stderr);
        let what = args.iter().take(2).cloned().collect::<Vec<_>>().join(" ");
        return Err(Error::conflict(format!("tieline {what}: {}", words.trim().trim_start_matches("error: "))));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

async fn keep(plan: Plan, first: Process, stop: CancellationToken) {
    let mut running = Some(first);
    let mut pause = FIRST_PAUSE;
    loop {
        let started = Instant::now();
        if let Some(mut process) = running.take() {
            tokio::select! {
                end = process.wait() => say(format!("the {} ended ({}); it is started again; its log is {}", plan.name, ending(end), plan.log.display())),
                () = stop.cancelled() => return end_orderly(&plan, process).await,
            }
        }
        if started.elapsed() > WELL {
            pause = FIRST_PAUSE;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
        match spawn(&plan) {
            Ok(process) => running = Some(process),
            Err(error) => say(format!("{error}")),
        }
    }
}

fn ending(end: std::io::Result<std::process::ExitStatus>) -> String {
    match end {
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    }
}

async fn end_orderly(plan: &Plan, mut process: Process) {
    if let Some(pid) = process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) {
        // It may have ended by itself in this moment: then there is nobody to tell.
        let _ = kill_process(pid, Signal::TERM);
    }
    if tokio::time::timeout(GRACE, process.wait()).await.is_err() {
        say(format!("the {} did not stop within {} s; it is killed", plan.name, GRACE.as_secs()));
        if let Err(error) = process.kill().await {
            say(format!("the {} cannot be killed: {error}", plan.name));
        }
    }
}

fn spawn(plan: &Plan) -> Result<Process> {
    let fault = |what: &Path, error: std::io::Error| {
        Error::unavailable(format!("the {} cannot be started: {}: {error}", plan.name, what.display()))
    };
    let log = OpenOptions::new().create(true).append(true).open(&plan.log).map_err(|error| fault(&plan.log, error))?;
    let also = log.try_clone().map_err(|error| fault(&plan.log, error))?;
    let program = program()?;
    // A group of its own: Ctrl-C at the terminal is for the demonstration, which stops its processes in order.
    let mut command = Command::new(&program);
    command.args(&plan.args).arg("--end-with-parent").stdin(Stdio::null()).stdout(log).stderr(also).process_group(0);
    command.spawn().map_err(|error| fault(&program, error))
}

fn program() -> Result<PathBuf> {
    std::env::current_exe().map_err(|error| Error::internal(format!("this program's own file is not known: {error}")))
}
