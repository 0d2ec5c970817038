//! Which machine runs a job: every machine is either eligible, with an expected start and a cost, or it is not, with a
//! reason and a sentence. The evaluation is kept with the job, so that it can be explained later.

mod evaluate;
mod reason;
mod refusal;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tieline_model::machine::{Description, Reading};
use tieline_model::{AppName, Error, ErrorKind, MachineId, Money, QueueName, Resources, Seconds, Timestamp};

pub use evaluate::{evaluate, most_cores};
pub use reason::Reason;
pub use refusal::{Refusal, Value, Values};

/// What is to be placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// What it asks for.
    pub resources: Resources,
    /// The app that must be deployed; none where the package brings its programs along.
    pub app: Option<AppName>,
    /// The machines the app suits, as `center/machine` or only `machine`; none named means all.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// The queue the person named.
    pub queue: Option<QueueName>,
    /// The machine the person named.
    pub machine: Option<MachineId>,
}

/// The moment of the evaluation, and how old a reading may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Now, by the hub's clock.
    pub now: Timestamp,
    /// Readings that arrived longer ago than this say nothing.
    pub stale_after: Seconds,
}

/// A machine that might run it, and what the hub knows of it.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// Which machine.
    pub machine: MachineId,
    /// `center/machine`, as people read it. Last tie-breaker.
    pub label: &'a str,
    /// Whether an administrator or operator took it out of service.
    pub disabled: bool,
    /// Whether its gateway is connected.
    pub connected: bool,
    /// What it is, if its gateway has told.
    pub description: Option<&'a Description>,
    /// How it is, and when that arrived by the hub's clock.
    pub reading: Option<(&'a Reading, Timestamp)>,
    /// Whether the center lets this person in.
    pub grant: Grant,
    /// For each queue with a price, whether the account can pay.
    pub costs: BTreeMap<QueueName, Cost>,
    /// What the package's own check said.
    pub pre_submit: PreSubmit,
}

/// Whether the center lets a person in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// It does.
    Allowed,
    /// It does not, and says why.
    Refused(String),
    /// It has not answered.
    Unknown,
}

/// What a job may cost in a queue at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cost {
    /// The account can pay this.
    Payable(Money),
    /// The account cannot, with the sentence that names the missing sum.
    Unpaid(Money, String),
}

/// What the package's pre-submit script said of a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreSubmit {
    /// It has none, or it was not asked yet.
    NotAsked,
    /// It fits.
    Fits,
    /// It does not, and says why.
    Refused(String),
    /// No answer within its time.
    Silent,
}

/// What was found for every machine, sorted by label, and which one was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// When.
    pub at: Timestamp,
    /// For what.
    pub wish: Wish,
    /// Every machine.
    pub machines: Vec<Evaluated>,
    /// The one that was taken.
    pub chosen: Option<MachineId>,
}

/// What was found for one machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluated {
    /// Which machine.
    pub machine: MachineId,
    /// `center/machine`.
    pub label: String,
    /// What was found.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// Whether a machine can run it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// It can.
    Eligible(Eligible),
    /// It cannot.
    NotEligible(Refusal),
}

/// How a machine would run it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eligible {
    /// In which queue.
    pub queue: QueueName,
    /// How long it would wait; none where nothing tells. This is the score: the smallest wins.
    pub wait: Option<Seconds>,
    /// What it may cost at most. Decides between equal waits.
    pub cost: Money,
    /// The numbers the wait was made of.
    pub terms: Vec<Term>,
    /// The wait in a sentence.
    pub sentence: String,
}

/// A number a wait was made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// What it counts: `idle_cores`, `waiting_core_seconds`, `running_core_seconds`, `queue_cores`, `idle_gpus`.
    pub name: String,
    /// How many.
    pub value: u64,
}

impl Evaluation {
    /// The machine that was taken, and how it would run the job.
    pub fn taken(&self) -> Option<(&Evaluated, &Eligible)> {
        self.machines.iter().find(|evaluated| Some(evaluated.machine) == self.chosen).and_then(|evaluated| match &evaluated.verdict {
            Verdict::Eligible(eligible) => Some((evaluated, eligible)),
            Verdict::NotEligible(_) => None,
        })
    }

    /// Machines that can run it, with their queues: those whose pre-submit is worth asking.
    pub fn eligible(&self) -> impl Iterator<Item = (MachineId, &Eligible)> {
        self.machines.iter().filter_map(|evaluated| match &evaluated.verdict {
            Verdict::Eligible(eligible) => Some((evaluated.machine, eligible)),
            Verdict::NotEligible(_) => None,
        })
    }

    /// Why it runs where it runs, in a sentence.
    pub fn reason(&self) -> Option<String> {
        let (evaluated, eligible) = self.taken()?;
        let others = self.eligible().count() - 1;
        let among = match (self.wish.machine, others) {
            (Some(_), _) => "as you chose".to_owned(),
            (None, 0) => "the only machine that can run it".to_owned(),
            (None, _) => format!("the shortest expected wait of {} machines", others + 1),
        };
        Some(format!("{}, queue {}: {among}; {}", evaluated.label, eligible.queue, eligible.sentence))
    }

    /// The refusal of a job no machine can run; for a job that was placed there is none. It is of the kind `Unavailable` where
    /// a machine may still be able to run it without anything being asked for anew: then the job may wait.
    pub fn refusal(&self) -> Option<Error> {
        if self.chosen.is_some() {
            return None;
        }
        let told: Vec<_> = self.refused().map(|(label, refusal)| format!("{label}: {}", refusal.sentence)).collect();
        let reasons: Vec<_> = self.refused().map(|(_, refusal)| refusal.reason).collect();
        let Some(first) = reasons.first() else { return Some(self.nobody()) };
        let error = Error::new(kind(&reasons), format!("no machine can run this job: {}", told.join("; ")));
        if reasons.iter().any(|reason| reason != first) {
            return Some(error.code("no_machine"));
        }
        let error = error.code(first.word());
        Some(match first.field() {
            Some(field) => error.field(field),
            None => error,
        })
    }

    /// Every machine that was looked at and cannot run it, and why.
    fn refused(&self) -> impl Iterator<Item = (&str, &Refusal)> {
        self.machines.iter().filter_map(|evaluated| match &evaluated.verdict {
            Verdict::NotEligible(refusal) if refusal.reason != Reason::NotChosenByUser => Some((evaluated.label.as_str(), refusal)),
            Verdict::NotEligible(_) | Verdict::Eligible(_) => None,
        })
    }

    /// What is said where there was no machine to look at.
    fn nobody(&self) -> Error {
        if self.machines.is_empty() {
            return Error::unavailable("there is no machine that could run this job").code("no_machine");
        }
        Error::invalid("the machine that was named is not there any more").code("no_machine").field("machine")
    }
}

/// The kind of a refusal for these reasons: while one of them may pass, the job may wait. Where all are final but differ, it
/// is what the person can do most about: pay, ask for something else, ask to be let in.
fn kind(reasons: &[Reason]) -> ErrorKind {
    if reasons.iter().any(|reason| !reason.is_final()) {
        return ErrorKind::Unavailable;
    }
    let has = |kind: ErrorKind| reasons.iter().any(|reason| reason.kind() == kind);
    [ErrorKind::Unpaid, ErrorKind::Invalid].into_iter().find(|kind| has(*kind)).unwrap_or(ErrorKind::Forbidden)
}
