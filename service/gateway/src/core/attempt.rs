//! One attempt at the gateway: a record that is kept on disk and the rules by which it goes on.
//!
//! What is to be done follows from the record alone ([`Attempt::next`]), so a gateway that was killed goes on where it was.
//! The one step that must not happen twice is marked before it is taken ([`Attempt::begin_submit`]): from then on the
//! scheduler is asked for the job's tag before anything is handed over again.

use serde::{Deserialize, Serialize};
use tieline_model::job::{AttemptKey, Evidence, Exit, How, JobFact, NativeId, Phase, Script, Sight, Usage};
use tieline_model::{Error, LocalUser, Resources, Seconds, Timestamp};

use super::wrapper::CLAIMED_BY_ANOTHER;
use super::{Jitter, Order, PackageRef, Rules, Tries};
use crate::io::driver::{Seen, Watched};

/// Between searches for a submission whose answer was lost.
const LOOK_AGAIN: Seconds = Seconds(5);

/// What the gateway knows of one attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// Which attempt.
    pub key: AttemptKey,
    /// What was ordered; `None` where a cancel or a purge came for an attempt that never did.
    pub order: Option<Order>,
    /// Where it is.
    pub step: Step,
    /// As whom it runs, once the user map said so.
    pub user: Option<LocalUser>,
    /// Its folder on the machine, once it was made.
    pub folder: Option<String>,
    /// Which of the package's own scripts take the scheduler's place, once the package was seen.
    #[serde(default)]
    pub own: Own,
    /// Whether an earlier life of this gateway may have handed it over already.
    pub recovering: bool,
    /// Whether the hub wants it ended.
    pub cancel: bool,
    /// Whether the hub wants its folder removed, and it is not yet.
    pub purge: bool,
    /// Whether it waits for its machine to be served again, and this was told.
    #[serde(default)]
    pub stalled: bool,
    /// Failed tries of the present step.
    pub tries: u32,
    /// Failed tries of the script the present step runs, where its package brings it.
    #[serde(default)]
    pub script_tries: Option<Tries>,
    /// No try before this moment.
    pub not_before: Option<Timestamp>,
    /// Since when it is in this step, or what is seen of it has not changed.
    pub since: Timestamp,
}

/// Which of a package's own scripts take the scheduler's place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    /// It hands the job over itself: the number is then perhaps no number of the scheduler.
    pub submit: bool,
    /// It is asked how its jobs are, beside the scheduler.
    pub get_state: bool,
}

/// Where an attempt is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum Step {
    /// Its folder, inputs and wrapper are brought.
    Preparing,
    /// It is being handed to the scheduler.
    Submitting {
        /// Whether a try was ever begun.
        begun: bool,
        /// The last try whose outcome is not known. Then a search comes before the next one.
        unsure: Option<Timestamp>,
        /// Numbers that turned out to be surplus submissions.
        surplus: Vec<NativeId>,
        /// The end of the last surplus one: what happened, if no other is found.
        ended: Option<(Exit, Option<Usage>, Evidence)>,
    },
    /// The scheduler has it.
    Watching(Watch),
    /// Its outputs are brought back.
    Finalizing,
    /// Nothing is left to do, but perhaps to remove its folder.
    Done,
}

/// What is known of a job the scheduler has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// The scheduler's number.
    pub native: NativeId,
    /// When it was handed over, by the gateway's clock.
    pub submitted: Timestamp,
    /// The last evidence.
    pub last: Timestamp,
    /// What was seen last.
    pub sight: Sight,
    /// Runs that the scheduler took back, as far as they were seen.
    #[serde(default)]
    pub runs: u32,
    /// When it began to run, if the scheduler showed it running.
    pub started: Option<Timestamp>,
    /// Since when the scheduler has not known it.
    pub absent: Option<Timestamp>,
    /// Whether `Vanished` was said.
    pub vanished: bool,
    /// Whether the wrapper's own word about its end is wanted.
    pub read_end: bool,
    /// When the scheduler last took the order to end it.
    pub canceled: Option<Timestamp>,
    /// Whether nothing is left that could end it before its time.
    #[serde(default)]
    pub out_of_reach: bool,
    /// Earlier surplus submissions of the same attempt.
    pub surplus: Vec<NativeId>,
}

