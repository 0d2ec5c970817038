//! What this host has and which of its lives this is.

use std::fs;

use rustix::thread::{CpuSet, sched_getaffinity};
use tieline_wire_node::v1::Core;

/// The kernel's own name for the time since it was started.
pub fn boot() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").map_or_else(|_| "unknown".to_owned(), |text| text.trim().to_owned())
}

/// The processors this process may use, with their place.
pub fn cores() -> Vec<Core> {
    let usable = sched_getaffinity(None).unwrap_or_default();
    let ids = (0..CpuSet::MAX_CPU).filter(|&cpu| usable.is_set(cpu)).filter_map(|cpu| u32::try_from(cpu).ok());
    ids.map(|id| Core { id, socket: socket(id), numa: numa(id) }).collect()
}

fn socket(cpu: u32) -> u32 {
    number(&format!("/sys/devices/system/cpu/cpu{cpu}/topology/physical_package_id")).unwrap_or(0)
}

fn numa(cpu: u32) -> u32 {
    let entries = fs::read_dir(format!("/sys/devices/system/cpu/cpu{cpu}")).into_iter().flatten().flatten();
    let mut nodes = entries.filter_map(|entry| entry.file_name().to_str()?.strip_prefix("node")?.parse().ok());
    nodes.next().unwrap_or(0)
}

fn number(path: &str) -> Option<u32> {
    // A virtual machine may say -1.
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// Mebibytes of memory.
pub fn memory_mib() -> u64 {
    meminfo("MemTotal:") / 1024
}

/// Mebibytes of memory that could be given out.
pub fn memory_free_mib() -> u64 {
    meminfo("MemAvailable:") / 1024
}

fn meminfo(key: &str) -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// The load of the last minute in hundredths.
pub fn load_hundredths() -> u32 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = text.split_whitespace().next().unwrap_or_default();
    first.replace('.', "").parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_host_has_something() {
        assert!(!cores().is_empty());
        assert!(memory_mib() >= memory_free_mib() && memory_free_mib() > 0);
        assert_ne!(boot(), "unknown");
    }
}
