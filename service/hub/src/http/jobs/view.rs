//! From jobs as the hub keeps them to jobs as the wire shows them, and back for requests.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;
use tieline_model::job::{AttemptKey, JobFact};
use tieline_model::{MachineId, MachineName, Result, Seconds};
use tieline_plan::placement::{Evaluated, Evaluation, Refusal, Verdict};
use tieline_store_hub::facts::{Fact, Origin};
use tieline_store_hub::jobs::{Job, Summary};
use tieline_store_hub::{ConnectionTrait, attempts};
use tieline_wire_api::apps::{Candidate, Reason};
use tieline_wire_api::jobs as wire;

use crate::App;
use crate::app::centers::labels::{self, Labels};
use crate::app::jobs::wanted::{Asked, Wanted};

/// The machines by id, read once for a whole page.
pub(in crate::http) struct Machines(Labels);

impl Machines {
    /// All of them as they are now.
    ///
    /// # Errors
    /// Where the database fails.
    pub(in crate::http) async fn read(app: &App) -> Result<Self> {
        labels::fresh(app).await.map(Self)
    }

    /// Their names, for lists that are asked for all the time.
    ///
    /// # Errors
    /// Where the database fails.
    pub(in crate::http) async fn named(app: &App) -> Result<Self> {
        labels::recent(app).await.map(Self)
    }

    fn name(&self, id: MachineId) -> Option<MachineName> {
        self.0.get(&id).map(|machine| machine.name.clone())
    }

    /// A job as lists show it.
    pub(in crate::http) fn job(&self, job: impl Into<Summary>) -> wire::Job {
        let job = job.into();
        wire::Job {
            id: job.id,
            user: job.user,
            account: job.account,
            app: job.app,
            name: job.name,
            remark: job.remark,
            state: job.state,
            base: job.state.base(),
            attempt: job.attempt,
            machine: job.machine,
            machine_name: job.machine.and_then(|id| self.name(id)),
            created_at: job.created,
            changed_at: job.changed,
            ended_at: job.ended,
            deleted: job.deleted,
        }
    }

    /// An evaluation, the machine that was taken first, then by expected wait.
    pub(super) fn candidates(&self, evaluation: &Evaluation) -> Vec<Candidate> {
        let mut all: Vec<_> = evaluation.machines.iter().filter_map(|one| self.candidate(one, evaluation.chosen)).collect();
        all.sort_by_key(|one| (!one.chosen, !one.eligible, one.expected_wait_s.unwrap_or(u64::MAX)));
        all
    }

    fn candidate(&self, one: &Evaluated, chosen: Option<MachineId>) -> Option<Candidate> {
        let machine = self.0.get(&one.machine)?;
        let blank = Candidate {
            machine: machine.id,
            name: machine.name.clone(),
            center: machine.center,
            eligible: false,
            queue: None,
            expected_wait_s: None,
            cost: None,
            reasons: Vec::new(),
            chosen: chosen == Some(machine.id),
            advice: None,
        };
        Some(match &one.verdict {
            Verdict::Eligible(eligible) => Candidate {
                eligible: true,
                queue: Some(eligible.queue.clone()),
                expected_wait_s: eligible.wait.map(|wait| wait.0),
                cost: Some(eligible.cost),
                ..blank
            },
            Verdict::NotEligible(refusal) => Candidate { reasons: vec![reason(refusal)], ..blank },
        })
    }

    /// When the job's machine was last heard of, if it is out of reach now.
    pub(super) fn unreachable_since(&self, app: &App, job: &Job) -> Option<tieline_model::Timestamp> {
        let machine = self.0.get(&job.machine.filter(|_| !job.state.is_final())?)?;
        (!app.links.is_connected(machine.gateway)).then_some(machine.last_seen)
    }
}

fn reason(refusal: &Refusal) -> Reason {
    let Refusal { reason, sentence, values } = refusal;
    let values = values.iter().map(|(name, value)| (name.clone(), json(value))).collect();
    Reason { code: reason.word().to_owned(), message: sentence.clone(), values }
}

/// What a request asks for, in the hub's words.
pub(super) fn asked(request: wire::CreateJob) -> Asked {
    Asked {
        app: request.app,
        version: request.version,
        params: request.params,
        files: request.files,
        machine: request.machine,
        queue: request.queue,
        account: request.account,
        nodes: request.nodes,
        cores: request.cores,
        memory_mib: request.memory_mib,
        gpus: request.gpus,
        time: request.time_s.map(Seconds),
        name: request.name,
    }
}

