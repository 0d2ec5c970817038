//! Carries all attempts on: hears orders, sees what schedulers say, starts what is due. Whatever changes is on disk before
//! anything follows from it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tieline_model::job::{AttemptKey, JobFact};
use tieline_model::{Error, Id, IntentId, MachineName, Result, Timestamp};
use tieline_wire_gateway::convert;
use tieline_wire_gateway::v1::from_gateway::Body;
use tieline_wire_gateway::v1::{self, intent};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Wires;
use super::polls::{self, Polls, Told};
use crate::core::{Action, Attempt, Next, Order, Outcome};
use crate::io::center::{Machine, Place};
use crate::io::journal::Batch;
use crate::io::{clock, hands};

/// Events that are written in one transaction, at most.
const TOGETHER: usize = 256;
/// How often old records are looked for.
const PRUNE: Duration = Duration::from_secs(3_600);
/// How often it is looked whether there is room again for the ballast.
const REFILL: Duration = Duration::from_secs(60);
/// The longest sleep: clocks may be set meanwhile.
const LONGEST: Duration = Duration::from_secs(5);

enum Event {
    Ordered(Box<v1::Intent>),
    Done { key: AttemptKey, action: Action, ran: Vec<JobFact>, outcome: Outcome },
    Polled(Told),
    Changed(MachineName),
}

impl From<Told> for Event {
    fn from(told: Told) -> Self {
        Self::Polled(told)
    }
}

struct Engine {
    wires: Wires,
    to_hub: mpsc::Sender<Body>,
    events: mpsc::Sender<Event>,
    tasks: TaskTracker,
    attempts: HashMap<AttemptKey, Attempt>,
    /// Those that are not over, or have a folder to remove.
    open: BTreeSet<AttemptKey>,
    /// Those an action runs for.
    busy: HashMap<AttemptKey, CancellationToken>,
    polls: Polls,
    /// How the package's getState ended when it was last told, by attempt: only a change is news.
    asked: HashMap<AttemptKey, i32>,
    /// What is not on disk yet.
    batch: Batch,
    dirty: BTreeSet<AttemptKey>,
    kept: Vec<IntentId>,
}

pub(super) async fn run(wires: Wires, mut ordered: mpsc::Receiver<v1::Intent>, to_hub: mpsc::Sender<Body>) -> Result<()> {
    let (events, mut inbox) = mpsc::channel(1_024);
    let mut engine = Engine::load(wires.clone(), to_hub, events)?;
    engine.listen();
    let (mut prune, mut refill) = (tokio::time::interval(PRUNE), tokio::time::interval(REFILL));
    loop {
        let wake = engine.act().await?;
        tokio::select! {
            () = wires.token.cancelled() => break,
            Some(event) = inbox.recv() => engine.hear(event),
            Some(intent) = ordered.recv() => engine.hear(Event::Ordered(Box::new(intent))),
            () = tokio::time::sleep_until(wake) => {}
            _ = prune.tick() => engine.prune(),
            _ = refill.tick() => engine.wires.center.journal.restore_ballast(),
        }
        for _ in 0..TOGETHER {
            let next = inbox.try_recv().ok().or_else(|| ordered.try_recv().ok().map(|intent| Event::Ordered(Box::new(intent))));
            let Some(event) = next else { break };
            engine.hear(event);
        }
        engine.commit().await;
    }
    engine.tasks.close();
    engine.tasks.wait().await;
    Ok(())
}

