//! How jobs are by their package's own getState: asked once for all jobs of a machine and local user, and believed only where the
//! scheduler has nothing of a job. What a package says comes from people: it proves an end and never usage, and a job it does
//! not mention has vanished, not ended.

use tieline_model::job::{AttemptKey, Evidence, Exit, How, JobFact, NativeId, Progress, Script, Sight};
use tieline_model::text::plain;
use tieline_model::{Error, LocalUser, Result, Timestamp};
use tieline_pack::contract::{JobFolder, ScriptState, StateOf, StateSeen};

use super::center::{Center, Machine};
use super::clock;
use super::driver::{Seen, Watched};
use super::own_scripts::Asking;
use crate::core::{Attempt, Order, PackageRef};

/// The longest reason, in letters, and the most nodes that are told of one job.
const LONGEST: usize = 300;
const MOST_NODES: usize = 64;

/// What the package says of these jobs, in their order; `None` for one it does not mention.
///
/// # Errors
/// As the script says; then nothing is known of any of them.
pub async fn ask(
    center: &Center,
    machine: &Machine,
    user: &LocalUser,
    package: &PackageRef,
    jobs: &[Watched],
    ran: &mut Vec<JobFact>,
) -> Result<Vec<Option<StateSeen>>> {
    let asked =
        jobs.iter().map(|job| StateOf { job: folder(job.key, &job.folder), native_id: Some(job.native.clone()), tag: job.key.tag() });
    let said = states(center, machine, user, package, asked.collect(), false, ran).await?;
    let of = |job: &Watched| said.iter().find(|said| said.native_id == job.native).cloned();
    let said: Vec<_> = jobs.iter().map(of).collect();
    for (job, said) in jobs.iter().zip(&said) {
        if let Some(progress) = said.as_ref().and_then(|said| progress(said, clock::now())) {
            center.progress.told(job.key, progress);
        }
    }
    Ok(said)
}

/// How far the job itself is, where its package says so.
fn progress(said: &StateSeen, now: Timestamp) -> Option<Progress> {
    let message = match (said.queue_pos, said.state) {
        (Some(place), ScriptState::Queued) => format!("number {place} in the queue"),
        _ => String::new(),
    };
    let says = said.progress.is_some() || !message.is_empty();
    says.then_some(Progress { script: Script::GetState, percent: said.progress, message, at: now })
}

/// The numbers that carry an attempt's tag, as far as its package knows.
///
/// # Errors
/// As the script says; then nothing may be handed over again.
pub async fn look_up(
    center: &Center,
    machine: &Machine,
    attempt: &Attempt,
    order: &Order,
    ran: &mut Vec<JobFact>,
) -> Result<Vec<NativeId>> {
    let (Some(user), Some(path)) = (&attempt.user, &attempt.folder) else { return Ok(vec![]) };
    let tag = attempt.key.tag();
    let asked = StateOf { job: folder(attempt.key, path), native_id: None, tag: tag.clone() };
    let said = states(center, machine, user, &order.package, vec![asked], true, ran).await?;
    Ok(said.into_iter().filter(|said| said.tag.as_ref() == Some(&tag)).map(|said| said.native_id).collect())
}

async fn states(
    center: &Center,
    machine: &Machine,
    user: &LocalUser,
    reference: &PackageRef,
    jobs: Vec<StateOf>,
    lookup: bool,
    ran: &mut Vec<JobFact>,
) -> Result<Vec<StateSeen>> {
    let package = center.packages.get(reference, &center.bulk).await?;
    let _turn = machine.asked.acquire().await.map_err(|_| Error::unavailable("the gateway is stopping"))?;
    let asking = Asking { center, machine, package: &package, reference, user, job: None };
    Ok(asking.states(jobs, lookup, ran).await?.unwrap_or_default())
}

fn folder(key: AttemptKey, path: &str) -> JobFolder {
    JobFolder { job_id: key.job, attempt: key.number, remote_dir: path.to_owned() }
}

/// What follows of one job from what its scheduler and its package said. The scheduler's word is the stronger one; `Err` stands for
/// one that did not answer. `None`: nothing follows, and nothing is missing either.
pub fn judge(scheduler: Result<&Seen, ()>, package: Result<Option<&StateSeen>, ()>, job: &Watched, now: Timestamp) -> Option<Seen> {
    match (scheduler, package) {
        (Ok(seen @ (Seen::Sighted { .. } | Seen::Ended { .. })), _) => Some(seen.clone()),
        (Ok(Seen::Absent), Ok(Some(said))) => Some(told(said, job, now)),
        (Ok(Seen::Absent), Ok(None)) => Some(Seen::Absent),
        // The scheduler may have it running: only what is no end can be believed.
        (Err(()), Ok(Some(said))) => Some(told(said, job, now)).filter(|seen| matches!(seen, Seen::Sighted { .. })),
        (Ok(Seen::Absent) | Err(()), Err(())) | (Err(()), Ok(None)) => None,
    }
}