/// The request of a job that exists, such that sending it again makes the same job.
///
/// # Errors
/// Where what was kept no longer reads.
pub(super) fn request(job: &Job, version: &str) -> Result<wire::CreateJob> {
    let wanted = Wanted::of(job)?;
    Ok(wire::CreateJob {
        app: job.app.to_string(),
        version: Some(version.to_owned()),
        params: wanted.given,
        files: wanted.files,
        machine: wanted.machine.map(|id| id.to_string()),
        queue: wanted.queue.map(|queue| queue.to_string()),
        account: Some(job.account.to_string()),
        nodes: Some(wanted.wish.nodes),
        cores: Some(wanted.wish.cores),
        memory_mib: wanted.wish.memory_mib,
        gpus: Some(wanted.wish.gpus),
        time_s: Some(wanted.wish.time.0),
        name: Some(job.name.clone()),
    })
}

/// An attempt with its transitions and their evidence.
///
/// # Errors
/// Where the database fails.
pub(super) async fn attempt(app: &App, db: &impl ConnectionTrait, attempt: attempts::Attempt, facts: &[Fact]) -> Result<wire::Attempt> {
    let transitions = attempts::transitions(db, attempt.key).await?;
    let of_this = |fact: &&Fact| fact.key == attempt.key;
    let by_number: HashMap<u64, &Fact> = facts.iter().filter(of_this).map(|fact| (fact.number, fact)).collect();
    let one = |transition: attempts::Transition| {
        let fact = by_number.get(&transition.fact);
        wire::Transition {
            from: transition.from,
            to: transition.to,
            at: transition.at,
            inferred: transition.inferred,
            fact: transition.fact,
            by: fact.map_or_else(|| "hub".to_owned(), |fact| seen_by(fact)),
            evidence: fact.map_or(Value::Null, |fact| json(&fact.body)),
        }
    };
    let last = transitions.last().and_then(|last| by_number.get(&last.fact)).map(|fact| fact.recorded.max(attempt.changed));
    let lies_there = attempt.state.is_final() && attempt.folder.is_some() && !attempt.purged;
    let expires = last.filter(|_| lies_there).map(|over| over + Seconds::days(app.config.limits.folder_days));
    Ok(wire::Attempt {
        number: attempt.key.number,
        state: attempt.state.name(),
        detail: json(&attempt.state),
        machine: attempt.machine,
        queue: attempt.queue,
        native: attempt.native.map(|native| native.to_string()),
        folder: attempt.folder,
        sight: attempt.sight.as_ref().map(json),
        progress: app.progress.of(attempt.key, attempt.state.name()).map(progress),
        usage: attempt.usage.as_ref().map(json),
        started_at: attempt.started,
        ended_at: attempt.ended,
        purged: attempt.purged,
        folder_expires_at: expires,
        transitions: transitions.into_iter().map(one).collect(),
    })
}

fn progress(progress: tieline_model::job::Progress) -> wire::Progress {
    let tieline_model::job::Progress { script, percent, message, at } = progress;
    wire::Progress { script: script.file().to_owned(), percent, message, at }
}

/// The runs of scripts among these facts.
pub(super) fn scripts(facts: &[Fact]) -> Vec<wire::ScriptRun> {
    let run = |fact: &Fact| match &fact.body {
        JobFact::ScriptRan { script, status, took, log } => Some(wire::ScriptRun {
            attempt: fact.key.number,
            script: script.file().to_owned(),
            status: *status,
            at: fact.at,
            took_s: took.0,
            log: log.clone(),
        }),
        _ => None,
    };
    facts.iter().filter_map(run).collect()
}

/// A live event about a fact.
pub(in crate::http) fn event(fact: &Fact, job: wire::Job) -> wire::JobEvent {
    let AttemptKey { job: id, number } = fact.key;
    let word = json(&fact.body).get("fact").and_then(Value::as_str).unwrap_or_default().to_owned();
    wire::JobEvent { number: fact.number, attempt: AttemptKey { job: id, number }, fact: word, job }
}

fn seen_by(fact: &Fact) -> String {
    match fact.origin {
        Origin::Hub => "hub".to_owned(),
        Origin::Gateway { gateway, .. } => gateway.to_string(),
    }
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
