//! Who is asked how jobs are, and when: each machine's scheduler in one question for all its jobs, and beside it each package that
//! brings its own getState, in one question for all its jobs of one local user.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tieline_model::job::{AttemptKey, JobFact};
use tieline_model::{LocalUser, MachineName, Result, Timestamp};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::core::{Attempt, Backoff, PackageRef};
use crate::io::center::{Center, Machine};
use crate::io::driver::{Seen, Watched};
use crate::io::{clock, own_states};

/// The longest wait between questions to a package whose script fails: the contract's.
const AGAIN: Backoff = Backoff { first_ms: 5_000, longest_ms: 300_000 };

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Whom {
    /// On which machine.
    pub machine: MachineName,
    /// A package, for this local user's jobs; none for the scheduler alone.
    own: Option<(LocalUser, PackageRef)>,
}

/// What came of a question. A package's comes in two parts: the scheduler's word does not wait for a script.
#[derive(Debug)]
pub(super) struct Told {
    pub whom: Whom,
    pub seen: Vec<(Watched, Seen)>,
    /// Set with the last part.
    pub over: Option<Over>,
}

/// How a question ended.
#[derive(Debug, Default)]
pub(super) struct Over {
    /// The package's script did not answer.
    failed: bool,
    /// That the script ran, and for which attempts.
    pub ran: Vec<JobFact>,
    pub jobs: Vec<AttemptKey>,
}

/// When somebody was asked last.
#[derive(Debug, Default)]
struct Poll {
    last: Option<Instant>,
    running: bool,
    /// Something happened there.
    news: bool,
    /// Questions in a row that failed, and when the next may come.
    failed: u32,
    not_before: Option<Instant>,
}

/// All that are asked.
#[derive(Debug, Default)]
pub(super) struct Polls(BTreeMap<Whom, Poll>);

/// Jobs by whom to ask about them, each with the moment since when nothing new was seen of it.
pub(super) type Wanted = BTreeMap<Whom, Vec<(Watched, Timestamp)>>;

/// Adds an attempt, if its scheduler has it.
pub(super) fn want(wanted: &mut Wanted, attempt: &Attempt) {
    if let (Some(job), Some(order)) = (attempt.watched(), &attempt.order) {
        let own = attempt.asks_package().map(|(user, package)| (user.clone(), package.clone()));
        let whom = Whom { machine: order.machine.clone(), own };
        wanted.entry(whom).or_default().push((job, attempt.since));
    }
}

impl Polls {
    /// Something happened on a machine: nobody there waits for the rhythm.
    pub(super) fn changed(&mut self, machine: &MachineName) {
        self.0.iter_mut().filter(|(whom, _)| whom.machine == *machine).for_each(|(_, poll)| poll.news = true);
    }

    /// A question ended.
    pub(super) fn over(&mut self, whom: &Whom, over: &Over) {
        let Some(poll) = self.0.get_mut(whom) else { return };
        poll.running = false;
        poll.failed = if over.failed { poll.failed.saturating_add(1) } else { 0 };
        let wait = || Duration::from_millis(AGAIN.wait_ms(poll.failed, clock::jitter()));
        poll.not_before = over.failed.then(|| Instant::now() + wait());
    }

    /// Whom to ask now, and about what. Moves `wake` to the next moment somebody is due.
    pub(super) fn due(&mut self, wanted: Wanted, center: &Center, wake: &mut Instant) -> Vec<(Whom, Vec<Watched>)> {
        let (now, clock) = (Instant::now(), clock::now());
        self.0.retain(|whom, poll| whom.own.is_none() || poll.running || wanted.contains_key(whom));
        let mut due = Vec::new();
        for (whom, jobs) in wanted {
            let Some(machine) = center.machines.get(&whom.machine) else { continue };
            let poll = self.0.entry(whom.clone()).or_default();
            if poll.running {
                continue;
            }
            let pace = &machine.config.pace;
            let young = jobs.iter().any(|(_, since)| clock.since(*since).0 < pace.young_seconds);
            let rhythm = Duration::from_millis(if young { pace.young_poll_ms } else { pace.poll_ms });
            let usual = poll.last.filter(|_| !poll.news).map_or(now, |last| last + rhythm);
            let next = poll.not_before.map_or(usual, |moment| usual.max(moment));
            if next > now {
                *wake = (*wake).min(next);
                continue;
            }
            *poll = Poll { last: Some(now), running: true, news: false, ..std::mem::take(poll) };
            due.push((whom, jobs.into_iter().map(|(job, _)| job).collect()));
        }
        due
    }
}

/// Asks, and tells what was said.
pub(super) async fn ask<E>(
    center: Arc<Center>,
    machine: Arc<Machine>,
    whom: Whom,
    jobs: Vec<Watched>,
    events: mpsc::Sender<E>,
    token: CancellationToken,
) where
    E: From<Told>,
{
    let work = async {
        let scheduler = scheduler(&machine, &jobs).await;
        let known = scheduler.iter().flatten().zip(&jobs).filter(|(seen, _)| **seen != Seen::Absent || whom.own.is_none());
        let known = known.map(|(seen, job)| (job.clone(), seen.clone())).collect();
        let Some((user, package)) = whom.own.clone() else {
            return drop(events.send(Told { whom, seen: known, over: Some(Over::default()) }.into()).await);
        };
        let _ = events.send(Told { whom: whom.clone(), seen: known, over: None }.into()).await;
        let mut over = Over { jobs: jobs.iter().map(|job| job.key).collect(), ..Over::default() };
        let said = own_states::ask(&center, &machine, &user, &package, &jobs, &mut over.ran).await;
        if let Err(error) = &said {
            over.failed = true;
            tracing::warn!(machine = %whom.machine, app = %package.app, %user, %error, "a package does not say how its jobs are");
        }
        let seen = own_states::judged(scheduler.as_deref().ok_or(()), said.as_deref().map_err(drop), jobs);
        let _ = events.send(Told { whom, seen, over: Some(over) }.into()).await;
    };
    tokio::select! {
        () = token.cancelled() => {}
        () = work => {}
    }
}

/// What the scheduler says; `None` where it does not answer: no job's state changes by that.
async fn scheduler(machine: &Machine, jobs: &[Watched]) -> Option<Vec<Seen>> {
    let answer: Result<Vec<Seen>> = machine.driver.poll(jobs).await;
    answer.inspect_err(|error| tracing::warn!(machine = %machine.config.name, %error, "the scheduler does not answer")).ok()
}