impl Engine {
    fn load(wires: Wires, to_hub: mpsc::Sender<Body>, events: mpsc::Sender<Event>) -> Result<Self> {
        let attempts: HashMap<_, _> = wires.center.journal.attempts()?.into_iter().map(|attempt| (attempt.key, attempt)).collect();
        let mut engine = Self {
            wires,
            to_hub,
            events,
            tasks: TaskTracker::new(),
            attempts,
            open: BTreeSet::new(),
            busy: HashMap::new(),
            polls: Polls::default(),
            asked: HashMap::new(),
            batch: Batch::default(),
            dirty: BTreeSet::new(),
            kept: vec![],
        };
        let keys: Vec<_> = engine.attempts.keys().copied().collect();
        let now = clock::now();
        for key in keys {
            engine.index(key);
            let machine = engine.attempts.get(&key).and_then(|attempt| attempt.order.as_ref()).map(|order| order.machine.clone());
            let Some(machine) = machine else { continue };
            let served = engine.wires.center.machines.contains_key(&machine);
            if !served && engine.open.contains(&key) {
                tracing::error!(attempt = %key, %machine, "a job waits: its machine is no longer in the configuration");
            }
            engine.alter(key, |attempt| attempt.on_served(served), now);
        }
        tracing::info!(attempts = engine.attempts.len(), open = engine.open.len(), "the gateway goes on with what it kept");
        Ok(engine)
    }

    /// One task a machine that passes on what its scheduler says by itself.
    fn listen(&self) {
        for (name, machine) in &self.wires.center.machines {
            let (name, machine, events, token) = (name.clone(), Arc::clone(machine), self.events.clone(), self.wires.token.clone());
            self.tasks.spawn(async move {
                loop {
                    tokio::select! {
                        () = token.cancelled() => return,
                        () = machine.driver.changed() => {}
                    }
                    if events.send(Event::Changed(name.clone())).await.is_err() {
                        return;
                    }
                }
            });
        }
    }

    fn hear(&mut self, event: Event) {
        let now = clock::now();
        match event {
            Event::Ordered(intent) => {
                if let Err(error) = self.on_intent(&intent, now) {
                    tracing::error!(%error, "the hub ordered something this gateway cannot understand");
                }
            }
            Event::Done { key, action, ran, outcome } => {
                self.busy.remove(&key);
                if self.attempts.get(&key).is_some_and(|attempt| !attempt.is_done()) {
                    self.batch.facts.extend(ran.iter().map(|fact| (now, key, fact.clone())));
                }
                let done = |attempt: &mut Attempt, machine: &Machine| {
                    attempt.on_scripts(&ran, &outcome);
                    attempt.on_done(&action, outcome, now, &machine.rules, clock::jitter())
                };
                self.change(key, done, now);
            }
            Event::Polled(told) => self.on_told(told, now),
            Event::Changed(machine) => {
                self.polls.changed(&machine);
                self.wires.board.want();
            }
        }
    }

    fn on_told(&mut self, told: Told, now: Timestamp) {
        if let Some(over) = told.over {
            self.polls.over(&told.whom, &over);
            for (key, fact) in over.jobs.iter().flat_map(|key| over.ran.iter().map(|fact| (*key, fact))) {
                let JobFact::ScriptRan { status, .. } = fact else { continue };
                let lives = self.attempts.get(&key).is_some_and(|attempt| !attempt.is_done());
                if lives && self.asked.insert(key, *status) != Some(*status) {
                    self.batch.facts.push((now, key, fact.clone()));
                }
            }
        }
        for (job, seen) in told.seen {
            self.change(job.key, |attempt, machine| attempt.on_seen(&job.native, seen, now, &machine.rules), now);
        }
    }

    fn on_intent(&mut self, intent: &v1::Intent, now: Timestamp) -> Result<()> {
        let id: IntentId = convert::id(&intent.id)?;
        let key = convert::attempt(&intent.job, intent.attempt)?;
        if !self.wires.center.journal.keeps(id)? {
            match &intent.body {
                Some(intent::Body::Run(run)) => self.on_run(key, run, intent.kept_before, now),
                Some(intent::Body::Cancel(_)) => self.on_cancel(key, now),
                Some(intent::Body::Purge(_)) => self.on_purge(key, now),
                // Not kept: a newer gateway will understand it.
                None => return Err(Error::invalid("the intent is of a kind this gateway does not know")),
            }
            self.batch.intents.push(id);
        }
        self.kept.push(id);
        Ok(())
    }