fn told(said: &StateSeen, job: &Watched, now: Timestamp) -> Seen {
    let started = said.start.filter(|start| *start <= now);
    let reason = || said.reason.as_deref().map(|reason| plain(reason, LONGEST));
    let nodes = || said.nodes.iter().take(MOST_NODES).map(|node| plain(node, LONGEST)).collect();
    let sight = match said.state {
        ScriptState::Queued => Sight::Queued { reason: reason(), expected: said.est_start },
        ScriptState::Held => Sight::Held { reason: reason() },
        ScriptState::Running => Sight::Running { started: started.unwrap_or(now), nodes: nodes() },
        ScriptState::Suspended => Sight::Suspended { started: started.unwrap_or(now) },
        ScriptState::Requeued => Sight::Requeued,
        ScriptState::Completed | ScriptState::Failed | ScriptState::Canceled => {
            let ended = said.end.unwrap_or(now).min(now).max(job.submitted);
            let exit = Exit { how: how(said), started: started.map(|start| start.min(ended)), ended };
            return Seen::Ended { exit, usage: None, evidence: Evidence::Package };
        }
    };
    Seen::Sighted { sight, evidence: Evidence::Package }
}

fn how(said: &StateSeen) -> How {
    let word = || said.reason.as_deref().or(said.native_state.as_deref()).map_or_else(|| "failed".to_owned(), |word| plain(word, LONGEST));
    match (said.state, said.signal, said.exit_code) {
        (ScriptState::Canceled, ..) => How::Canceled,
        (_, Some(signal), _) => How::Signal(signal),
        (ScriptState::Completed, None, code) => How::Code(code.unwrap_or(0)),
        (_, None, Some(code)) if code != 0 => How::Code(code),
        (_, None, _) => How::Other(word()),
    }
}

/// What follows of all these jobs, as [`judge`] says of each. `Err` stands for one that did not answer at all.
pub fn judged(scheduler: Result<&[Seen], ()>, package: Result<&[Option<StateSeen>], ()>, jobs: Vec<Watched>) -> Vec<(Watched, Seen)> {
    let now = clock::now();
    let one = |(index, job): (usize, Watched)| {
        let scheduler = scheduler.map(|seen| seen.get(index).unwrap_or(&Seen::Absent));
        let package = package.map(|said| said.get(index).and_then(Option::as_ref));
        judge(scheduler, package, &job, now).map(|seen| (job, seen))
    };
    jobs.into_iter().enumerate().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_model::{Id, JobId, Resources, Seconds};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_795_210_000 + seconds)
    }

    fn job() -> Watched {
        Watched {
            key: AttemptKey { job: JobId::from_bytes([7; 16]), number: 1 },
            native: "n-1".parse().unwrap(),
            user: "siteu".parse().unwrap(),
            folder: "/x".to_owned(),
            submitted: at(0),
            started: None,
            wish: Resources::one_core(Seconds(60)),
        }
    }

    fn said(text: &str) -> StateSeen {
        let more = serde_json::json!({"native_id": "n-1", "source": "accounting"});
        let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(value).unwrap()
    }

    fn exit(text: &str, job: &Watched) -> Exit {
        match judge(Ok(&Seen::Absent), Ok(Some(&said(text))), job, at(100)) {
            Some(Seen::Ended { exit, usage: None, evidence: Evidence::Package }) => exit,
            other => panic!("an end that proves no usage: {other:?}"),
        }
    }

    #[test]
    fn the_schedulers_word_is_stronger_and_an_end_waits_for_it() {
        let (job, over) = (job(), said(r#"{"state":"completed"}"#));
        let runs = Seen::Sighted { sight: Sight::Running { started: at(1), nodes: vec![] }, evidence: Evidence::QueueRow };
        assert_eq!(judge(Ok(&runs), Ok(Some(&over)), &job, at(100)), Some(runs.clone()));
        assert_eq!(judge(Err(()), Ok(Some(&over)), &job, at(100)), None, "it may still run there");
        let waits = judge(Err(()), Ok(Some(&said(r#"{"state":"queued"}"#))), &job, at(100));
        assert!(matches!(waits, Some(Seen::Sighted { evidence: Evidence::Package, .. })), "{waits:?}");
    }

    #[test]
    fn not_mentioned_is_absent_and_not_answered_is_nothing() {
        let job = job();
        assert_eq!(judge(Ok(&Seen::Absent), Ok(None), &job, at(100)), Some(Seen::Absent));
        assert_eq!(judge(Ok(&Seen::Absent), Err(()), &job, at(100)), None);
        assert_eq!(judge(Err(()), Ok(None), &job, at(100)), None);
    }

    #[test]
    fn an_end_is_told_for_what_it_is_and_lies_in_the_jobs_own_time() {
        assert_eq!(exit(r#"{"state":"completed"}"#, &job()).how, How::Code(0));
        assert_eq!(exit(r#"{"state":"completed","exit_code":3}"#, &job()).how, How::Code(3));
        assert_eq!(exit(r#"{"state":"failed","signal":11}"#, &job()).how, How::Signal(11));
        assert_eq!(exit(r#"{"state":"failed","exit_code":0,"reason":"no\u001b[1m space"}"#, &job()).how, How::Other("no [1m space".into()));
        assert_eq!(exit(r#"{"state":"failed","exit_code":143}"#, &job()).how, How::Code(143));
        assert_eq!(exit(r#"{"state":"canceled"}"#, &job()).how, How::Canceled);
        assert_eq!(exit(r#"{"state":"completed","end":"2020-01-01T00:00:00Z"}"#, &job()).ended, at(0));
        assert_eq!(exit(r#"{"state":"completed","end":"2199-01-01T00:00:00Z"}"#, &job()).ended, at(100));
    }
}
