//! How far a step of a job is, as the script says that does it. It is a reading: the latest wins and nothing follows from it.

use serde::{Deserialize, Serialize};

use super::{Script, StateName};
use crate::Timestamp;
use crate::text::plain;

/// The longest message that is kept, in letters.
const LONGEST: usize = 200;

/// What a script last said of its progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Which script.
    pub script: Script,
    /// How much is done, 0 to 100, if it said so.
    pub percent: Option<u8>,
    /// What it does, in a line for people; may be empty.
    pub message: String,
    /// When, by the gateway's clock.
    pub at: Timestamp,
}

impl Progress {
    /// The same within its bounds: it comes from people's programs, on whichever side it is read.
    #[must_use]
    pub fn bounded(self) -> Self {
        Self { percent: self.percent.map(|percent| percent.min(100)), message: plain(&self.message, LONGEST), ..self }
    }

    /// Whether it still tells of what is going on in this state, not of a step that is over.
    pub fn is_of(&self, state: StateName) -> bool {
        use StateName as S;
        match self.script {
            Script::PreSubmit => state == S::Checking,
            Script::Initialize => state == S::StagingIn,
            Script::Submit => state == S::Submitting,
            Script::GetState => matches!(state, S::Queued | S::Held | S::Running | S::Suspended | S::Requeued | S::Lost),
            Script::Terminate => state == S::Terminating,
            Script::Finalize => matches!(state, S::Executed | S::StagingOut),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_stays_within_its_bounds_and_ends_with_its_step() {
        let wild =
            Progress { script: Script::Initialize, percent: Some(250), message: "\x1b]0;x\x07".repeat(900), at: Timestamp::default() };
        let kept = wild.bounded();
        assert_eq!((kept.percent, kept.message.chars().count()), (Some(100), LONGEST));
        assert!(!kept.message.contains('\x1b'));
        assert!(kept.is_of(StateName::StagingIn) && !kept.is_of(StateName::Running));
    }
}
