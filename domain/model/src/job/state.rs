//! The states of an attempt. Each carries what is true in it and nothing else.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Actor, Exit, NativeId, Phase};
use crate::{Error, Timestamp, id::shown};

/// What is known of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum State {
    /// Asked for.
    Created,
    /// The hub looks whether and where it can run.
    Checking,
    /// It has a machine.
    Placed,
    /// Inputs are on their way.
    StagingIn,
    /// Inputs are there.
    Ready,
    /// Being handed to the scheduler.
    Submitting,
    /// Waits in the scheduler.
    Queued {
        /// The scheduler's number.
        native: NativeId,
    },
    /// Waits in the scheduler until somebody releases it.
    Held {
        /// The scheduler's number.
        native: NativeId,
    },
    /// Runs.
    Running {
        /// The scheduler's number.
        native: NativeId,
        /// Since when.
        started: Timestamp,
    },
    /// Stopped, may go on.
    Suspended {
        /// The scheduler's number.
        native: NativeId,
        /// Since when it has occupied resources.
        started: Timestamp,
    },
    /// Taken back into the queue.
    Requeued {
        /// The scheduler's number.
        native: NativeId,
    },
    /// No evidence of it for longer than the grace.
    Lost {
        /// The scheduler's number.
        native: NativeId,
        /// The last evidence.
        since: Timestamp,
    },
    /// Being ended.
    Terminating {
        /// The scheduler's number, if it has one.
        native: Option<NativeId>,
        /// Who wanted it.
        by: Actor,
        /// Set once the scheduler says that it is over.
        exit: Option<Exit>,
    },
    /// Over on the machine.
    Executed {
        /// How it ended.
        exit: Exit,
        /// Who canceled it, if it was.
        canceled_by: Option<Actor>,
    },
    /// Outputs are on their way.
    StagingOut {
        /// How it ended.
        exit: Exit,
        /// Who canceled it, if it was.
        canceled_by: Option<Actor>,
    },
    /// Ended well.
    Completed {
        /// How it ended.
        exit: Exit,
    },
    /// Did not end well.
    Failed {
        /// Where in its life.
        phase: Phase,
        /// A sentence for the person.
        reason: String,
    },
    /// Ended because somebody wanted it.
    Canceled {
        /// Who.
        by: Actor,
    },
}

/// A state without what it carries: for tables, filters and pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is described at State")]
pub enum StateName {
    Created,
    Checking,
    Placed,
    StagingIn,
    Ready,
    Submitting,
    Queued,
    Held,
    Running,
    Suspended,
    Requeued,
    Lost,
    Terminating,
    Executed,
    StagingOut,
    Completed,
    Failed,
    Canceled,
}

/// The five states everybody understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// Before it runs.
    Pending,
    /// From its start until its outputs are there.
    Running,
    /// Ended well.
    Finished,
    /// Did not.
    Failed,
    /// Somebody wanted it ended.
    Canceled,
}

impl State {
    /// Its name.
    pub fn name(&self) -> StateName {
        match self {
            Self::Created => StateName::Created,
            Self::Checking => StateName::Checking,
            Self::Placed => StateName::Placed,
            Self::StagingIn => StateName::StagingIn,
            Self::Ready => StateName::Ready,
            Self::Submitting => StateName::Submitting,
            Self::Queued { .. } => StateName::Queued,
            Self::Held { .. } => StateName::Held,
            Self::Running { .. } => StateName::Running,
            Self::Suspended { .. } => StateName::Suspended,
            Self::Requeued { .. } => StateName::Requeued,
            Self::Lost { .. } => StateName::Lost,
            Self::Terminating { .. } => StateName::Terminating,
            Self::Executed { .. } => StateName::Executed,
            Self::StagingOut { .. } => StateName::StagingOut,
            Self::Completed { .. } => StateName::Completed,
            Self::Failed { .. } => StateName::Failed,
            Self::Canceled { .. } => StateName::Canceled,
        }
    }

