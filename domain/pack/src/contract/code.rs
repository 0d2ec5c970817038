//! What the end of a script means. The exit codes are those of BSD's sysexits where they fit.

use serde::de::DeserializeOwned;
use tieline_model::job::Script;
use tieline_model::{Error, ErrorKind, Result, Seconds};

/// What to do after a script ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Read its answer.
    Answered,
    /// Try again later.
    Again,
    /// It will not get better; the kind of failure.
    Refused(ErrorKind),
}

/// SIGKILL: whoever sent it, the operator or a system without memory, it says nothing of the package.
const KILLED: i32 = 137;

/// Whether a try that ended so is one of those that [`tries`] allows.
pub fn counts(status: i32) -> bool {
    status != KILLED
}

/// What this exit status means; 128 and more stand for a signal.
pub fn verdict(status: i32) -> Verdict {
    match status {
        0 => Verdict::Answered,
        64 | 65 => Verdict::Refused(ErrorKind::Invalid),
        69 | 75 | 124 | KILLED => Verdict::Again,
        73 => Verdict::Refused(ErrorKind::Full),
        77 => Verdict::Refused(ErrorKind::Forbidden),
        // 70 and 78 are faults of the package; so is every code the contract does not list.
        _ => Verdict::Refused(ErrorKind::Internal),
    }
}

/// How long this script may take, and how often it is tried; `None` for as often as it takes. `submit` is repeated only after a look-up of its tag.
pub fn tries(script: Script) -> (Seconds, Option<u32>) {
    match script {
        Script::PreSubmit => (Seconds(5), Some(1)),
        Script::Initialize => (Seconds::minutes(30), Some(5)),
        Script::Finalize => (Seconds::minutes(30), Some(10)),
        Script::Submit => (Seconds(120), Some(1)),
        Script::GetState => (Seconds(60), None),
        Script::Terminate => (Seconds(60), Some(10)),
    }
}

/// The answer of a script that ended with 0: the last line of its output that is not empty, one JSON object.
///
/// # Errors
/// `Internal`, with the operator's detail, where there is no such object.
pub fn answer<T: DeserializeOwned>(script: Script, output: &[u8]) -> Result<T> {
    let fault = |why: String| Error::internal(format!("the script {} {why}", script.file()));
    let text = std::str::from_utf8(output).map_err(|error| fault(format!("wrote what is not UTF-8: {error}")))?;
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).ok_or_else(|| fault("wrote nothing".to_owned()))?;
    if !line.trim_start().starts_with('{') {
        return Err(fault("did not end its output with a JSON object".to_owned()));
    }
    serde_json::from_str(line).map_err(|error| fault(format!("answered what the contract does not know: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Ask, Submit, Submitted};

    #[test]
    fn the_answer_is_the_last_line_and_one_object() {
        let submitted: Submitted = answer(Submit::SCRIPT, b"loading modules\n{\"native_id\":\"12\"}\n\n").unwrap();
        assert_eq!(submitted.native_id.unwrap().as_str(), "12");
        for output in ["", "12", "[1]", "{\"native_id\":\"1;rm\"}", "{}x"] {
            assert!(answer::<Submitted>(Script::Submit, output.as_bytes()).is_err(), "{output}");
        }
    }

    #[test]
    fn a_deadline_and_a_kill_from_outside_are_tried_again_and_bad_parameters_are_not() {
        assert_eq!(verdict(124), Verdict::Again);
        assert_eq!(verdict(137), Verdict::Again);
        assert_eq!(verdict(64), Verdict::Refused(ErrorKind::Invalid));
        assert_eq!(verdict(143), Verdict::Refused(ErrorKind::Internal));
    }
}
