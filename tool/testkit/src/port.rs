//! Ports that no other test takes at the same time: below the range the kernel hands out, each with a lock file that
//! is released when the test process ends.

use std::fs::{File, OpenOptions, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::{Context, Result, bail};

const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// A port of 127.0.0.1 that is ours until this is dropped.
#[derive(Debug)]
pub struct Port {
    number: u16,
    _lock: File,
}

impl Port {
    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }
}

/// Takes a free port.
///
/// # Errors
/// If none of 12,000 is free or the lock folder cannot be made.
pub fn take() -> Result<Port> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let folder = std::env::temp_dir().join("tieline-testkit-ports");
    if std::fs::create_dir(&folder).is_ok() {
        std::fs::set_permissions(&folder, Permissions::from_mode(0o1777)).context("opening the folder of port locks to everybody")?;
    }
    // Processes begin at different places, so that they rarely meet.
    let start = u16::try_from(std::process::id() % 400).unwrap_or(0) * 30;
    for _ in 0..COUNT {
        let number = FIRST + start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT;
        let Ok(lock) = OpenOptions::new().create(true).append(true).open(folder.join(number.to_string())) else { continue };
        if lock.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", number)).is_ok() {
            return Ok(Port { number, _lock: lock });
        }
    }
    bail!("no port between {FIRST} and {} is free", FIRST + COUNT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_never_given_out_twice_while_it_is_held() {
        let mut numbers: Vec<u16> = Vec::new();
        let held: Vec<Port> = (0..50).map(|_| take().unwrap()).collect();
        numbers.extend(held.iter().map(Port::number));
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 50);
    }
}
