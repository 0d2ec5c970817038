//! Local users that jobs and ssh sessions run as.

use std::fs::OpenOptions;
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::part::{need, need_root};

/// Makes these users where they do not exist yet: with a home, without a password, open to keys. Safe when many tests ask at once.
///
/// # Errors
/// Without root, or if `useradd` refuses.
pub async fn ensure<I, S>(names: I) -> Result<()>
where
    I: IntoIterator<Item = S>,
    S: Into<String>,
{
    let names: Vec<String> = names.into_iter().map(Into::into).collect();
    tokio::task::spawn_blocking(move || ensure_now(&names)).await?
}

fn ensure_now(names: &[String]) -> Result<()> {
    need_root("a local user")?;
    let useradd = need("useradd", "passwd")?;
    let path = std::env::temp_dir().join("tieline-testkit-users.lock");
    let lock = OpenOptions::new().create(true).append(true).open(&path).context("opening the lock of the users")?;
    lock.lock().context("locking the users")?;
    for name in names {
        if uid(name).is_some() {
            continue;
        }
        // A password of '*' matches nothing but, unlike a locked account, lets keys in.
        let made = Command::new(&useradd).args(["-m", "-s", "/bin/bash", "-p", "*", name]).stdin(Stdio::null()).output()?;
        if !made.status.success() {
            bail!("useradd {name}: {}", String::from_utf8_lossy(&made.stderr).trim());
        }
    }
    Ok(())
}

/// The number of a user.
pub fn uid(name: &str) -> Option<u32> {
    field(name, 2)?.parse().ok()
}

/// The home of a user.
pub fn home(name: &str) -> Option<String> {
    field(name, 5)
}

fn field(name: &str, index: usize) -> Option<String> {
    let text = std::fs::read_to_string("/etc/passwd").ok()?;
    let line = text.lines().find(|line| line.split(':').next() == Some(name))?;
    line.split(':').nth(index).map(str::to_owned)
}

/// The command lines of everything that runs as this user, inside every capsule too: what a test asks when it wants to know
/// that nothing was left behind.
pub fn commands_of(name: &str) -> Vec<String> {
    let Some(uid) = uid(name) else { return Vec::new() };
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter(|entry| entry.metadata().is_ok_and(|about| about.uid() == uid))
        .filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok())
        .filter(|line| !line.is_empty())
        .map(|line| String::from_utf8_lossy(&line).trim_end_matches('\0').replace('\0', " "))
        .collect()
}