    fn on_run(&mut self, key: AttemptKey, run: &v1::RunAttempt, recovering: bool, now: Timestamp) {
        if self.attempts.contains_key(&key) {
            return;
        }
        let order = Order::try_from(run).and_then(|order| self.wires.center.machine(&order.machine).map(|_| order));
        match order {
            Ok(order) => {
                let (attempt, facts) = Attempt::new(key, order, recovering, now);
                self.put(attempt, facts, now);
            }
            Err(error) => {
                let (attempt, _) = Attempt::canceled_unseen(key, now);
                let hint = error.advice().map(str::to_owned);
                let phase = tieline_model::job::Phase::Place;
                self.put(attempt, vec![JobFact::Failed { phase, reason: error.to_string(), hint }], now);
            }
        }
    }

    fn on_cancel(&mut self, key: AttemptKey, now: Timestamp) {
        if !self.attempts.contains_key(&key) {
            let (attempt, facts) = Attempt::canceled_unseen(key, now);
            return self.put(attempt, facts, now);
        }
        self.alter(key, |attempt| attempt.on_cancel(now), now);
        // What runs for an attempt that is over, or only brings its outputs, is no longer wanted.
        if self.attempts.get(&key).is_some_and(Attempt::is_done)
            && let Some(token) = self.busy.get(&key)
        {
            token.cancel();
        }
    }

    fn on_purge(&mut self, key: AttemptKey, now: Timestamp) {
        match self.attempts.get(&key) {
            Some(attempt) if attempt.order.is_some() => self.alter(
                key,
                |attempt| {
                    attempt.on_purge();
                    vec![]
                },
                now,
            ),
            // It never had a folder here.
            Some(_) | None => self.batch.facts.push((now, key, JobFact::Purged)),
        }
    }

    fn change(&mut self, key: AttemptKey, work: impl FnOnce(&mut Attempt, &Machine) -> Vec<JobFact>, now: Timestamp) {
        let order = self.attempts.get(&key).and_then(|attempt| attempt.order.as_ref());
        let Some(machine) = order.and_then(|order| self.wires.center.machines.get(&order.machine)).cloned() else { return };
        self.alter(key, |attempt| work(attempt, &machine), now);
    }

    /// As `change`, also for an attempt whose machine is not served at present.
    fn alter(&mut self, key: AttemptKey, work: impl FnOnce(&mut Attempt) -> Vec<JobFact>, now: Timestamp) {
        let Some(mut attempt) = self.attempts.get(&key).cloned() else { return };
        let facts = work(&mut attempt);
        if self.attempts.get(&key) != Some(&attempt) || !facts.is_empty() {
            self.put(attempt, facts, now);
        }
    }

    fn put(&mut self, attempt: Attempt, facts: Vec<JobFact>, now: Timestamp) {
        let key = attempt.key;
        self.batch.facts.extend(facts.into_iter().map(|fact| (now, key, fact)));
        self.attempts.insert(key, attempt);
        self.dirty.insert(key);
        self.index(key);
    }

    fn index(&mut self, key: AttemptKey) {
        let Some(attempt) = self.attempts.get(&key) else { return };
        if attempt.is_done() {
            self.asked.remove(&key);
            self.wires.center.progress.forget(key);
        }
        if attempt.is_done() && !attempt.purge {
            self.open.remove(&key);
        } else {
            self.open.insert(key);
        }
        let place = attempt.user.clone().zip(attempt.folder.clone()).zip(attempt.order.as_ref());
        let place = place.map(|((user, folder), order)| Place { machine: order.machine.clone(), user, folder });
        self.wires.center.keep_place(key, place);
    }

    /// Writes what changed. It tries until the disk takes it: nothing goes on before that.
    async fn commit(&mut self) {
        let keys = std::mem::take(&mut self.dirty);
        self.batch.attempts.extend(keys.iter().filter_map(|key| self.attempts.get(key).cloned()));
        let has_facts = !self.batch.facts.is_empty();
        if !self.batch.is_empty() {
            let mut batch = Arc::new(std::mem::take(&mut self.batch));
            while !self.try_commit(&mut batch).await {
                tokio::select! {
                    () = self.wires.token.cancelled() => return,
                    () = tokio::time::sleep(Duration::from_secs(1)) => {}
                }
            }
        }
        if has_facts {
            self.wires.facts.notify_one();
        }
        for id in self.kept.drain(..) {
            // The hub sends it again until it hears this.
            let _ = self.to_hub.try_send(Body::Kept(v1::IntentKept { id: id.bytes().to_vec() }));
        }
    }

