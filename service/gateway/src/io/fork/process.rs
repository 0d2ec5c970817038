//! Processes as `/proc` shows them: who is whose child, since when, how much memory. A number alone names no process,
//! because numbers are reused; number, start and boot together do.

use std::collections::{HashMap, HashSet};
use std::fs;

use rustix::process::{Pid, Signal};
use serde::{Deserialize, Serialize};

/// One process, for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its number.
    pub pid: i32,
    /// Its start in clock ticks since the machine's.
    pub ticks: u64,
    /// Which boot of the machine.
    pub boot: String,
}

impl Identity {
    /// The process with this number as it is now; `None` if there is none.
    pub fn of(pid: i32) -> Option<Self> {
        Some(Self { pid, ticks: stat(pid)?.ticks, boot: boot()? })
    }

    /// Whether it still runs.
    pub fn lives(&self) -> bool {
        boot().as_deref() == Some(&self.boot) && stat(self.pid).is_some_and(|now| now.ticks == self.ticks && now.state != 'Z')
    }

    /// Sends it a signal, if it still is this very process.
    pub fn signal(&self, signal: Signal) {
        if self.lives() {
            send(self.pid, signal);
        }
    }
}

/// All processes below `root`, without itself.
pub fn descendants(root: i32) -> Vec<i32> {
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    for pid in all() {
        if let Some(stat) = stat(pid).filter(|stat| stat.state != 'Z') {
            children.entry(stat.parent).or_default().push(pid);
        }
    }
    let mut found = Vec::new();
    let mut seen = HashSet::from([root]);
    let mut look = vec![root];
    while let Some(pid) = look.pop() {
        for child in children.remove(&pid).unwrap_or_default() {
            if seen.insert(child) {
                found.push(child);
                look.push(child);
            }
        }
    }
    found
}

/// All processes that were started with this variable in their environment.
pub fn with_variable(variable: &str) -> Vec<i32> {
    let wanted = variable.as_bytes();
    let has = |pid: &i32| fs::read(format!("/proc/{pid}/environ")).is_ok_and(|text| text.split(|byte| *byte == 0).any(|one| one == wanted));
    all().filter(has).collect()
}

/// Resident memory of these processes together, in KiB.
pub fn resident_kib(pids: &[i32]) -> u64 {
    let pages = |pid: &i32| {
        let text = fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
        let mut words = text.split_ascii_whitespace().skip(1).map(|word| word.parse::<u64>().unwrap_or(0));
        // Shared pages are counted once in nobody's favour: only what is a process's own adds up.
        Some(words.next()?.saturating_sub(words.next()?))
    };
    let page_kib = rustix::param::page_size() as u64 / 1024;
    pids.iter().filter_map(pages).sum::<u64>().saturating_mul(page_kib)
}

/// Sends a signal; a process that is gone is no fault.
pub fn send(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = rustix::process::kill_process(pid, signal);
    }
}

struct Stat {
    state: char,
    parent: i32,
    ticks: u64,
}

fn stat(pid: i32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in parentheses and may hold anything.
    let mut words = text.rsplit_once(") ")?.1.split_ascii_whitespace();
    let state = words.next()?.chars().next()?;
    let parent = words.next()?.parse().ok()?;
    let ticks = words.nth(17)?.parse().ok()?;
    Some(Stat { state, parent, ticks })
}

fn boot() -> Option<String> {
    Some(fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?.trim().to_owned())
}

fn all() -> impl Iterator<Item = i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_again_and_another_with_its_number_is_not() {
        let own = Identity::of(std::process::id() as i32).unwrap();
        assert!(own.lives());
        assert!(!Identity { ticks: own.ticks + 1, ..own.clone() }.lives());
        assert!(!Identity { boot: "another".into(), ..own }.lives());
    }

    #[test]
    fn children_and_their_memory_are_found() {
        let mut child = std::process::Command::new("sh").args(["-c", "sleep 100 & wait"]).env("TIELINE_PROBE", "x7").spawn().unwrap();
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while descendants(child.id() as i32).is_empty() && std::time::Instant::now() < deadline {
            std::thread::yield_now();
        }
        let below = descendants(child.id() as i32);
        assert_eq!(below.len(), 1);
        assert!(with_variable("TIELINE_PROBE=x7").contains(&below[0]));
        below.iter().for_each(|pid| send(*pid, Signal::KILL));
        child.wait().unwrap();
    }
}