/// Something to do for an attempt. At most one runs at a time for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Make the folder, bring inputs, write the wrapper.
    Prepare,
    /// Ask the scheduler for jobs with the attempt's tag.
    Find,
    /// Hand it over. [`Attempt::begin_submit`] must be on disk before.
    Submit,
    /// End it.
    Cancel(NativeId),
    /// Read what the wrapper wrote about the end.
    ReadEnd(NativeId),
    /// Bring the outputs back.
    StageOut,
    /// Remove its folder.
    Purge,
}

/// What to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// This.
    Do(Action),
    /// Nothing before this moment.
    Wait(Timestamp),
    /// Nothing until something is seen or ordered.
    Idle,
}

/// What came of an action.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Ready to be handed over.
    Prepared {
        /// As whom it runs.
        user: LocalUser,
        /// Its folder.
        folder: String,
        /// Bytes of inputs.
        bytes: u64,
        /// What its package does itself.
        own: Own,
    },
    /// The numbers that carry the tag.
    Found(Vec<NativeId>),
    /// The scheduler took it.
    Submitted(NativeId),
    /// The package's own submit ran it to its end at once.
    Ran {
        /// The number it gave, or the job's tag.
        native: NativeId,
        /// How it ended.
        how: How,
    },
    /// The scheduler took the order to end it.
    Canceled,
    /// The package's own script may not be asked again to end it, and the scheduler does not have it.
    OutOfReach,
    /// What the wrapper wrote, if it did.
    End(Option<SentinelEnd>),
    /// [`JobFact::Output`] for each file the job left.
    StagedOut(Vec<JobFact>),
    /// The folder is gone.
    Purged,
    /// It did not work.
    Failed(Trouble),
}

/// The end of a program as its wrapper wrote it, where the user can write too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentinelEnd {
    /// The exit status.
    pub code: i32,
    /// When.
    pub ended: Timestamp,
}

/// Why something did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Whether another try may succeed.
    pub passing: bool,
    /// A sentence for the person.
    pub reason: String,
    /// What the person can do.
    pub hint: Option<String>,
    /// Whether a script that failed could not do better, so that its try does not count.
    pub excused: bool,
}

/// The word of an error for which a package's script is not to blame.
pub const EXCUSED: &str = "excused";

impl From<&Error> for Trouble {
    fn from(error: &Error) -> Self {
        let (hint, excused) = (error.advice().map(str::to_owned), error.word() == EXCUSED);
        Self { passing: error.may_pass(), reason: error.to_string(), hint, excused }
    }
}

/// Facts that came of a change. They are written in the same transaction as the changed record.
pub type Facts = Vec<JobFact>;

impl Attempt {
    /// An attempt the hub ordered. `recovering` if an earlier life of this gateway kept it and was lost: then the
    /// scheduler is searched before anything is handed over.
    pub fn new(key: AttemptKey, order: Order, recovering: bool, now: Timestamp) -> (Self, Facts) {
        (Self { recovering, ..Self::at(key, Some(order), Step::Preparing, now) }, vec![JobFact::StageInStarted])
    }

    /// A cancel came first: when the order arrives after all, nothing runs.
    pub fn canceled_unseen(key: AttemptKey, now: Timestamp) -> (Self, Facts) {
        (Self { cancel: true, ..Self::at(key, None, Step::Done, now) }, vec![JobFact::Canceled])
    }

    fn at(key: AttemptKey, order: Option<Order>, step: Step, now: Timestamp) -> Self {
        Self {
            key,
            order,
            step,
            user: None,
            folder: None,
            own: Own::default(),
            recovering: false,
            cancel: false,
            purge: false,
            stalled: false,
            tries: 0,
            script_tries: None,
            not_before: None,
            since: now,
        }
    }

    /// Whether its life is over; its folder may still lie there.
    pub fn is_done(&self) -> bool {
        self.step == Step::Done
    }

    /// What to do now.
    pub fn next(&self, now: Timestamp, rules: &Rules) -> Next {
        let Some(action) = self.action(now, rules) else { return self.idle(rules) };
        // A moment further away than any wait was set before the clock was put back.
        let furthest = now + rules.longest_wait();
        match self.not_before {
            Some(moment) if moment > now && moment <= furthest => Next::Wait(moment),
            Some(_) | None => Next::Do(action),
        }
    }

