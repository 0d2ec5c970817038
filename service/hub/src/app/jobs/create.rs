//! Making a job: checked, evaluated, and then kept. The placing reconciler takes it from there.

use serde_json::json;
use tieline_fault::around;
use tieline_model::job::{AttemptKey, JobFact, Script, StateName};
use tieline_model::{Error, JobId, Result};
use tieline_plan::placement::Evaluation;
use tieline_store_hub::attempts::Attempt;
use tieline_store_hub::facts::Origin;
use tieline_store_hub::jobs::Job;
use tieline_store_hub::{Tx, attempts, blobs, jobs};

use super::announce;
use super::place::{Said, evaluate};
use super::record::record;
use super::wanted::{Asked, Prepared, as_asked, prepare, prepare_anyway};
use crate::App;
use crate::app::people::caller::Caller;
use crate::app::signals::ring;
use crate::points;

/// What would come of a request.
#[derive(Debug)]
pub struct Checked {
    /// The request, with everything the hub adds.
    pub prepared: Prepared,
    /// What could be run where.
    pub evaluation: Evaluation,
    /// What the package's own check says of machines.
    pub said: Said,
    /// What is wrong with the parameters.
    pub wrong: Option<Error>,
}

/// What could be run where, without making anything, and what is wrong with the parameters.
///
/// # Errors
/// What is wrong with the rest of the request. That no machine can run it is not an error here.
pub async fn check(app: &App, caller: &Caller, asked: Asked) -> Result<Checked> {
    let (mut prepared, wrong) = prepare_anyway(app, caller.user, asked).await?;
    if wrong.is_some() {
        // The package's own check is asked about whole requests.
        prepared.edition.row.scripts.retain(|script| *script != Script::PreSubmit);
    }
    let (evaluation, said) = weigh(app, caller, &prepared).await?;
    Ok(Checked { prepared, evaluation, said, wrong })
}

async fn weigh(app: &App, caller: &Caller, prepared: &Prepared) -> Result<(Evaluation, Said)> {
    evaluate(app, &caller.name, &caller.roles, prepared.account, &prepared.edition, &prepared.wanted).await
}

/// Makes a job. With the `key` of an earlier request of the same person, that request's job is the answer.
///
/// # Errors
/// Everything that is wrong with the request, or why no machine can run it; nothing is made then.
pub async fn create(app: &App, caller: &Caller, asked: Asked, key: Option<&str>) -> Result<Job> {
    if let Some(known) = known(app, caller, key).await? {
        return Ok(known);
    }
    let prepared = prepare(app, caller.user, asked).await?;
    let (evaluation, _) = weigh(app, caller, &prepared).await?;
    if let Some(refusal) = evaluation.refusal() {
        return Err(as_asked(refusal));
    }
    let now = app.clock.now();
    let job = Job {
        id: app.clock.id::<JobId>(),
        user: caller.user,
        account: prepared.account,
        app_version: prepared.edition.row.id,
        app: prepared.edition.row.app.clone(),
        name: prepared.name,
        remark: String::new(),
        request: serde_json::to_string(&prepared.wanted).map_err(|error| Error::internal(error.to_string()))?,
        attempt: 1,
        state: StateName::Created,
        machine: None,
        created: now,
        changed: now,
        ended: None,
        deleted: false,
    };
    let tx = app.store.begin().await?;
    if let Err(error) = jobs::insert(&tx, &job, key).await {
        drop(tx);
        // The same request may have been sent twice at once.
        return known(app, caller, key).await?.ok_or(error);
    }
    // Removing the files changes nothing for this job.
    let contents: Vec<_> = prepared.wanted.inputs.iter().map(|input| input.sha256).collect();
    blobs::need(&tx, job.id, &contents).await?;
    let newest = begin_attempt(app, &tx, &job).await?;
    app.audit(&tx, caller, "job.create", job.id, json!({ "app": job.app, "name": job.name })).await?;
    around(points::JOB_COMMIT, tx.commit()).await?;
    announce(app, newest);
    ring(&app.signals.placing);
    Ok(job)
}

/// Writes the attempt the job now points at, and the fact that it is wanted.
pub(super) async fn begin_attempt(app: &App, tx: &Tx, job: &Job) -> Result<u64> {
    let now = app.clock.now();
    let key = AttemptKey { job: job.id, number: job.attempt };
    attempts::save(tx, &Attempt::created(key, now)).await?;
    record(tx, &app.clock, Origin::Hub, key, now, JobFact::Created).await
}

async fn known(app: &App, caller: &Caller, key: Option<&str>) -> Result<Option<Job>> {
    let Some(key) = key else { return Ok(None) };
    if key.is_empty() || key.len() > 128 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::invalid("must be 1 to 128 visible ASCII characters").field("idempotency-key"));
    }
    jobs::by_client_key(app.store.read(), caller.user, key).await
}
