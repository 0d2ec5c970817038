//! What people do to jobs that exist: cancel, try again, name, put away, bring back.

use serde_json::json;
use tieline_fault::around;
use tieline_model::job::{Actor, AttemptKey, JobFact, StateName};
use tieline_model::{Error, JobId, Result, name};
use tieline_store_hub::facts::Origin;
use tieline_store_hub::jobs::Job;
use tieline_store_hub::{Tx, attempts, intents, jobs};
use tieline_wire_gateway::v1;
use tieline_wire_gateway::v1::intent::Body;

use super::create::begin_attempt;
use super::fold::begin;
use super::intents::want;
use super::record::record;
use super::wanted::Wanted;
use super::{announce, changeable};
use crate::App;
use crate::app::people::caller::Caller;
use crate::app::signals::ring;
use crate::points;

/// Wants a job ended. In every state, any number of times; what is over stays as it is.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn cancel(app: &App, caller: &Caller, id: JobId, reason: Option<&str>) -> Result<Job> {
    changeable(app, caller, id).await?;
    let reason = reason.map(|text| name::line("reason", text, 256)).transpose()?;
    let tx = app.store.begin().await?;
    let job = in_tx(&tx, id).await?;
    let key = AttemptKey { job: id, number: job.attempt };
    let attempt = attempts::by_key(&tx, key).await?.ok_or_else(|| Error::internal(format!("{key} is gone")))?;
    if attempt.state.is_final() || intents::is_open(&tx, key, "cancel").await? {
        return Ok(job);
    }
    let now = app.clock.now();
    let wanted = JobFact::CancelRequested { by: Actor::User(caller.user), reason: reason.clone() };
    let mut newest = record(&tx, &app.clock, Origin::Hub, key, now, wanted).await?;
    match attempt.gateway {
        Some(gateway) => {
            let reason = reason.clone().unwrap_or_default();
            want(app, &tx, gateway, key, Body::Cancel(v1::CancelAttempt { reason })).await?;
        }
        // It was never given away: nothing of it can run.
        None => newest = record(&tx, &app.clock, Origin::Hub, key, now, JobFact::Canceled).await?,
    }
    app.audit(&tx, caller, "job.cancel", id, json!({ "attempt": key.number, "reason": reason })).await?;
    around(points::CHANGE_COMMIT, tx.commit()).await?;
    announce(app, newest);
    ring(&app.signals.intents);
    current(app, id).await
}

/// Tries a failed or canceled job again, with what was asked for then, under today's prices.
///
/// # Errors
/// `Conflict` for a job that is not over, or that ended well.
pub async fn retry(app: &App, caller: &Caller, id: JobId) -> Result<Job> {
    changeable(app, caller, id).await?;
    let tx = app.store.begin().await?;
    let mut job = in_tx(&tx, id).await?;
    if !matches!(job.state, StateName::Failed | StateName::Canceled) {
        let message = format!("the job is {}; only one that failed or was canceled can be tried again", job.state);
        return Err(Error::conflict(message).hint("run the app again for a new job"));
    }
    if job.deleted {
        return Err(Error::conflict("the job was put away").hint("restore it first"));
    }
    inputs_are_here(app, &job).await?;
    let next = job.attempt + 1;
    begin(&mut job, next, app.clock.now());
    jobs::update(&tx, &job).await?;
    let newest = begin_attempt(app, &tx, &job).await?;
    app.audit(&tx, caller, "job.retry", id, json!({ "attempt": job.attempt })).await?;
    around(points::CHANGE_COMMIT, tx.commit()).await?;
    announce(app, newest);
    ring(&app.signals.placing);
    current(app, id).await
}

/// Refuses a job whose owner removed its files after it ended, so that their contents are gone.
async fn inputs_are_here(app: &App, job: &Job) -> Result<()> {
    for input in Wanted::of(job)?.inputs {
        if !app.blobs.contains(input.sha256).await? {
            let message = format!("the file '{}' of this job was removed", input.path);
            return Err(Error::conflict(message).code("input_gone").hint("upload it again and run the app for a new job"));
        }
    }
    Ok(())
}

/// Names a job, or notes something about it.
///
/// # Errors
/// `Invalid` for a name or a note that is no line of text.
pub async fn update(app: &App, caller: &Caller, id: JobId, new_name: Option<&str>, remark: Option<&str>) -> Result<Job> {
    changeable(app, caller, id).await?;
    let tx = app.store.begin().await?;
    let mut job = in_tx(&tx, id).await?;
    if let Some(text) = new_name {
        job.name = name::line("name", text, 128)?;
    }
    if let Some(text) = remark {
        job.remark = if text.trim().is_empty() { String::new() } else { name::line("remark", text, 512)? };
    }
    jobs::update(&tx, &job).await?;
    app.audit(&tx, caller, "job.update", id, json!({ "name": job.name, "remark": job.remark })).await?;
    around(points::CHANGE_COMMIT, tx.commit()).await?;
    Ok(job)
}

/// Puts a job away, or brings it back. Nothing of it is lost.
///
/// # Errors
/// `Conflict` for a job that is not over.
pub async fn set_deleted(app: &App, caller: &Caller, id: JobId, deleted: bool) -> Result<Job> {
    changeable(app, caller, id).await?;
    let tx = app.store.begin().await?;
    let mut job = in_tx(&tx, id).await?;
    if deleted && !job.state.is_final() {
        return Err(Error::conflict(format!("the job is {}; only one that is over can be put away", job.state)).hint("cancel it first"));
    }
    if job.deleted == deleted {
        return Ok(job);
    }
    job.deleted = deleted;
    jobs::update(&tx, &job).await?;
    let action = if deleted { "job.delete" } else { "job.restore" };
    app.audit(&tx, caller, action, id, json!({})).await?;
    around(points::CHANGE_COMMIT, tx.commit()).await?;
    Ok(job)
}

async fn in_tx(tx: &Tx, id: JobId) -> Result<Job> {
    jobs::by_id(tx, id).await?.ok_or_else(|| Error::not_found(format!("there is no job {id}")))
}

async fn current(app: &App, id: JobId) -> Result<Job> {
    jobs::by_id(app.store.read(), id).await?.ok_or_else(|| Error::not_found(format!("there is no job {id}")))
}