    fn action(&self, now: Timestamp, rules: &Rules) -> Option<Action> {
        match &self.step {
            Step::Preparing => Some(Action::Prepare),
            Step::Submitting { unsure: None, .. } => Some(Action::Submit),
            Step::Submitting { unsure: Some(_), .. } => Some(Action::Find),
            Step::Watching(watch) if watch.out_of_reach => watch.read_end.then(|| Action::ReadEnd(watch.native.clone())),
            // An order that lies ahead was given before the clock was set back.
            Step::Watching(watch) if self.cancel && watch.canceled.is_none_or(|at| now >= at + rules.cancel_again || now < at) => {
                Some(Action::Cancel(watch.native.clone()))
            }
            Step::Watching(watch) if watch.read_end => Some(Action::ReadEnd(watch.native.clone())),
            Step::Watching(_) => None,
            Step::Finalizing => Some(Action::StageOut),
            Step::Done => self.purge.then_some(Action::Purge),
        }
    }

    fn idle(&self, rules: &Rules) -> Next {
        match &self.step {
            Step::Watching(Watch { canceled: Some(at), out_of_reach: false, .. }) if self.cancel => Next::Wait(*at + rules.cancel_again),
            Step::Watching(_) | Step::Preparing | Step::Submitting { .. } | Step::Finalizing | Step::Done => Next::Idle,
        }
    }

    /// What the scheduler is to be asked about, while it has the job.
    pub fn watched(&self) -> Option<Watched> {
        let (Step::Watching(watch), Some(user), Some(folder), Some(order)) = (&self.step, &self.user, &self.folder, &self.order) else {
            return None;
        };
        Some(Watched {
            key: self.key,
            native: watch.native.clone(),
            user: user.clone(),
            folder: folder.clone(),
            submitted: watch.submitted,
            started: watch.started,
            wish: order.wish,
        })
    }

    /// The package whose own getState is asked as well, and for whom.
    pub fn asks_package(&self) -> Option<(&LocalUser, &PackageRef)> {
        let (Some(user), Some(order)) = (&self.user, &self.order) else { return None };
        self.own.get_state.then_some((user, &order.package))
    }

    /// Marks that a submission is about to be tried. The mark must be on disk before the scheduler hears of it.
    pub fn begin_submit(&mut self, now: Timestamp) -> Facts {
        let Step::Submitting { begun, unsure, .. } = &mut self.step else { return vec![] };
        *unsure = Some(now);
        let first = !std::mem::replace(begun, true);
        if first { vec![JobFact::SubmitStarted] } else { vec![] }
    }

    /// The hub wants it ended.
    pub fn on_cancel(&mut self, now: Timestamp) -> Facts {
        if self.cancel || self.is_done() {
            return vec![];
        }
        self.cancel = true;
        self.not_before = None;
        match &self.step {
            // A job of a lost life may be there: it is searched first.
            Step::Preparing if self.recovering => vec![],
            Step::Preparing | Step::Submitting { unsure: None, .. } => self.finish(vec![JobFact::Canceled], now),
            // After the end only staging is left to stop.
            Step::Finalizing => self.finish(vec![JobFact::Finished], now),
            Step::Submitting { unsure: Some(_), .. } | Step::Watching(_) | Step::Done => vec![],
        }
    }

    /// The gateway begins, and serves its machine or does not. A change of that is told, once.
    pub fn on_served(&mut self, served: bool) -> Facts {
        let Some(order) = self.order.as_ref().filter(|_| !self.is_done() && self.stalled == served) else { return vec![] };
        let sentence =
            || format!("the center's gateway no longer serves the machine {}; the job goes on once it does again", order.machine);
        let reason = (!served).then(sentence);
        self.stalled = !served;
        vec![JobFact::Stalled { reason }]
    }

    /// The hub wants its folder removed. That waits until its life is over.
    pub fn on_purge(&mut self) {
        self.purge = true;
    }

    /// Whether the package's own script may be asked once more.
    pub fn may_ask(&self, script: Script) -> bool {
        self.script_tries.as_ref().is_none_or(|tries| tries.script != script || !tries.over)
    }

