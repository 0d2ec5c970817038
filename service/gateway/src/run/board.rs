//! The latest description and reading of each machine: the newest wins, and every new connection is told all of them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use tieline_model::machine::{Description, Reading};
use tieline_model::{Error, MachineName, Result};
use tieline_wire_gateway::v1;
use tieline_wire_gateway::v1::from_gateway::Body;
use tokio::sync::watch;

/// Where machines' latest words are kept for the link.
#[derive(Debug)]
pub(super) struct Board {
    latest: Mutex<BTreeMap<(MachineName, Kind), (u64, String)>>,
    version: watch::Sender<u64>,
    /// Cores in use by machine may be stale: readings look again.
    wanted: watch::Sender<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Description,
    Reading,
}

impl Default for Board {
    fn default() -> Self {
        Self { latest: Mutex::default(), version: watch::channel(0).0, wanted: watch::channel(0).0 }
    }
}

impl Board {
    pub(super) fn describe(&self, machine: &MachineName, description: &Description) -> Result<()> {
        self.put(machine, Kind::Description, serde_json::to_string(description))
    }

    pub(super) fn read(&self, machine: &MachineName, reading: &Reading) -> Result<()> {
        self.put(machine, Kind::Reading, serde_json::to_string(reading))
    }

    /// A machine's jobs changed: its next reading should not wait.
    pub(super) fn want(&self) {
        self.wanted.send_modify(|count| *count += 1);
    }

    pub(super) fn wanted(&self) -> watch::Receiver<u64> {
        self.wanted.subscribe()
    }

    pub(super) fn news(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// Everything newer than this version, and the version that makes.
    pub(super) fn since(&self, version: u64) -> (u64, Vec<Body>) {
        let Ok(latest) = self.latest.lock() else { return (version, vec![]) };
        let fresh = latest.iter().filter(|(_, (at, _))| *at > version);
        let bodies = fresh.map(|((machine, kind), (_, body))| {
            let (machine, body) = (machine.to_string(), body.clone());
            match kind {
                Kind::Description => Body::Description(v1::Description { machine, body }),
                Kind::Reading => Body::Reading(v1::Reading { machine, body }),
            }
        });
        let newest = latest.values().map(|(at, _)| *at).max().unwrap_or(version);
        (newest.max(version), bodies.collect())
    }

    fn put(&self, machine: &MachineName, kind: Kind, body: serde_json::Result<String>) -> Result<()> {
        let body = body.map_err(|error| Error::internal(error.to_string()))?;
        let mut latest = self.latest.lock().map_err(|_| Error::internal("a thread died while it held the board"))?;
        let version = latest.values().map(|(at, _)| *at).max().unwrap_or(0) + 1;
        latest.insert((machine.clone(), kind), (version, body));
        drop(latest);
        self.version.send_replace(version);
        Ok(())
    }
}
