//! The one way a fact enters the hub: appended, folded into the attempt and its job, with all that follows, in one transaction.

use tieline_model::job::{AttemptKey, JobFact};
use tieline_model::{Result, Timestamp};
use tieline_store_hub::attempts::{Attempt, Transition};
use tieline_store_hub::facts::{Fact, Origin};
use tieline_store_hub::jobs::Job;
use tieline_store_hub::{Tx, attempts, facts, intents, job_files, jobs};

use super::fold::{apply, file, follow};
use crate::app::money::settle;
use crate::clock::Clock;

/// Why a fact about a job that is not in the store changed nothing.
pub const UNKNOWN: &str = "this hub does not know the job";

/// Appends a fact about an attempt and makes everything true that follows from it. Returns the fact's number.
///
/// A fact that cannot be true is kept with the reason and changes nothing; so is one about a job nobody knows here.
///
/// # Errors
/// Where the database fails; then nothing of it is written, once the caller drops the transaction.
pub async fn record(tx: &Tx, clock: &Clock, origin: Origin, key: AttemptKey, at: Timestamp, body: JobFact) -> Result<u64> {
    let fact = Fact { number: 0, origin, user: None, key, body, at, recorded: clock.now(), refused: None };
    let (Some(job), Some(mut attempt)) = (jobs::by_id(tx, key.job).await?, attempts::by_key(tx, key).await?) else {
        tracing::warn!(attempt = %key, fact = ?fact.body, "a fact about a job this hub does not know is kept aside");
        return facts::append(tx, &Fact { refused: Some(UNKNOWN.to_owned()), ..fact }).await;
    };
    let mut fact = Fact { user: Some(job.user), ..fact };
    let steps = apply(&mut attempt, &fact);
    fact.refused = steps.as_ref().err().map(ToString::to_string);
    fact.number = facts::append(tx, &fact).await?;
    match steps {
        Err(refused) => tracing::debug!(attempt = %key, fact = ?fact.body, %refused, "a fact that changes nothing"),
        Ok(steps) => write(tx, clock, &fact, job, attempt, steps).await?,
    }
    Ok(fact.number)
}

/// Writes what a fact made of an attempt and its job, and does what follows.
async fn write(tx: &Tx, clock: &Clock, fact: &Fact, mut job: Job, attempt: Attempt, steps: Vec<Transition>) -> Result<()> {
    attempts::save(tx, &attempt).await?;
    let before = attempt.transitions.saturating_sub(u32::try_from(steps.len()).unwrap_or(u32::MAX));
    for (ordinal, step) in (before + 1..).zip(&steps) {
        // The fact has its number only now.
        attempts::add_transition(tx, fact.key, ordinal, &Transition { fact: fact.number, ..step.clone() }).await?;
    }
    if let Some(file) = file(&fact.body) {
        job_files::save(tx, fact.key, &file).await?;
    }
    match &fact.body {
        JobFact::Purged => {
            job_files::purge(tx, fact.key).await?;
            intents::close(tx, fact.key, &["purge"], fact.recorded).await?;
        }
        JobFact::UsageKnown { usage } => {
            // Before its end this is what a run occupied that the scheduler took back; what was set aside is still needed.
            let over = attempt.ended.is_some() || attempt.state.is_final();
            settle(tx, clock, fact.key, Some(usage), over).await?;
        }
        JobFact::Ended { usage: Some(usage), .. } => {
            settle(tx, clock, fact.key, Some(usage), usage.evidence.proves_usage()).await?;
        }
        _ => {}
    }
    if attempt.state.is_final() && !steps.is_empty() {
        settle(tx, clock, fact.key, None, true).await?;
        intents::close(tx, fact.key, &["run", "cancel"], fact.recorded).await?;
    }
    if job.attempt == fact.key.number && !steps.is_empty() {
        follow(&mut job, &attempt, fact);
        jobs::update(tx, &job).await?;
    }
    Ok(())
}