    /// An action ended so, and these scripts ran in it. Comes before [`Attempt::on_done`].
    pub fn on_scripts(&mut self, ran: &[JobFact], outcome: &Outcome) {
        if !matches!(outcome, Outcome::Failed(Trouble { excused: true, .. })) {
            self.script_tries = Tries::after(self.script_tries.take(), ran);
        }
    }

    /// An action ended. An outcome that no longer fits the step is a latecomer and changes nothing.
    pub fn on_done(&mut self, action: &Action, outcome: Outcome, now: Timestamp, rules: &Rules, jitter: Jitter) -> Facts {
        match (action, outcome) {
            (_, Outcome::Failed(trouble)) => self.on_trouble(action, trouble, now, rules, jitter),
            (Action::Prepare, Outcome::Prepared { user, folder, bytes, own }) if self.step == Step::Preparing => {
                self.user = Some(user);
                self.folder = Some(folder.clone());
                self.own = own;
                let unsure = self.recovering.then_some(now);
                self.enter(Step::Submitting { begun: false, unsure, surplus: vec![], ended: None }, now);
                vec![JobFact::StagedIn { folder, bytes }]
            }
            (Action::Find, Outcome::Found(found)) => self.on_found(found, now, rules),
            (Action::Submit, Outcome::Submitted(native)) => self.watch(native, now),
            (Action::Submit, Outcome::Ran { native, how }) => self.on_ran(native, how, now),
            (Action::Cancel(native), Outcome::Canceled) => self.with_watch(native, |watch| watch.canceled = Some(now)),
            (Action::Cancel(native), Outcome::OutOfReach) => self.on_out_of_reach(native),
            (Action::ReadEnd(native), Outcome::End(end)) => self.on_end_read(native, end, now, rules),
            (Action::StageOut, Outcome::StagedOut(mut outputs)) if self.step == Step::Finalizing => {
                outputs.push(JobFact::Finished);
                self.finish(outputs, now)
            }
            (Action::Purge, Outcome::Purged) if self.purge => {
                self.purge = false;
                self.folder = None;
                self.not_before = None;
                vec![JobFact::Purged]
            }
            _ => vec![],
        }
    }

    /// The scheduler was asked and said this.
    pub fn on_seen(&mut self, native: &NativeId, seen: Seen, now: Timestamp, rules: &Rules) -> Facts {
        let wish = self.order.as_ref().map(|order| order.wish);
        let Step::Watching(watch) = &mut self.step else { return vec![] };
        if watch.native != *native {
            return vec![];
        }
        match seen {
            Seen::Sighted { sight, evidence } => {
                let facts = watch.sighted(sight, evidence, wish, now);
                if !facts.is_empty() {
                    self.since = now;
                }
                facts
            }
            Seen::Ended { exit, usage, evidence } => self.on_ended(exit, usage, evidence, now),
            Seen::Absent => self.on_absent(now, rules),
        }
    }

    fn on_found(&mut self, mut found: Vec<NativeId>, now: Timestamp, rules: &Rules) -> Facts {
        let Step::Submitting { unsure, surplus, ended, .. } = &mut self.step else { return vec![] };
        found.retain(|native| !surplus.contains(native));
        // Numbers grow: the lowest is the first that was taken.
        if let Some(native) = found.into_iter().min_by_key(|native| (native.as_str().len(), native.clone())) {
            return self.watch(native, now);
        }
        if let Some((exit, usage, evidence)) = ended.take() {
            let native = surplus.last().cloned();
            return self.over(native, exit, usage, evidence, now);
        }
        // A try that lies ahead was made before the clock was set back: the wait begins anew.
        *unsure = unsure.map(|tried| tried.min(now));
        let settled = unsure.map(|tried| tried + rules.settle).filter(|moment| *moment > now);
        if let Some(settled) = settled {
            // It may arrive at any moment: look again soon, believe its absence only then.
            self.not_before = Some(settled.min(now + LOOK_AGAIN));
            return vec![];
        }
        *unsure = None;
        if self.cancel {
            return self.finish(vec![JobFact::Canceled], now);
        }
        self.not_before = None;
        vec![]
    }

