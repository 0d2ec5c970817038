//! What the gateway tells the helper that runs a script: everything it needs and nothing of the gateway itself.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// One run of a script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// The script, below `package`.
    pub script: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its whole environment.
    pub env: Vec<(String, String)>,
    /// The package's folder; it is shown read-only under the same path.
    pub package: PathBuf,
    /// The job's folder at the gateway, the only place where the script may write; shown under the same path.
    pub job: PathBuf,
    /// Further folders to show read-only, such as inputs that wait to be put.
    pub read_only: Vec<PathBuf>,
    /// The broker's socket, shown as [`BROKER`].
    pub broker: PathBuf,
    /// A named pipe the script has as descriptor 3, for its progress.
    pub progress: Option<PathBuf>,
    /// The program with the helper modes `sandbox` and `broker`.
    pub helper: PathBuf,
    /// Seconds after which it is asked to end.
    pub seconds: u64,
    /// Seconds after that until it is ended.
    pub grace: u64,
    /// The account it runs as where the gateway is root.
    pub account: u32,
    /// What it may use.
    pub limits: Limits,
}

/// What a script may use at the gateway. Its work belongs on the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Processes and threads.
    pub processes: u64,
    /// MiB of one file.
    pub file_mib: u64,
    /// MiB of address space of one process.
    pub memory_mib: u64,
    /// Open files of one process.
    pub open_files: u64,
    /// MiB of its private `/tmp`.
    pub tmp_mib: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { processes: 64, file_mib: 1024, memory_mib: 1024, open_files: 256, tmp_mib: 64 }
    }
}

/// Where the script finds the broker's socket.
pub const BROKER: &str = "/tieline/broker";
/// Where the script finds its tools.
pub const TOOLS: &str = "/tieline/tools";
/// Where the tools find the helper program.
pub const PROGRAM: &str = "/tieline/program";
