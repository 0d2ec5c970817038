//! Our own programs as processes: started, looked at from outside, and ended with the measurement.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// How long anything may take.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A process that is asked to end when this is dropped.
#[derive(Debug)]
pub struct Process(Child);

impl Process {
    /// Starts `program` with these arguments; what it says goes to the file `log`.
    pub fn start(program: &Path, args: &[&str], log: &Path) -> Result<Self> {
        let talk = std::fs::File::create(log)?;
        let other = talk.try_clone()?;
        let child = Command::new(program).args(args).stdin(Stdio::null()).stdout(other).stderr(talk).spawn();
        Ok(Self(child.with_context(|| format!("starting {}", program.display()))?))
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Fails where it has ended by itself.
    pub fn must_live(&mut self, log: &Path) -> Result<()> {
        if let Some(status) = self.0.try_wait()? {
            bail!("it ended with {status}: {}", std::fs::read_to_string(log).unwrap_or_default());
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.0), Signal::INT);
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if !matches!(self.0.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs `program` to its end with this line on its input.
pub fn once(program: &Path, args: &[&str], line: &str) -> Result<String> {
    let mut child = Command::new(program).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        std::io::Write::write_all(&mut input, format!("{line}\n").as_bytes())?;
    }
    let done = child.wait_with_output()?;
    if !done.status.success() {
        bail!("{} {}: {}", program.display(), args.join(" "), String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// The child of this process whose first argument is this word.
pub fn child_of(parent: u32, word: &str) -> Result<u32> {
    let parent = parent.to_string();
    let numbers = std::fs::read_dir("/proc")?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let mut ours = numbers.filter(|number| {
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        let words = std::fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
        stat.rsplit_once(')').is_some_and(|(_, rest)| rest.split_whitespace().nth(1) == Some(&*parent))
            && words.split(|byte| *byte == 0).nth(1) == Some(word.as_bytes())
    });
    ours.next().with_context(|| format!("there is no process '{word}'"))
}

/// Memory of a process that lies in RAM, in MiB.
pub fn resident_mib(process: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("a process without memory")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}
