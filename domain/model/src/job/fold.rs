//! How the next state follows from a fact: the only place that decides it.
//!
//! A poll may skip states that a job passed through; the fold fills them in and marks them inferred. What would go
//! backwards is refused, and so is everything after a final state.

use super::{Actor, Exit, How, JobFact, NativeId, Phase, Sight, State, StateName};

/// What a fact did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// What is true now.
    pub state: State,
    /// The states passed on the way, the last of them the present one; empty where only what the state carries changed.
    pub passed: Vec<Passed>,
}

/// One transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// From here.
    pub from: StateName,
    /// To there.
    pub to: StateName,
    /// Nobody saw it: it must have happened.
    pub inferred: bool,
}

/// Why a fact does not change an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Final states never change.
    #[error("the attempt is {0}, which is final")]
    Final(StateName),
    /// The attempt is already further.
    #[error("the attempt is {0}, which is further")]
    Behind(StateName),
    /// The fact needs something that is not known in this state, such as a scheduler's number.
    #[error("that cannot be true of an attempt that is {0}")]
    Impossible(StateName),
}

impl State {
    /// What is true after `fact`.
    ///
    /// # Errors
    /// Where the fact cannot be true now; the state is then as it was.
    pub fn after(&self, fact: &JobFact) -> Result<Folded, Refused> {
        if self.is_final() {
            return Err(Refused::Final(self.name()));
        }
        match fact {
            JobFact::Created
            | JobFact::Output { .. }
            | JobFact::Purged
            | JobFact::Stalled { .. }
            | JobFact::ScriptRan { .. }
            | JobFact::UsageKnown { .. } => Ok(self.stay()),
            JobFact::CheckStarted => self.forward(State::Checking),
            JobFact::Placed { .. } => self.forward(State::Placed),
            JobFact::StageInStarted => self.forward(State::StagingIn),
            JobFact::StagedIn { .. } => self.forward(State::Ready),
            JobFact::SubmitStarted => self.forward(State::Submitting),
            JobFact::Sighted { native, sight, .. } => self.sighted(native, sight),
            JobFact::Vanished { since } => match self.native() {
                Some(_) if matches!(self.name(), StateName::Terminating | StateName::Lost) => Ok(self.stay()),
                Some(native) => Ok(self.to(State::Lost { native: native.clone(), since: *since })),
                None => Err(Refused::Impossible(self.name())),
            },
            JobFact::Ended { native, exit, .. } => self.ended(native.as_ref(), exit),
            JobFact::StageOutStarted => self.staging_out(),
            JobFact::Finished => self.finished(),
            JobFact::Failed { phase, reason, .. } => Ok(self.failed(*phase, reason)),
            JobFact::CancelRequested { by, .. } => Ok(self.canceling(*by)),
            JobFact::Canceled => self.canceled(),
        }
    }

    fn sighted(&self, native: &NativeId, sight: &Sight) -> Result<Folded, Refused> {
        let native = native.clone();
        if let Self::Terminating { by, exit, .. } = self {
            return Ok(self.now(Self::Terminating { native: Some(native), by: *by, exit: exit.clone() }));
        }
        if matches!(self.name(), StateName::Executed | StateName::StagingOut) {
            return Err(Refused::Behind(self.name()));
        }
        let queued = Self::Queued { native: native.clone() };
        let ran = matches!(self.name(), StateName::Running | StateName::Suspended);
        match sight {
            Sight::Queued { .. } if ran => Ok(self.reach(Self::Requeued { native }).then(queued)),
            Sight::Queued { .. } => Ok(self.reach(queued)),
            Sight::Held { .. } if ran => Ok(self.reach(Self::Requeued { native: native.clone() }).then(queued).then(Self::Held { native })),
            Sight::Held { .. } => Ok(self.reach(Self::Held { native })),
            Sight::Running { started, .. } => Ok(self.reach(Self::Running { native, started: *started })),
            Sight::Suspended { started } => Ok(self.reach(Self::Suspended { native, started: *started })),
            Sight::Requeued if ran || matches!(self.name(), StateName::Lost | StateName::Requeued) => {
                Ok(self.reach(Self::Requeued { native }))
            }
            Sight::Requeued => Ok(self.reach(queued)),
        }
    }

    fn ended(&self, native: Option<&NativeId>, exit: &Exit) -> Result<Folded, Refused> {
        match self {
            Self::Executed { .. } | Self::StagingOut { .. } => Err(Refused::Behind(self.name())),
            Self::Terminating { by, native: known, .. } if exit.how == How::Canceled => {
                let native = native.or(known.as_ref()).cloned();
                Ok(self.now(Self::Terminating { native, by: *by, exit: Some(exit.clone()) }))
            }
            // It ended by itself before the cancel reached it: its own exit counts.
            Self::Terminating { .. } => Ok(self.to(Self::Executed { exit: exit.clone(), canceled_by: None })),
            // The center canceled what had not begun.
            _ if exit.how == How::Canceled && exit.started.is_none() => {
                Ok(self.to(Self::Terminating { native: native.cloned(), by: Actor::Center, exit: Some(exit.clone()) }))
            }
            Self::Lost { .. } => Ok(self.to(Self::executed(exit))),
            _ => {
                let Some(native) = native.or(self.native()) else {
                    return Err(Refused::Impossible(self.name()));
                };
                let running = Self::Running { native: native.clone(), started: exit.started.unwrap_or(exit.ended) };
                Ok(self.reach(running).then(Self::executed(exit)))
            }
        }
    }

    fn executed(exit: &Exit) -> Self {
        let canceled_by = (exit.how == How::Canceled).then_some(Actor::Center);
        Self::Executed { exit: exit.clone(), canceled_by }
    }