    /// The scheduler's number, where it has one that still matters.
    pub fn native(&self) -> Option<&NativeId> {
        match self {
            Self::Queued { native }
            | Self::Held { native }
            | Self::Running { native, .. }
            | Self::Suspended { native, .. }
            | Self::Requeued { native }
            | Self::Lost { native, .. } => Some(native),
            Self::Terminating { native, .. } => native.as_ref(),
            Self::Created
            | Self::Checking
            | Self::Placed
            | Self::StagingIn
            | Self::Ready
            | Self::Submitting
            | Self::Executed { .. }
            | Self::StagingOut { .. }
            | Self::Completed { .. }
            | Self::Failed { .. }
            | Self::Canceled { .. } => None,
        }
    }

    /// Whether nothing can follow.
    pub fn is_final(&self) -> bool {
        self.name().is_final()
    }
}

impl StateName {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Created,
        Self::Checking,
        Self::Placed,
        Self::StagingIn,
        Self::Ready,
        Self::Submitting,
        Self::Queued,
        Self::Held,
        Self::Running,
        Self::Suspended,
        Self::Requeued,
        Self::Lost,
        Self::Terminating,
        Self::Executed,
        Self::StagingOut,
        Self::Completed,
        Self::Failed,
        Self::Canceled,
    ];

    /// The word on the wire and on disk.
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Checking => "checking",
            Self::Placed => "placed",
            Self::StagingIn => "staging_in",
            Self::Ready => "ready",
            Self::Submitting => "submitting",
            Self::Queued => "queued",
            Self::Held => "held",
            Self::Running => "running",
            Self::Suspended => "suspended",
            Self::Requeued => "requeued",
            Self::Lost => "lost",
            Self::Terminating => "terminating",
            Self::Executed => "executed",
            Self::StagingOut => "staging_out",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// Whether nothing can follow.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Canceled)
    }

    /// Which of the five base states it belongs to.
    pub fn base(self) -> Base {
        match self {
            Self::Created
            | Self::Checking
            | Self::Placed
            | Self::StagingIn
            | Self::Ready
            | Self::Submitting
            | Self::Queued
            | Self::Held
            | Self::Requeued => Base::Pending,
            Self::Running | Self::Suspended | Self::Lost | Self::Terminating | Self::Executed | Self::StagingOut => Base::Running,
            Self::Completed => Base::Finished,
            Self::Failed => Base::Failed,
            Self::Canceled => Base::Canceled,
        }
    }

    /// Whether the picture of states has an arrow from this one to `next`.
    pub fn may_become(self, next: Self) -> bool {
        use StateName as S;
        let forward: &[S] = match self {
            S::Created => &[S::Checking],
            S::Checking => &[S::Placed],
            S::Placed => &[S::StagingIn],
            S::StagingIn => &[S::Ready],
            S::Ready => &[S::Submitting],
            S::Submitting => &[S::Queued],
            S::Queued => &[S::Held, S::Running, S::Lost],
            S::Held => &[S::Queued, S::Lost],
            S::Running => &[S::Suspended, S::Requeued, S::Executed, S::Lost],
            S::Suspended => &[S::Running, S::Lost],
            S::Requeued => &[S::Queued, S::Lost],
            S::Lost => &[S::Queued, S::Held, S::Running, S::Suspended, S::Requeued, S::Executed],
            S::Terminating => &[S::Executed, S::StagingOut, S::Canceled],
            S::Executed => &[S::StagingOut],
            S::StagingOut => &[S::Completed, S::Canceled],
            S::Completed | S::Failed | S::Canceled => &[],
        };
        let stoppable = !self.is_final() && !matches!(self, S::Executed | S::StagingOut | S::Terminating);
        forward.contains(&next) || (next == S::Failed && !self.is_final()) || (next == S::Terminating && stoppable)
    }
}

impl Base {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }
}

impl std::fmt::Display for StateName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for StateName {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|name| name.word() == text);
        known.ok_or_else(|| Error::invalid(format!("'{}' is not a job's state", shown(text))).hint(Self::ALL.map(Self::word).join(", ")))
    }
}
