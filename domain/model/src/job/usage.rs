//! How a job ended, what it used, and how we know.

use serde::{Deserialize, Serialize};

use crate::{Seconds, Timestamp};

/// How something was seen, from the strongest proof to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The scheduler's accounting record, whose tag, user and time fit.
    Accounting,
    /// A row of the scheduler's queue.
    QueueRow,
    /// The gateway's own bracketing of start and end.
    Bracket,
    /// The file the job's wrapper left where the user can write. It proves an end, never usage.
    Sentinel,
    /// What the package's own script said. It comes from people: it proves an end only of a job the scheduler has nothing of, and
    /// never usage.
    Package,
    /// The gateway did it itself.
    Gateway,
    /// The hub did it itself.
    Hub,
}

impl Evidence {
    /// Whether what a job occupied may be charged on it: not where the word comes from the user's own hands.
    pub fn proves_usage(self) -> bool {
        match self {
            Self::Accounting | Self::QueueRow | Self::Bracket => true,
            Self::Sentinel | Self::Package | Self::Gateway | Self::Hub => false,
        }
    }
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "how", content = "value")]
pub enum How {
    /// By itself, with this status.
    Code(i32),
    /// By a signal nobody asked for.
    Signal(i32),
    /// Somebody canceled it.
    Canceled,
    /// Its time was over.
    TimedOut,
    /// It took more memory than it asked for.
    OutOfMemory,
    /// Its node failed.
    NodeFailed,
    /// The scheduler's own word for another end.
    Other(String),
}

/// The end of a job on its machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// How.
    #[serde(flatten)]
    pub how: How,
    /// When it began to run; `None` if it never did.
    pub started: Option<Timestamp>,
    /// When it was over.
    pub ended: Timestamp,
}

impl Exit {
    /// Whether the program did what it was asked to.
    pub fn succeeded(&self) -> bool {
        self.how == How::Code(0)
    }

    /// A sentence for people.
    pub fn sentence(&self) -> String {
        match &self.how {
            How::Code(0) => "the program ended well".to_owned(),
            How::Code(code) => format!("the program ended with exit code {code}"),
            How::Signal(signal) => format!("the program was ended by signal {signal}"),
            How::Canceled => "it was canceled".to_owned(),
            How::TimedOut => "its time was over".to_owned(),
            How::OutOfMemory => "it took more memory than it asked for".to_owned(),
            How::NodeFailed => "its node failed".to_owned(),
            How::Other(word) => format!("the scheduler says {word}"),
        }
    }
}

/// What one run of a job occupied and used; what it is charged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// When it began to occupy its resources.
    pub started: Timestamp,
    /// When it gave them back.
    pub ended: Timestamp,
    /// Nodes it occupied.
    pub nodes: u32,
    /// Cores it occupied, over all nodes.
    pub cores: u32,
    /// GPUs it occupied, over all nodes.
    pub gpus: u32,
    /// Processor time it used, where it was measured.
    pub cpu_time: Option<Seconds>,
    /// Largest resident memory on a node in MiB, where it was measured.
    pub peak_memory_mib: Option<u64>,
    /// How we know: [`Evidence::proves_usage`].
    pub evidence: Evidence,
    /// Which run of the attempt: how often the scheduler had taken it back before, as far as that was seen.
    #[serde(default, skip_serializing_if = "is_first")]
    pub run: u32,
}

fn is_first(run: &u32) -> bool {
    *run == 0
}

impl Usage {
    /// Whether two records are about the same run. A start is told by the scheduler, so equal ones are of one run.
    pub fn same_run(&self, other: &Self) -> bool {
        self.run == other.run || self.started == other.started
    }

    /// Microseconds from start to end; zero where a clock was set back in between.
    pub fn elapsed_micros(&self) -> i64 {
        (self.ended.micros() - self.started.micros()).max(0)
    }
}
