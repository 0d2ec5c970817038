//! What the program's exit status says. Scripts rely on these numbers, so a number never changes its meaning.

use std::process::ExitCode;

use tieline_model::{Error, ErrorKind};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It did what was asked; with `--wait`, the job finished.
    Done = 0,
    /// The job failed, or what was asked could not be done for a reason of its own.
    Failed = 1,
    /// The command line or a value in it is wrong; nothing was done.
    Usage = 2,
    /// Nobody is signed in, or the proof is no longer good.
    Unauthenticated = 3,
    /// Signed in, but not allowed.
    Forbidden = 4,
    /// It does not exist, or the caller may not know that it does.
    NotFound = 5,
    /// It cannot be done in the present state.
    Conflict = 6,
    /// The account cannot pay for it.
    Unpaid = 7,
    /// The hub or a part that is needed does not answer; the same command may succeed later.
    Unavailable = 8,
    /// No room is left, or it is larger than the limit.
    Full = 9,
    /// With `--wait`: the job was cancelled.
    Canceled = 10,
    /// A fault of Tieline's.
    Internal = 70,
}

/// The table for `tieline --help`.
pub const TABLE: &str = "\
Exit status:
   0  done; with --wait, the job finished
   1  the job failed
   2  the command line or a value in it is wrong
   3  not signed in
   4  not allowed
   5  not found
   6  not possible in the present state
   7  the account cannot pay
   8  the hub or a part of it does not answer; try again
   9  no room, or too large
  10  with --wait, the job was cancelled
  70  a fault of Tieline's";

impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Invalid => Self::Usage,
            ErrorKind::Unauthenticated => Self::Unauthenticated,
            ErrorKind::Forbidden => Self::Forbidden,
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::Conflict => Self::Conflict,
            ErrorKind::Unpaid => Self::Unpaid,
            ErrorKind::Throttled | ErrorKind::Unavailable => Self::Unavailable,
            ErrorKind::TooLarge | ErrorKind::Full => Self::Full,
            ErrorKind::Internal => Self::Internal,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_stands_in_the_table() {
        let all = [
            Exit::Done,
            Exit::Failed,
            Exit::Usage,
            Exit::Unauthenticated,
            Exit::Forbidden,
            Exit::NotFound,
            Exit::Conflict,
            Exit::Unpaid,
            Exit::Unavailable,
            Exit::Full,
            Exit::Canceled,
            Exit::Internal,
        ];
        for exit in all {
            assert!(TABLE.contains(&format!("\n{:4}  ", exit as u8)), "{exit:?}");
        }
    }
}
