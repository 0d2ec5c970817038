//! The built-in scheduler's memory: one folder a job, which the job's user cannot enter. Each file in it is written once,
//! as a whole, so that a kill at any moment loses and doubles nothing.
//!
//! `spec.json` the scheduler wrote when it took the job; `claim.json` its one supervisor; `start.json` and `end.json` that
//! supervisor; `cancel` whoever wants it ended.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tieline_fault::around_now;
use tieline_model::job::How;
use tieline_model::{LocalUser, QueueName, Resources, Timestamp};

use super::process::Identity;
use crate::core::slots::Share;
use crate::io::disk;
use crate::points;

/// A job as the scheduler took it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// Its number.
    pub number: u64,
    /// Its name.
    pub tag: String,
    /// As whom it runs.
    pub user: LocalUser,
    /// In which queue.
    pub queue: QueueName,
    /// What it asked for.
    pub wish: Resources,
    /// MiB of memory it may use.
    pub memory_mib: u64,
    /// Its folder.
    pub folder: String,
    /// When it was taken.
    pub submitted: Timestamp,
    /// The program and arguments that run its wrapper as that user.
    pub argv: Vec<String>,
    /// The whole environment of the wrapper.
    pub env: Vec<(String, String)>,
    /// How much it stands back behind other processes, 0 to 19.
    pub nice: i32,
    /// Milliseconds between being asked to end and being ended.
    pub kill_grace_ms: u64,
}

impl Spec {
    /// What it occupies.
    pub fn share(&self) -> Share {
        Share { cores: self.wish.cores, memory_mib: self.memory_mib }
    }
}

/// The start of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// When.
    pub at: Timestamp,
}

/// The end of a job: the scheduler's accounting record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// How.
    pub how: How,
    /// When it began to run; `None` if it never did.
    pub started: Option<Timestamp>,
    /// When it was over.
    pub ended: Timestamp,
    /// Processor time of all its processes in microseconds, where it was measured.
    pub cpu_micros: Option<u64>,
    /// Largest memory of all its processes together in KiB, where it was measured.
    pub peak_kib: Option<u64>,
}

/// One job's folder.
#[derive(Clone, Debug)]
pub struct Record(PathBuf);

impl Record {
    /// The folder itself.
    pub fn at(folder: PathBuf) -> Self {
        Self(folder)
    }
    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }
    /// The file that names the job to its supervisor.
    pub fn spec_path(&self) -> PathBuf {
        self.0.join("spec.json")
    }

    /// The variable by which the job's processes are known again, should its supervisor be lost. No other job of this
    /// computer has the same, whichever gateway it belongs to.
    pub fn mark(&self) -> (String, String) {
        ("TIELINE_STEP".to_owned(), self.0.display().to_string())
    }

    /// What the scheduler took.
    pub fn spec(&self) -> Option<Spec> {
        self.read("spec.json")
    }
    /// Its supervisor.
    pub fn claim(&self) -> Option<Identity> {
        self.read("claim.json")
    }
    /// Its start.
    pub fn start(&self) -> Option<Start> {
        self.read("start.json")
    }
    /// Its end.
    pub fn end(&self) -> Option<End> {
        self.read("end.json")
    }
    /// Whether somebody wants it ended.
    pub fn canceled(&self) -> bool {
        self.0.join("cancel").exists()
    }
    /// For how many microseconds after its start its supervisor was alive.
    pub fn alive_micros(&self) -> Option<i64> {
        fs::read_to_string(self.0.join("alive")).ok()?.parse().ok()
    }

    /// Takes a job: from here on it is never forgotten.
    ///
    /// # Errors
    /// Where the disk refuses; the job was not taken then.
    pub fn take(&self, spec: &Spec) -> io::Result<()> {
        let spec = json(spec)?;
        around_now(points::RECORD_TAKE, || disk::create(&self.spec_path(), &spec))
    }
    /// Makes the caller the job's only supervisor.
    ///
    /// # Errors
    /// `AlreadyExists` where it has one.
    pub fn claim_for(&self, identity: &Identity) -> io::Result<()> {
        let identity = json(identity)?;
        around_now(points::RECORD_CLAIM, || disk::create(&self.0.join("claim.json"), &identity))
    }
    /// Keeps the start.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn begin(&self, start: &Start) -> io::Result<()> {
        let start = json(start)?;
        around_now(points::RECORD_BEGIN, || disk::write(&self.0.join("start.json"), &start))
    }
    /// Keeps the end, unless one is kept already.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn finish(&self, end: &End) -> io::Result<()> {
        let end = json(end)?;
        match around_now(points::RECORD_FINISH, || disk::create(&self.0.join("end.json"), &end)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            done => done,
        }
    }
    /// Keeps that somebody wants it ended.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn cancel(&self) -> io::Result<()> {
        around_now(points::RECORD_CANCEL, || disk::write(&self.0.join("cancel"), b""))
    }
    /// Says for how many microseconds after its start its supervisor has been alive.
    pub fn touch(&self, micros: i64) {
        // It matters only after a crash, and then an older word will do.
        let _ = disk::replace(&self.0.join("alive"), micros.to_string().as_bytes());
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_slice(&fs::read(self.0.join(name)).ok()?).ok()
    }
}

fn json(value: &impl Serialize) -> io::Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(io::Error::other)
}
