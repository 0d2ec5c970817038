//! How often a package's own script failed: the contract allows some of them a number of tries. It is kept with the attempt, so a
//! restart of the gateway gives no new ones.

use serde::{Deserialize, Serialize};
use tieline_model::job::{JobFact, Script};
use tieline_pack::contract::{Verdict, counts, tries, verdict};

/// Failed tries of one script in a row, in the present step of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries {
    /// Which of the six.
    pub script: Script,
    /// How many.
    pub failed: u32,
    /// Whether the contract knows no other.
    pub over: bool,
    /// How the last one ended.
    pub last: String,
}

impl Tries {
    /// What is counted after these scripts ran.
    pub fn after(before: Option<Self>, ran: &[JobFact]) -> Option<Self> {
        ran.iter().fold(before, |before, fact| match fact {
            JobFact::ScriptRan { script, status, log, .. } => Self::counted(before, *script, *status, log),
            _ => before,
        })
    }

    fn counted(before: Option<Self>, script: Script, status: i32, log: &str) -> Option<Self> {
        let Some(most) = most(script).filter(|_| counts(status)) else { return before };
        let failed = 1 + before.filter(|before| before.script == script).map_or(0, |before| before.failed);
        let over = match verdict(status) {
            Verdict::Answered => return None,
            Verdict::Again => failed >= most,
            Verdict::Refused(_) => true,
        };
        Some(Self { script, failed, over, last: ended(script, status, log) })
    }

    /// A sentence for the person: which script, how often, and how the last try ended.
    pub fn sentence(&self) -> String {
        let often = if self.failed == 1 { "once".to_owned() } else { format!("{} times", self.failed) };
        format!("{}; it was tried {often}, and the contract allows no other try", self.last)
    }
}

/// How a script ended, for the person.
pub fn ended(script: Script, status: i32, log: &str) -> String {
    let said = log.trim().lines().next_back().unwrap_or("it wrote nothing");
    format!("the package's script {} ended with {status}: {said}", script.file())
}

/// How many tries of this script are counted here: `pre-submit` belongs to no attempt, `submit` is repeated after a look-up, and
/// `getState` is asked as often as it takes.
fn most(script: Script) -> Option<u32> {
    match script {
        Script::Initialize | Script::Terminate | Script::Finalize => tries(script).1,
        Script::PreSubmit | Script::Submit | Script::GetState => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_model::Seconds;

    fn ran(script: Script, status: i32) -> JobFact {
        JobFact::ScriptRan { script, status, took: Seconds(1), log: "loading\nno space left\n".to_owned() }
    }

    #[test]
    fn a_script_is_over_after_as_many_failures_as_the_contract_says_and_a_success_forgives_them() {
        for (script, most) in [(Script::Initialize, 5), (Script::Terminate, 10), (Script::Finalize, 10)] {
            let after = |number: usize| Tries::after(None, &vec![ran(script, 75); number]).unwrap();
            assert_eq!((after(most - 1).over, after(most).over), (false, true), "{script:?}");
            let told = after(most).sentence();
            let parts = [script.file(), "75: no space left", &format!("{most} times")];
            assert!(parts.iter().all(|part| told.contains(part)), "{told}");
            assert_eq!(Tries::after(Some(after(most - 1)), &[ran(script, 0)]), None);
            assert_eq!(
                Tries::after(Some(after(most - 1)), &vec![ran(script, 137); 99]),
                Some(after(most - 1)),
                "it was killed from outside"
            );
            assert!(Tries::after(None, &[ran(script, 78)]).unwrap().over, "what is refused is not tried again");
        }
        for script in [Script::Submit, Script::GetState] {
            assert_eq!(Tries::after(None, &vec![ran(script, 75); 99]), None);
        }
    }
}
