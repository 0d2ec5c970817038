//! A job is a wish to run an app; an attempt is one try. What is known of an attempt is a fold over facts.
//!
//! [`fact`] says what can happen, [`state`] what is true in each state, [`fold`] how one follows from the other.

pub mod fact;
pub mod fold;
pub mod progress;
pub mod state;
pub mod usage;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use fact::{JobFact, Script, Sight};
pub use fold::{Folded, Passed, Refused};
pub use progress::Progress;
pub use state::{Base, State, StateName};
pub use usage::{Evidence, Exit, How, Usage};

use crate::{Error, Id, JobId, UserId, id::shown};

/// Names one try of one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AttemptKey {
    /// Which job.
    pub job: JobId,
    /// 1 for the first try.
    pub number: u32,
}

impl AttemptKey {
    /// The job's name in the center's scheduler: how a submission is found again. `tl-<26 letters>-<attempt>`.
    pub fn tag(&self) -> String {
        let text = self.job.to_string();
        let letters = text.strip_prefix(JobId::PREFIX).and_then(|rest| rest.strip_prefix('_')).unwrap_or(&text);
        format!("tl-{letters}-{}", self.number)
    }

    /// Reads a tag back; `None` for the name of somebody else's job.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let (letters, number) = tag.strip_prefix("tl-")?.split_once('-')?;
        let job = format!("{}_{letters}", JobId::PREFIX).parse().ok()?;
        Some(Self { job, number: number.parse().ok()? })
    }
}

impl fmt::Display for AttemptKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.job, self.number)
    }
}

/// The number a center's scheduler gave a job. Schedulers reuse these: alone it proves nothing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NativeId(String);

impl NativeId {
    /// The number as the scheduler prints it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl FromStr for NativeId {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let fits = !text.is_empty()
            && text.len() <= 64
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-[]".contains(&b))
            && !text.starts_with('-');
        if fits { Ok(Self(text.to_owned())) } else { Err(Error::invalid(format!("'{}' is not a scheduler's job number", shown(text)))) }
    }
}
impl TryFrom<String> for NativeId {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}
impl From<NativeId> for String {
    fn from(id: NativeId) -> String {
        id.0
    }
}
impl fmt::Display for NativeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Debug for NativeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who made something happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by", content = "id")]
pub enum Actor {
    /// A person on the platform.
    User(UserId),
    /// The platform by itself.
    Platform,
    /// The center: its scheduler, its administrator, the gateway.
    Center,
}

/// Where in its life an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The parameters or the wish were refused.
    Check,
    /// No machine would have it.
    Place,
    /// Inputs could not be brought.
    StageIn,
    /// The scheduler did not take it.
    Submit,
    /// It was ended while it waited.
    Queue,
    /// The program failed.
    Run,
    /// Outputs could not be brought back.
    StageOut,
    /// No evidence of it was found for too long.
    Lost,
}

impl Phase {
    /// The word people and programs read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Place => "place",
            Self::StageIn => "stage_in",
            Self::Submit => "submit",
            Self::Queue => "queue",
            Self::Run => "run",
            Self::StageOut => "stage_out",
            Self::Lost => "lost",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_attempt_and_no_other_name_does() {
        let key = AttemptKey { job: JobId::from_bytes([9; 16]), number: 12 };
        assert_eq!(AttemptKey::from_tag(&key.tag()), Some(key));
        for foreign in ["", "tl-", "tl-x-1", "my-job", "tl-00000000000000000000000000-x"] {
            assert_eq!(AttemptKey::from_tag(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_native_id_cannot_be_an_option_or_shell_text() {
        for text in ["", "-1", "1;rm", "1 2", "$(x)"] {
            assert!(text.parse::<NativeId>().is_err(), "{text}");
        }
        assert!("1234_[1-7]".parse::<NativeId>().is_ok());
    }
}