    fn watch(&mut self, native: NativeId, now: Timestamp) -> Facts {
        let Step::Submitting { unsure, surplus, .. } = &mut self.step else { return vec![] };
        let sight = Sight::Queued { reason: None, expected: None };
        let watch = Watch {
            native: native.clone(),
            submitted: unsure.unwrap_or(now),
            last: now,
            sight: sight.clone(),
            runs: 0,
            started: None,
            absent: None,
            vanished: false,
            read_end: false,
            canceled: None,
            out_of_reach: false,
            surplus: std::mem::take(surplus),
        };
        self.enter(Step::Watching(watch), now);
        vec![JobFact::Sighted { native, sight, evidence: Evidence::Gateway }]
    }

    /// The package's own submit came back with the end: what it took is bracketed by the gateway's own clock.
    fn on_ran(&mut self, native: NativeId, how: How, now: Timestamp) -> Facts {
        let Step::Submitting { unsure: Some(began), .. } = &self.step else { return vec![] };
        let (started, ended) = (*began, now.max(*began));
        let usage = self.order.as_ref().map(|order| bracketed(order.wish, started, ended));
        let exit = Exit { how, started: Some(started), ended };
        self.over(Some(native), exit, usage, Evidence::Package, now)
    }

    fn on_ended(&mut self, exit: Exit, usage: Option<Usage>, evidence: Evidence, now: Timestamp) -> Facts {
        let wish = self.order.as_ref().map(|order| order.wish);
        let how = if self.cancel { after_cancel(exit.how, evidence) } else { exit.how };
        let exit = Exit { how, ..exit };
        let Step::Watching(watch) = &mut self.step else { return vec![] };
        // The wrapper's word and a script's prove an end and no usage; what this gateway saw itself, also before a restart, does.
        let bracket = wish.filter(|_| usage.is_none() && !evidence.proves_usage());
        let bracket = bracket.and_then(|wish| watch.bracket(wish, exit.ended.min(now)));
        let evidence = if bracket.is_some() { Evidence::Bracket } else { evidence };
        let told = watch.told_start().filter(|_| evidence == Evidence::Package);
        let exit = Exit { started: exit.started.or(told), ..exit };
        let usage = usage.or(bracket);
        // It may have been taken back, run again and ended while nobody looked.
        let again = usage.map(|usage| usage.started).filter(|started| *started >= watch.last);
        let taken_back = again.zip(wish).and_then(|(again, wish)| watch.close_run(Some(again), wish));
        let usage = usage.map(|usage| Usage { run: watch.runs, ..usage });
        if exit.how == How::Code(CLAIMED_BY_ANOTHER) {
            // Perhaps another submission of the same attempt owns the job: look for it before this end is believed.
            let mut surplus = std::mem::take(&mut watch.surplus);
            surplus.push(watch.native.clone());
            let unsure = Some(watch.submitted);
            self.enter(Step::Submitting { begun: true, unsure, surplus, ended: Some((exit, usage, evidence)) }, now);
            return vec![];
        }
        let native = watch.native.clone();
        let mut facts: Facts = taken_back.into_iter().collect();
        facts.extend(self.over(Some(native), exit, usage, evidence, now));
        facts
    }

    fn over(&mut self, native: Option<NativeId>, exit: Exit, usage: Option<Usage>, evidence: Evidence, now: Timestamp) -> Facts {
        let never_ran = exit.started.is_none() && exit.how == How::Canceled;
        let ended = JobFact::Ended { native, exit, usage, evidence };
        if never_ran {
            return self.finish(vec![ended, JobFact::Finished], now);
        }
        self.enter(Step::Finalizing, now);
        vec![ended, JobFact::StageOutStarted]
    }

    fn on_absent(&mut self, now: Timestamp, rules: &Rules) -> Facts {
        let wish = self.order.as_ref().map(|order| order.wish);
        let Step::Watching(watch) = &mut self.step else { return vec![] };
        let since = watch.absent.map_or(now, |since| since.min(now));
        watch.absent = Some(since);
        if now < since + rules.grace {
            return vec![];
        }
        if now >= since + rules.lost {
            let reason = format!("nothing was seen of it since {}", watch.last);
            let hint = Some("the center's operator may know what happened to it; a retry runs it again".to_owned());
            // Until the last evidence it ran for certain.
            let mut facts: Facts = wish.and_then(|wish| watch.close_run(None, wish)).into_iter().collect();
            facts.push(JobFact::Failed { phase: Phase::Lost, reason, hint });
            return self.finish(facts, now);
        }
        // The scheduler no longer shows it: now the wrapper's own word may prove an end.
        watch.read_end = true;
        vec![]
    }

