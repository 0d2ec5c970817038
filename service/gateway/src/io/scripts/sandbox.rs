//! The helper that runs one script. Outside it is a process that watches; inside it is process 1 of a world of its own, whose
//! end ends everything the script started, however it was started.

use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, Signal, WaitOptions, geteuid, kill_process_group, wait};
use rustix::time::Timespec;

use super::spec::Spec;
use super::{confine, namespaces, root};

/// How the gateway starts the helper, and how the helper starts itself once more inside: as the root of its user namespace
/// without any right, or as an account of its own.
const OUTSIDE: &str = "--spec";
const INSIDE: &str = "--inside";
const INSIDE_AS_ACCOUNT: &str = "--inside-as-account";

/// Killed at its deadline, as the contract says.
const LATE: i32 = 124;
/// The package is not right: its script cannot be started.
const BROKEN_PACKAGE: i32 = 78;
/// The gateway cannot run it.
pub(super) const NO_SANDBOX: i32 = 70;

/// Runs the script of `--spec FILE` and gives its exit status by the contract.
pub fn main(args: impl IntoIterator<Item = String>) -> i32 {
    let mut args = args.into_iter();
    let (mode, path) = match (args.next(), args.next(), args.next()) {
        (Some(mode), Some(path), None) if [OUTSIDE, INSIDE, INSIDE_AS_ACCOUNT].contains(&mode.as_str()) => (mode, PathBuf::from(path)),
        _ => {
            eprintln!("tieline: the sandbox is started by the gateway as: sandbox --spec FILE");
            return 64;
        }
    };
    let run = || {
        let spec: Spec = serde_json::from_reader(File::open(&path)?)?;
        match mode.as_str() {
            INSIDE => inside(&spec, None),
            INSIDE_AS_ACCOUNT => inside(&spec, Some(spec.account)),
            _ => outside(&spec, &path),
        }
    };
    run().unwrap_or_else(|error| {
        eprintln!("tieline: the script's sandbox could not be built: {error}");
        NO_SANDBOX
    })
}

fn outside(spec: &Spec, path: &Path) -> io::Result<i32> {
    let mode = if geteuid().is_root() { INSIDE_AS_ACCOUNT } else { INSIDE };
    namespaces::leave()?;
    let mut child = Command::new(&spec.helper).args(["sandbox", mode]).arg(path).env_clear().spawn()?;
    let end = Instant::now() + Duration::from_secs(spec.seconds + spec.grace + 5);
    let mut wait = Waiting::new();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code().unwrap_or(LATE));
        }
        if Instant::now() > end || gateway_is_gone() {
            return end_at_once(child);
        }
        wait.a_moment();
    }
}

/// Process 1 is killed, and with it its whole world.
fn end_at_once(mut child: Child) -> io::Result<i32> {
    child.kill()?;
    child.wait()?;
    Ok(LATE)
}

/// Whether nobody reads our error output any more.
fn gateway_is_gone() -> bool {
    let stderr = io::stderr();
    let mut polled = [PollFd::new(&stderr, PollFlags::empty())];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut polled, Some(&now)).is_ok_and(|ready| ready > 0) && polled[0].revents().intersects(PollFlags::ERR | PollFlags::HUP)
}

fn inside(spec: &Spec, own_account: Option<u32>) -> io::Result<i32> {
    let progress = spec.progress.as_deref().map(third).transpose()?.flatten();
    root::enter(spec, own_account.unwrap_or(0))?;
    confine::confine(spec, own_account)?;
    if let Some(progress) = &progress {
        // What is started next has it too.
        rustix::io::fcntl_setfd(progress, rustix::io::FdFlags::empty())?;
    }
    let mut script = Command::new(&spec.script);
    script.args(&spec.args).env_clear().envs(spec.env.iter().map(|(name, value)| (name, value)));
    script.current_dir(&spec.job).process_group(0);
    let child = match script.spawn() {
        Ok(child) => child,
        Err(error) => {
            eprintln!("tieline: {} cannot be started: {error}", spec.script.display());
            return Ok(BROKEN_PACKAGE);
        }
    };
    let Some(group) = Pid::from_raw(i32::try_from(child.id()).unwrap_or_default()) else { return Ok(NO_SANDBOX) };
    let mut end = Instant::now() + Duration::from_secs(spec.seconds);
    let mut late = false;
    let mut waiting = Waiting::new();
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some((pid, status))) if pid == group => {
                let code = status.exit_status().or_else(|| status.terminating_signal().map(|signal| 128 + signal));
                return Ok(if late { LATE } else { code.unwrap_or(1) });
            }
            // An orphan that became ours.
            Ok(Some(_)) => continue,
            Ok(None) => {}
            Err(error) => return Err(error.into()),
        }
        if Instant::now() > end {
            if late {
                return Ok(LATE);
            }
            late = true;
            end += Duration::from_secs(spec.grace);
            let _ = kill_process_group(group, Signal::TERM);
        }
        waiting.a_moment();
    }
}

/// Opens this pipe as descriptor 3, the first one a process has to give; `None` where something else took it.
fn third(pipe: &Path) -> io::Result<Option<File>> {
    use std::os::fd::AsRawFd;
    let file = File::options().write(true).open(pipe)?;
    Ok(Some(file).filter(|file| file.as_raw_fd() == 3))
}

/// Looks often at first, since most scripts are short, and seldom later.
struct Waiting(Duration);

impl Waiting {
    fn new() -> Self {
        Self(Duration::from_millis(1))
    }

    fn a_moment(&mut self) {
        std::thread::sleep(self.0);
        self.0 = (self.0 * 2).min(Duration::from_millis(40));
    }
}

/// A command of the gateway that runs the script of this file.
pub(super) fn command(helper: &Path, spec: &Path) -> tokio::process::Command {
    let mut command = tokio::process::Command::new(helper);
    command.args(["sandbox", OUTSIDE]).arg(spec).env_clear();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}
