//! Why a job is where it is: from the evaluation that decided and the last evidence, not from a guess.

use tieline_model::job::{AttemptKey, JobFact, Sight, State};
use tieline_model::{Error, Result};
use tieline_plan::placement::Evaluation;
use tieline_store_hub::attempts;
use tieline_store_hub::attempts::Attempt;
use tieline_store_hub::facts::{self, Fact};
use tieline_store_hub::jobs::Job;

use crate::App;

/// The answer in one sentence, and the evaluation it rests on.
///
/// # Errors
/// Where the database fails.
pub async fn explain(app: &App, job: &Job) -> Result<(String, Option<Evaluation>)> {
    let key = AttemptKey { job: job.id, number: job.attempt };
    let attempt = attempts::by_key(app.store.read(), key).await?.ok_or_else(|| Error::internal(format!("{key} is gone")))?;
    let evaluation = attempt.evaluation.as_deref().map(serde_json::from_str::<Evaluation>).transpose();
    let evaluation = evaluation.map_err(|error| Error::internal(format!("the evaluation of {key}: {error}")))?;
    let facts = facts::of_job(app.store.read(), job.id).await?;
    let more = match &attempt.state {
        State::Failed { .. } => advice(&facts, key).map(|advice| format!("; {advice}")),
        state if state.is_final() => None,
        _ => stalled(&facts, key).map(|why| format!(", but {why}")),
    };
    Ok((sentence(&attempt, evaluation.as_ref()) + &more.unwrap_or_default(), evaluation))
}

/// What its owner can do about a failure, where whoever saw it knew.
fn advice(facts: &[Fact], key: AttemptKey) -> Option<String> {
    let hint = |fact: &Fact| match &fact.body {
        JobFact::Failed { hint, .. } if fact.key == key => hint.clone(),
        _ => None,
    };
    facts.iter().rev().find_map(hint)
}

/// Why its gateway can do nothing for it, if that is so now.
fn stalled(facts: &[Fact], key: AttemptKey) -> Option<String> {
    let word = |fact: &Fact| match &fact.body {
        JobFact::Stalled { reason } if fact.key == key => Some(reason.clone()),
        _ => None,
    };
    facts.iter().rev().find_map(word).flatten()
}

fn sentence(attempt: &Attempt, evaluation: Option<&Evaluation>) -> String {
    let placed = || evaluation.and_then(Evaluation::reason).unwrap_or_else(|| "it was placed".to_owned());
    match &attempt.state {
        State::Created => "it is about to be placed".to_owned(),
        State::Checking => match evaluation.and_then(Evaluation::refusal) {
            Some(refusal) => format!("it waits for a machine: {}", refusal.message()),
            None => "it is being placed".to_owned(),
        },
        State::Placed => format!("it waits for the center's gateway: {}", placed()),
        State::StagingIn => format!("its inputs are on their way: {}", placed()),
        State::Ready | State::Submitting => "it is being handed to the scheduler".to_owned(),
        State::Queued { native } => match &attempt.sight {
            Some(Sight::Queued { reason, expected }) => waiting(native.as_str(), reason.as_deref(), expected.as_ref()),
            _ => waiting(native.as_str(), None, None),
        },
        State::Held { native } => match &attempt.sight {
            Some(Sight::Held { reason: Some(reason) }) => format!("the scheduler holds job {native}: {reason}"),
            _ => format!("the scheduler holds job {native}"),
        },
        State::Running { started, .. } => format!("it has run since {started}: {}", placed()),
        State::Suspended { .. } => "the scheduler has stopped it for now".to_owned(),
        State::Requeued { native } => format!("the scheduler took job {native} back into its queue"),
        State::Lost { since, .. } => format!("nothing has been seen of it since {since}; it comes back with any evidence"),
        State::Terminating { exit: None, .. } => "it is being ended; the center has not confirmed it yet".to_owned(),
        State::Terminating { exit: Some(_), .. } | State::Executed { .. } => "it is over on the machine; its outputs come next".to_owned(),
        State::StagingOut { .. } => "its outputs are on their way".to_owned(),
        State::Completed { exit } => exit.sentence(),
        State::Failed { phase, reason } => format!("it failed ({}): {reason}", phase.word()),
        State::Canceled { .. } => "it was canceled".to_owned(),
    }
}

fn waiting(native: &str, reason: Option<&str>, expected: Option<&tieline_model::Timestamp>) -> String {
    let why = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    let when = expected.map(|moment| format!("; the scheduler expects to start it at {moment}")).unwrap_or_default();
    format!("it waits in the scheduler as job {native}{why}{when}")
}