    fn on_end_read(&mut self, native: &NativeId, end: Option<SentinelEnd>, now: Timestamp, rules: &Rules) -> Facts {
        let canceled = self.cancel;
        let wish = self.order.as_ref().map(|order| order.wish);
        let Step::Watching(watch) = &mut self.step else { return vec![] };
        if watch.native != *native || watch.absent.is_none() {
            return vec![];
        }
        watch.read_end = false;
        let usage = wish.and_then(|wish| watch.bracket(wish, watch.last));
        if let Some(end) = end {
            let exit = Exit { how: How::Code(end.code), started: Some(watch.started.unwrap_or(watch.submitted)), ended: end.ended };
            return self.on_ended(exit, usage, Evidence::Sentinel, now);
        }
        // It was told to end, the scheduler has nothing of it any more, and no end of its own was written.
        if canceled && watch.canceled.is_some() {
            let exit = Exit { how: How::Canceled, started: watch.started, ended: watch.last };
            return self.over(Some(native.clone()), exit, usage, Evidence::Gateway, now);
        }
        self.not_before = Some(now + rules.grace);
        if std::mem::replace(&mut watch.vanished, true) { vec![] } else { vec![JobFact::Vanished { since: watch.last }] }
    }

    fn on_out_of_reach(&mut self, native: &NativeId) -> Facts {
        let why = self.script_tries.as_ref().map_or_else(|| "its package does not end it".to_owned(), Tries::sentence);
        let Step::Watching(watch) = &mut self.step else { return vec![] };
        if watch.native != *native {
            return vec![];
        }
        watch.out_of_reach = true;
        vec![JobFact::Stalled { reason: Some(format!("{why}; no scheduler has the job, so it goes on until it ends by itself")) }]
    }

    fn on_trouble(&mut self, action: &Action, trouble: Trouble, now: Timestamp, rules: &Rules, jitter: Jitter) -> Facts {
        let fits = match (&self.step, action) {
            (Step::Preparing, Action::Prepare)
            | (Step::Submitting { .. }, Action::Find | Action::Submit)
            | (Step::Finalizing, Action::StageOut)
            | (Step::Done, Action::Purge) => true,
            (Step::Watching(watch), Action::Cancel(native) | Action::ReadEnd(native)) => watch.native == *native,
            _ => false,
        };
        if !fits {
            return vec![];
        }
        let over = self.script_tries.as_ref().filter(|tries| tries.over);
        let exhausted = now >= self.since + rules.lost || over.is_some();
        let reason = over.map_or(trouble.reason, Tries::sentence);
        let phase = match action {
            Action::Prepare if !trouble.passing || exhausted => Phase::StageIn,
            // The scheduler said no: it is certain that it did not take it.
            Action::Submit if !trouble.passing => Phase::Submit,
            Action::Submit | Action::Find if exhausted => Phase::Lost,
            Action::StageOut if !trouble.passing || exhausted => Phase::StageOut,
            Action::Purge if !trouble.passing => {
                self.purge = false;
                return vec![];
            }
            _ => return self.again(now, rules, jitter),
        };
        self.finish(vec![JobFact::Failed { phase, reason, hint: trouble.hint }], now)
    }

    fn again(&mut self, now: Timestamp, rules: &Rules, jitter: Jitter) -> Facts {
        self.tries += 1;
        self.not_before = Some(rules.backoff.next(now, self.tries, jitter));
        vec![]
    }

    fn with_watch(&mut self, native: &NativeId, change: impl FnOnce(&mut Watch)) -> Facts {
        if let Step::Watching(watch) = &mut self.step
            && watch.native == *native
        {
            change(watch);
            self.tries = 0;
            self.not_before = None;
        }
        vec![]
    }

