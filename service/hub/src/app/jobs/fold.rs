//! What a fact makes of an attempt's rows, without a database: recording writes what comes of it, rebuilding compares it.

use tieline_model::job::{JobFact, Refused, Sight, StateName, Usage};
use tieline_store_hub::attempts::{Attempt, Transition};
use tieline_store_hub::facts::Fact;
use tieline_store_hub::job_files::JobFile;
use tieline_store_hub::jobs::Job;

/// Makes of the attempt what is true after the fact, and gives the transitions it made.
///
/// # Errors
/// Where the fact cannot be true; the attempt is then as it was.
pub(super) fn apply(attempt: &mut Attempt, fact: &Fact) -> Result<Vec<Transition>, Refused> {
    if !fact.body.moves() {
        beside(attempt, &fact.body);
        return Ok(Vec::new());
    }
    let folded = attempt.state.after(&fact.body)?;
    notice(attempt, &fact.body);
    attempt.state = folded.state;
    let step = |passed: &tieline_model::job::Passed| Transition {
        from: passed.from,
        to: passed.to,
        at: fact.at,
        inferred: passed.inferred,
        fact: fact.number,
    };
    let steps: Vec<_> = folded.passed.iter().map(step).collect();
    if !steps.is_empty() {
        attempt.transitions += u32::try_from(steps.len()).unwrap_or(u32::MAX);
        attempt.changed = fact.at;
    }
    Ok(steps)
}

/// Makes the job what its latest attempt is, after that attempt moved.
pub(super) fn follow(job: &mut Job, attempt: &Attempt, fact: &Fact) {
    job.state = attempt.state.name();
    job.machine = attempt.machine;
    job.changed = fact.at;
    job.ended = attempt.state.is_final().then_some(fact.at);
}

/// Makes the job point at a new attempt, of which nothing is known yet.
pub(super) fn begin(job: &mut Job, number: u32, fact_at: tieline_model::Timestamp) {
    job.attempt = number;
    job.state = StateName::Created;
    job.machine = None;
    job.changed = fact_at;
    job.ended = None;
}

/// The file a fact tells of.
pub(super) fn file(fact: &JobFact) -> Option<JobFile> {
    match fact {
        JobFact::Output { path, size, brought } => Some(JobFile { path: path.clone(), size: *size, sha256: *brought, gone: false }),
        _ => None,
    }
}

/// What a fact tells that does not move the state.
fn beside(attempt: &mut Attempt, fact: &JobFact) {
    match fact {
        JobFact::Purged => attempt.purged = true,
        JobFact::UsageKnown { usage } => attempt.usage = better(attempt.usage, *usage),
        _ => {}
    }
}

/// The record that is worth more: of equal ones the later. The strongest evidence is the smallest.
fn better(known: Option<Usage>, learned: Usage) -> Option<Usage> {
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
