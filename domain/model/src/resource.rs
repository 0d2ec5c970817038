//! What a job asks of a machine.

use serde::{Deserialize, Serialize};

use crate::{Error, Result, Seconds};

/// Nodes, cores, memory, GPUs and time of one job. All numbers are totals over the job's nodes, except memory, which is per node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resources {
    /// How many nodes.
    pub nodes: u32,
    /// Cores over all nodes; a multiple of `nodes`.
    pub cores: u32,
    /// MiB of memory on each node; none means the queue's default.
    pub memory_mib: Option<u64>,
    /// GPUs over all nodes; a multiple of `nodes`.
    pub gpus: u32,
    /// How long it may run before the scheduler ends it.
    pub time: Seconds,
}

impl Resources {
    /// One core for this long.
    pub const fn one_core(time: Seconds) -> Self {
        Self { nodes: 1, cores: 1, memory_mib: None, gpus: 0, time }
    }

    /// Checks that the numbers make sense together, whatever the machine.
    ///
    /// # Errors
    /// Names the field and the limit.
    pub fn checked(self) -> Result<Self> {
        let fault = |field: &str, message: String| Err(Error::invalid(message).field(field));
        if self.nodes == 0 || self.nodes > 1_000_000 {
            return fault("nodes", format!("{} is out of range, 1 to 1000000", self.nodes));
        }
        if self.cores == 0 || self.cores > 100_000_000 {
            return fault("cores", format!("{} is out of range, 1 to 100000000", self.cores));
        }
        if !self.cores.is_multiple_of(self.nodes) {
            return fault("cores", format!("{} cores cannot be shared evenly by {} nodes", self.cores, self.nodes));
        }
        if !self.gpus.is_multiple_of(self.nodes) {
            return fault("gpus", format!("{} GPUs cannot be shared evenly by {} nodes", self.gpus, self.nodes));
        }
        if self.memory_mib.is_some_and(|mib| mib == 0 || mib > 1 << 30) {
            return fault("memory", "is out of range, 1 MiB to 1 PiB on each node".to_owned());
        }
        if self.time.0 == 0 || self.time > Seconds::days(366) {
            return fault("time", format!("{} s is out of range, 1 s to 366 days", self.time.0));
        }
        Ok(self)
    }

    /// Cores on each node.
    pub fn cores_per_node(&self) -> u32 {
        self.cores / self.nodes.max(1)
    }
    /// GPUs on each node.
    pub fn gpus_per_node(&self) -> u32 {
        self.gpus / self.nodes.max(1)
    }
}

/// Reads `1500M`, `4G`, `2T` or a number of MiB, as Slurm's `--mem` does.
///
/// # Errors
/// Where it is not such a number.
pub fn parse_memory(text: &str) -> Result<u64> {
    let wrong = || Error::invalid(format!("'{}' is not an amount of memory such as 1500M or 4G", crate::id::shown(text))).field("memory");
    let (digits, factor) = match text.as_bytes().last() {
        Some(b'M' | b'm') => (&text[..text.len() - 1], 1),
        Some(b'G' | b'g') => (&text[..text.len() - 1], 1 << 10),
        Some(b'T' | b't') => (&text[..text.len() - 1], 1 << 20),
        _ => (text, 1),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    digits.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).filter(|mib| *mib > 0).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_that_cannot_be_shared_evenly_names_its_field() {
        let wish = Resources { nodes: 2, cores: 3, ..Resources::one_core(Seconds(60)) };
        assert_eq!(wish.checked().unwrap_err().wrong_field(), Some("cores"));
        let wish = Resources { time: Seconds(0), ..Resources::one_core(Seconds(60)) };
        assert_eq!(wish.checked().unwrap_err().wrong_field(), Some("time"));
    }

    #[test]
    fn memory_reads_with_its_suffix() {
        assert_eq!(parse_memory("1500M").unwrap(), 1500);
        assert_eq!(parse_memory("2g").unwrap(), 2048);
        assert_eq!(parse_memory("7").unwrap(), 7);
        for text in ["", "G", "-1", "1.5G", "0", "99999999999999999999"] {
            assert!(parse_memory(text).is_err(), "{text}");
        }
    }
}