    fn enter(&mut self, step: Step, now: Timestamp) {
        self.step = step;
        self.since = now;
        self.tries = 0;
        self.script_tries = None;
        self.not_before = None;
    }

    fn finish(&mut self, facts: Facts, now: Timestamp) -> Facts {
        self.enter(Step::Done, now);
        facts
    }
}

impl Watch {
    /// What it occupied as far as this gateway saw it: from its start until `ended`, and at least until it was last seen.
    fn bracket(&self, wish: Resources, ended: Timestamp) -> Option<Usage> {
        let started = self.started?;
        Some(Usage { run: self.runs, ..bracketed(wish, started, ended.max(self.last).max(started)) })
    }

    /// Ends the run that was seen, unless it is the one that began then, and says what it occupied until it was seen last.
    fn close_run(&mut self, goes_on: Option<Timestamp>, wish: Resources) -> Option<JobFact> {
        if goes_on == self.started {
            return None;
        }
        let usage = self.bracket(wish, self.last)?;
        // The next run's start is told in whole seconds.
        let ended = goes_on.map_or(usage.ended, |next| usage.ended.min(next).max(usage.started));
        let usage = Usage { ended, ..usage };
        self.started = None;
        self.runs += 1;
        Some(JobFact::UsageKnown { usage })
    }

    /// When it began to run, as whoever saw it running last said.
    fn told_start(&self) -> Option<Timestamp> {
        match &self.sight {
            Sight::Running { started, .. } | Sight::Suspended { started } => Some(*started),
            Sight::Queued { .. } | Sight::Held { .. } | Sight::Requeued => None,
        }
    }

    fn sighted(&mut self, mut sight: Sight, evidence: Evidence, wish: Option<Resources>, now: Timestamp) -> Facts {
        let runs_since = match &sight {
            Sight::Running { started, .. } | Sight::Suspended { started } => Some(*started),
            Sight::Queued { .. } | Sight::Held { .. } | Sight::Requeued => None,
        };
        let wish = wish.filter(|_| evidence.proves_usage());
        let mut facts: Facts = wish.and_then(|wish| self.close_run(runs_since, wish)).into_iter().collect();
        let back = std::mem::replace(&mut self.vanished, false);
        self.last = now;
        self.absent = None;
        self.read_end = false;
        let known = self.told_start();
        if let Sight::Running { started, .. } | Sight::Suspended { started } = &mut sight {
            if evidence.proves_usage() {
                self.started = Some(*started);
            } else if let Some(known) = known {
                // A script need not know since when, and may say so anew each time.
                *started = known;
            }
        }
        let news = back || !same(&self.sight, &sight);
        self.sight = sight.clone();
        facts.extend(news.then(|| JobFact::Sighted { native: self.native.clone(), sight, evidence }));
        facts
    }
}

/// How a job ended that was told to: a signal's end is the cancel's, and so is one its package names no exit for. An exit of its own
/// stays. It is judged here, for whoever was asked how the job is may have been asked before the cancel came.
fn after_cancel(how: How, evidence: Evidence) -> How {
    match how {
        How::Signal(_) | How::Code(129..) => How::Canceled,
        How::Other(_) if evidence == Evidence::Package => How::Canceled,
        How::Code(_) | How::Canceled | How::TimedOut | How::OutOfMemory | How::NodeFailed | How::Other(_) => how,
    }
}

/// What a run occupied, by the gateway's own clock.
fn bracketed(wish: Resources, started: Timestamp, ended: Timestamp) -> Usage {
    Usage {
        started,
        ended,
        nodes: wish.nodes,
        cores: wish.cores,
        gpus: wish.gpus,
        cpu_time: None,
        peak_memory_mib: None,
        evidence: Evidence::Bracket,
        run: 0,
    }
}

/// Whether the second sight says nothing that people would want to read in the job's history.
fn same(old: &Sight, new: &Sight) -> bool {
    match (old, new) {
        // The expected start moves all the time.
        (Sight::Queued { reason: old, .. }, Sight::Queued { reason: new, .. }) => old == new || new.is_none(),
        (Sight::Running { started: old, .. }, Sight::Running { started: new, .. }) => old == new,
        _ => old == new,
    }
}

#[cfg(test)]
mod tests;