    async fn try_commit(&self, batch: &mut Arc<Batch>) -> bool {
        let (center, copy) = (Arc::clone(&self.wires.center), Arc::clone(batch));
        let written = tokio::task::spawn_blocking(move || center.journal.commit(&copy)).await;
        let written = written.unwrap_or_else(|error| Err(Error::internal(error.to_string())));
        if let Err(error) = &written {
            tracing::error!(%error, detail = error.operator_detail(), "the gateway cannot write its journal and waits");
        }
        written.is_ok()
    }

    /// Starts everything that is due and gives the moment of the next look.
    async fn act(&mut self) -> Result<Instant> {
        let now = clock::now();
        let mut wake = Instant::now() + LONGEST;
        let mut due = Vec::new();
        for key in &self.open {
            let Some(attempt) = self.attempts.get(key).filter(|_| !self.busy.contains_key(key)) else { continue };
            let Some(machine) = attempt.order.as_ref().and_then(|order| self.wires.center.machines.get(&order.machine)) else { continue };
            match attempt.next(now, &machine.rules) {
                Next::Do(action) => due.push((*key, action)),
                Next::Wait(until) => wake = wake.min(moment(now, until)),
                Next::Idle => {}
            }
        }
        let submits: Vec<_> = due.iter().filter(|(_, action)| *action == Action::Submit).map(|(key, _)| *key).collect();
        for key in submits {
            self.change(key, |attempt, _| attempt.begin_submit(now), now);
        }
        // Before any scheduler hears of it, the disk has it.
        self.commit().await;
        if self.wires.token.is_cancelled() {
            return Ok(wake);
        }
        for (key, action) in due {
            self.start(key, action);
        }
        Ok(wake.min(self.poll()))
    }

    fn start(&mut self, key: AttemptKey, action: Action) {
        let Some(attempt) = self.attempts.get(&key).cloned() else { return };
        let token = self.wires.token.child_token();
        self.busy.insert(key, token.clone());
        let (center, events) = (Arc::clone(&self.wires.center), self.events.clone());
        self.tasks.spawn(async move {
            // A submission is never cut off by us: its answer is worth waiting for.
            let (ran, outcome) = tokio::select! {
                biased;
                () = token.cancelled(), if action != Action::Submit => (vec![], stopped()),
                done = hands::perform(&center, &attempt, &action) => done,
            };
            // Without an engine the record says enough.
            let _ = events.send(Event::Done { key, action, ran, outcome }).await;
        });
    }

    /// Asks whoever is due, each in one question for all its jobs.
    fn poll(&mut self) -> Instant {
        let mut wake = Instant::now() + LONGEST;
        let mut wanted = polls::Wanted::new();
        self.open.iter().filter_map(|key| self.attempts.get(key)).for_each(|attempt| polls::want(&mut wanted, attempt));
        for (whom, jobs) in self.polls.due(wanted, &self.wires.center, &mut wake) {
            let Some(machine) = self.wires.center.machines.get(&whom.machine).map(Arc::clone) else { continue };
            let center = Arc::clone(&self.wires.center);
            self.tasks.spawn(polls::ask(center, machine, whom, jobs, self.events.clone(), self.wires.token.clone()));
        }
        wake
    }

    fn prune(&mut self) {
        match self.wires.center.journal.prune(clock::now()) {
            Ok(gone) => gone.iter().for_each(|key| drop(self.attempts.remove(key))),
            Err(error) => tracing::warn!(%error, "old records cannot be removed"),
        }
    }
}

fn stopped() -> Outcome {
    Outcome::Failed((&Error::unavailable("it was stopped")).into())
}

/// The moment on the steady clock that corresponds to one on the calendar's.
fn moment(now: Timestamp, until: Timestamp) -> Instant {
    let micros = u64::try_from(until.micros().saturating_sub(now.micros())).unwrap_or(0);
    Instant::now() + Duration::from_micros(micros)
}