    fn staging_out(&self) -> Result<Folded, Refused> {
        match self {
            Self::Executed { exit, canceled_by } => Ok(self.to(Self::StagingOut { exit: exit.clone(), canceled_by: *canceled_by })),
            Self::Terminating { exit: Some(exit), by, .. } => Ok(self.to(Self::StagingOut { exit: exit.clone(), canceled_by: Some(*by) })),
            Self::StagingOut { .. } => Err(Refused::Behind(self.name())),
            _ => Err(Refused::Impossible(self.name())),
        }
    }

    fn finished(&self) -> Result<Folded, Refused> {
        match self {
            Self::Executed { exit, canceled_by } => {
                let staging = Self::StagingOut { exit: exit.clone(), canceled_by: *canceled_by };
                Ok(self.to(staging).then(outcome(exit, *canceled_by)))
            }
            Self::StagingOut { exit, canceled_by } => Ok(self.to(outcome(exit, *canceled_by))),
            Self::Terminating { exit: Some(_), by, .. } => Ok(self.to(Self::Canceled { by: *by })),
            _ => Err(Refused::Impossible(self.name())),
        }
    }

    fn failed(&self, phase: Phase, reason: &str) -> Folded {
        match self {
            // Whatever went wrong on the way out: the person wanted it ended, and it is.
            Self::Terminating { by, .. } if phase != Phase::Lost => self.to(Self::Canceled { by: *by }),
            _ => self.to(Self::Failed { phase, reason: reason.to_owned() }),
        }
    }

    fn canceling(&self, by: Actor) -> Folded {
        match self {
            // After the end only staging is left to stop.
            Self::Executed { .. } | Self::StagingOut { .. } | Self::Terminating { .. } => self.stay(),
            _ => self.to(Self::Terminating { native: self.native().cloned(), by, exit: None }),
        }
    }

    fn canceled(&self) -> Result<Folded, Refused> {
        match self {
            Self::Terminating { by, .. } => Ok(self.to(Self::Canceled { by: *by })),
            Self::Executed { .. } | Self::StagingOut { .. } => Err(Refused::Behind(self.name())),
            _ => Ok(self.canceling(Actor::Center).then(Self::Canceled { by: Actor::Center })),
        }
    }

    /// Forward along the main road, where the fact itself says nothing of a scheduler.
    fn forward(&self, next: Self) -> Result<Folded, Refused> {
        if self.name() == StateName::Terminating {
            return Ok(self.stay());
        }
        if place(self.name()) >= place(next.name()) {
            return Err(Refused::Behind(self.name()));
        }
        Ok(self.reach(next))
    }

    /// To `next`, filling in whatever lies between.
    fn reach(&self, next: Self) -> Folded {
        let (from, to) = (self.name(), next.name());
        if from == to {
            return self.now(next);
        }
        let mut passed = Vec::new();
        let mut at = from;
        while !at.may_become(to) {
            let Some(between) = step_towards(at, to) else { break };
            passed.push(Passed { from: at, to: between, inferred: true });
            at = between;
        }
        passed.push(Passed { from: at, to, inferred: false });
        Folded { state: next, passed }
    }

    fn stay(&self) -> Folded {
        self.now(self.clone())
    }
    fn now(&self, state: Self) -> Folded {
        Folded { state, passed: Vec::new() }
    }
    fn to(&self, next: Self) -> Folded {
        Folded { passed: vec![Passed { from: self.name(), to: next.name(), inferred: false }], state: next }
    }
}

impl Folded {
    /// One more step; what came before it was not seen.
    fn then(mut self, next: State) -> Self {
        self.passed.iter_mut().for_each(|passed| passed.inferred = true);
        self.passed.push(Passed { from: self.state.name(), to: next.name(), inferred: false });
        Self { state: next, ..self }
    }
}

fn outcome(exit: &Exit, canceled_by: Option<Actor>) -> State {
    match (&exit.how, canceled_by) {
        (How::Code(0), _) => State::Completed { exit: exit.clone() },
        (How::Canceled, by) => State::Canceled { by: by.unwrap_or(Actor::Center) },
        _ => State::Failed { phase: Phase::Run, reason: exit.sentence() },
    }
}

/// How far along the main road a state lies.
fn place(name: StateName) -> u8 {
    match name {
        StateName::Created => 0,
        StateName::Checking => 1,
        StateName::Placed => 2,
        StateName::StagingIn => 3,
        StateName::Ready => 4,
        StateName::Submitting => 5,
        StateName::Queued | StateName::Held | StateName::Requeued | StateName::Lost => 6,
        StateName::Running | StateName::Suspended => 7,
        StateName::Terminating | StateName::Executed => 8,
        StateName::StagingOut => 9,
        StateName::Completed | StateName::Failed | StateName::Canceled => 10,
    }
}

/// The next state on the shortest road from `at` to a state of the scheduler or before it.
fn step_towards(at: StateName, to: StateName) -> Option<StateName> {
    Some(match at {
        StateName::Created => StateName::Checking,
        StateName::Checking => StateName::Placed,
        StateName::Placed => StateName::StagingIn,
        StateName::StagingIn => StateName::Ready,
        StateName::Ready => StateName::Submitting,
        StateName::Submitting | StateName::Held | StateName::Requeued => StateName::Queued,
        StateName::Queued => StateName::Running,
        StateName::Suspended if matches!(to, StateName::Executed | StateName::Requeued) => StateName::Running,
        StateName::Running
        | StateName::Suspended
        | StateName::Lost
        | StateName::Terminating
        | StateName::Executed
        | StateName::StagingOut
        | StateName::Completed
        | StateName::Failed
        | StateName::Canceled => return None,
    })
}

#[cfg(test)]
mod tests;
