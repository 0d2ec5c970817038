//! The one way a fact enters the hub: appended, folded into the attempt and its job, with all that follows, in one transaction.

use tieline_model::job::{AttemptKey, Evidence, Folded, JobFact, Sight, Usage};
use tieline_model::{Result, Timestamp};
use tieline_store_hub::attempts::{Attempt, Transition};
use tieline_store_hub::facts::{Fact, Origin};
use tieline_store_hub::job_files::JobFile;
use tieline_store_hub::jobs::Job;
use tieline_store_hub::{Tx, attempts, facts, intents, job_files, jobs};

use crate::app::money::settle;
use crate::clock::Clock;

/// Appends a fact about an attempt and makes everything true that follows from it. Returns the fact's number.
///
/// A fact that cannot be true is kept with the reason and changes nothing; so is one about a job nobody knows here.
///
/// # Errors
/// Where the database fails; then nothing of it is written, once the caller drops the transaction.
pub async fn record(tx: &Tx, clock: &Clock, origin: Origin, key: AttemptKey, at: Timestamp, body: JobFact) -> Result<u64> {
    let fact = Fact { number: 0, origin, user: None, key, body, at, recorded: clock.now(), refused: None };
    let (Some(job), Some(attempt)) = (jobs::by_id(tx, key.job).await?, attempts::by_key(tx, key).await?) else {
        tracing::warn!(attempt = %key, fact = ?fact.body, "a fact about a job this hub does not know is kept aside");
        return facts::append(tx, &Fact { refused: Some("this hub does not know the job".to_owned()), ..fact }).await;
    };
    let fact = Fact { user: Some(job.user), ..fact };
    if !fact.body.moves() {
        let number = facts::append(tx, &fact).await?;
        beside(tx, clock, &fact, attempt).await?;
        return Ok(number);
    }
    match attempt.state.after(&fact.body) {
        Err(refused) => {
            tracing::debug!(attempt = %key, fact = ?fact.body, %refused, "a fact that changes nothing");
            facts::append(tx, &Fact { refused: Some(refused.to_string()), ..fact }).await
        }
        Ok(folded) => {
            let number = facts::append(tx, &Fact { refused: None, ..fact.clone() }).await?;
            fold(tx, clock, &fact, number, job, attempt, folded).await?;
            Ok(number)
        }
    }
}

/// What a fact tells beside the state.
async fn beside(tx: &Tx, clock: &Clock, fact: &Fact, mut attempt: Attempt) -> Result<()> {
    match &fact.body {
        JobFact::Output { path, size, brought } => {
            job_files::save(tx, fact.key, &JobFile { path: path.clone(), size: *size, sha256: *brought, gone: false }).await
        }
        JobFact::Purged => {
            attempt.purged = true;
            attempts::save(tx, &attempt).await?;
            job_files::purge(tx, fact.key).await?;
            intents::close(tx, fact.key, &["purge"], fact.recorded).await
        }
        JobFact::UsageKnown { usage } => {
            attempt.usage = better(attempt.usage, *usage);
            attempts::save(tx, &attempt).await?;
            // Before its end this is what a run occupied that the scheduler took back; what was set aside is still needed.
            let over = attempt.ended.is_some() || attempt.state.is_final();
            settle(tx, clock, fact.key, Some(usage), over).await
        }
        _ => Ok(()),
    }
}

async fn fold(tx: &Tx, clock: &Clock, fact: &Fact, number: u64, mut job: Job, mut attempt: Attempt, folded: Folded) -> Result<()> {
    notice(&mut attempt, &fact.body);
    attempt.state = folded.state;
    for passed in &folded.passed {
        attempt.transitions += 1;
        attempt.changed = fact.at;
        let transition = Transition { from: passed.from, to: passed.to, at: fact.at, inferred: passed.inferred, fact: number };
        attempts::add_transition(tx, fact.key, attempt.transitions, &transition).await?;
    }
    attempts::save(tx, &attempt).await?;
    if let JobFact::Ended { usage: Some(usage), .. } = &fact.body {
        settle(tx, clock, fact.key, Some(usage), usage.evidence != Evidence::Sentinel).await?;
    }
    if attempt.state.is_final() {
        settle(tx, clock, fact.key, None, true).await?;
        intents::close(tx, fact.key, &["run", "cancel"], fact.recorded).await?;
    }
    if job.attempt == fact.key.number && !folded.passed.is_empty() {
        job.state = attempt.state.name();
        job.machine = attempt.machine;
        job.changed = fact.at;
        job.ended = attempt.state.is_final().then_some(fact.at);
        jobs::update(tx, &job).await?;
    }
    Ok(())
}

/// The record that is worth more: of equal ones the later.
pub(super) fn better(known: Option<Usage>, learned: Usage) -> Option<Usage> {
    known.filter(|known| known.evidence < learned.evidence).or(Some(learned))
}

/// What a fact tells about the attempt besides its state.
fn notice(attempt: &mut Attempt, fact: &JobFact) {
    match fact {
        JobFact::Placed { machine, queue, .. } => {
            attempt.machine = Some(*machine);
            attempt.queue.clone_from(queue);
        }
        JobFact::StagedIn { folder, .. } => attempt.folder = Some(folder.clone()),
        JobFact::Sighted { native, sight, .. } => {
            attempt.native = Some(native.clone());
            if let Sight::Running { started, .. } | Sight::Suspended { started } = sight {
                attempt.started = Some(*started);
            }
            attempt.sight = Some(sight.clone());
        }
        JobFact::Ended { native, exit, usage, .. } => {
            attempt.native = native.clone().or(attempt.native.take());
            attempt.started = exit.started.or(attempt.started);
            attempt.ended = Some(exit.ended);
            attempt.usage = usage.or(attempt.usage);
            attempt.sight = None;
        }
        _ => {}
    }
}
