//! Waiting for child processes together with what they used. `wait4` has no safe wrapper among our libraries; this is the
//! one place that calls it.

use std::io;

/// A child that ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reaped {
    /// Its process number.
    pub pid: i32,
    /// Its exit status; `None` if a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Processor time of it and the children it waited for, in microseconds.
    pub cpu_micros: u64,
    /// Its largest resident memory, in KiB.
    pub peak_kib: u64,
}

/// What there is to reap at this moment.
#[derive(Clone, Copy, Debug)]
pub enum Reap {
    /// This one.
    One(Reaped),
    /// All children run.
    None,
    /// There are no children.
    Childless,
}

/// Reaps one child that ended, without waiting.
///
/// # Errors
/// Where the system refuses for another reason than having no children.
pub fn reap() -> io::Result<Reap> {
    let (pid, status, usage) = wait4()?;
    match pid {
        0 => Ok(Reap::None),
        -1 if io::Error::last_os_error().raw_os_error() == Some(libc::ECHILD) => Ok(Reap::Childless),
        -1 => Err(io::Error::last_os_error()),
        pid => Ok(Reap::One(Reaped {
            pid,
            code: libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status)),
            signal: libc::WIFSIGNALED(status).then(|| libc::WTERMSIG(status)),
            cpu_micros: micros(usage.ru_utime).saturating_add(micros(usage.ru_stime)),
            peak_kib: u64::try_from(usage.ru_maxrss).unwrap_or(0),
        })),
    }
}

#[expect(unsafe_code, reason = "the system call fills two plain structures that live on this stack; no pointer outlives it")]
fn wait4() -> io::Result<(i32, i32, libc::rusage)> {
    let mut status = 0;
    // SAFETY: `rusage` is a plain structure of integers, for which all zeros are valid.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to live, writable values of the right types.
    let pid = unsafe { libc::wait4(-1, &raw mut status, libc::WNOHANG, &raw mut usage) };
    Ok((pid, status, usage))
}

fn micros(time: libc::timeval) -> u64 {
    u64::try_from(time.tv_sec).unwrap_or(0).saturating_mul(1_000_000).saturating_add(u64::try_from(time.tv_usec).unwrap_or(0))
}
