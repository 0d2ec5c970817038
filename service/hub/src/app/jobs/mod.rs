//! Jobs: what people want run, and what became of it.

pub mod control;
pub mod create;
pub mod explain;
pub mod facts;
mod fold;
pub mod intents;
pub mod place;
pub mod progress;
mod questions;
pub mod record;
pub mod refold;
pub mod wanted;

use tieline_model::{Error, JobId, Result};
use tieline_store_hub::jobs::Job;
use tieline_store_hub::{ConnectionTrait, jobs, machines};

use crate::App;
use crate::app::people::caller::Caller;

/// The job, if the caller may see it: its owner, the operator of the center it runs at, an administrator.
///
/// # Errors
/// `NotFound` for everybody else, whether it exists or not.
pub async fn visible(app: &App, caller: &Caller, id: JobId) -> Result<Job> {
    visible_in(app.store.read(), caller, id).await
}

/// The same at the moment of a snapshot.
///
/// # Errors
/// As [`visible`].
pub async fn visible_in(db: &impl ConnectionTrait, caller: &Caller, id: JobId) -> Result<Job> {
    let missing = || Error::not_found(format!("there is no job {id}"));
    let job = jobs::by_id(db, id).await?.ok_or_else(missing)?;
    if job.user == caller.user || caller.roles.is_administrator() {
        return Ok(job);
    }
    let Some(machine) = job.machine else { return Err(missing()) };
    let machine = machines::by_id(db, machine).await?;
    if machine.is_some_and(|machine| caller.roles.operates(machine.center)) { Ok(job) } else { Err(missing()) }
}

/// The job, if the caller may change it: its owner or an administrator.
///
/// # Errors
/// `NotFound` for those who may not even see it, `Forbidden` for an operator who may.
pub async fn changeable(app: &App, caller: &Caller, id: JobId) -> Result<Job> {
    let job = visible(app, caller, id).await?;
    if job.user == caller.user || caller.roles.is_administrator() {
        return Ok(job);
    }
    Err(Error::forbidden("only the job's owner or an administrator may do this"))
}

/// Tells listeners about facts up to this number.
pub(crate) fn announce(app: &App, newest: u64) {
    app.signals.facts.send_if_modified(|last| std::mem::replace(last, newest.max(*last)) < newest);
}
