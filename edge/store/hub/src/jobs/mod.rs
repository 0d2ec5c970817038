//! Jobs: wishes to run an app, with the present state of their latest attempt beside them for fast lists.

mod list;
pub(crate) mod row;

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use tieline_model::job::StateName;
use tieline_model::{AccountId, AppName, AppVersionId, JobId, MachineId, Result, Timestamp, UserId};

use crate::Tx;
use crate::error::{broken, fault};

pub use list::{Filter, last_of_each_app, list};

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Which job.
    pub id: JobId,
    /// Whose it is.
    pub user: UserId,
    /// Who pays.
    pub account: AccountId,
    /// The edition of the app it runs.
    pub app_version: AppVersionId,
    /// The app's name.
    pub app: AppName,
    /// What its owner calls it.
    pub name: String,
    /// What its owner noted.
    pub remark: String,
    /// What was asked for, as JSON; the hub knows its shape.
    pub request: String,
    /// The number of the latest attempt.
    pub attempt: u32,
    /// The state of the latest attempt.
    pub state: StateName,
    /// Where the latest attempt runs, once it is placed.
    pub machine: Option<MachineId>,
    /// Since when.
    pub created: Timestamp,
    /// The last change of its state.
    pub changed: Timestamp,
    /// When it reached a final state.
    pub ended: Option<Timestamp>,
    /// Whether its owner put it away.
    pub deleted: bool,
}

/// What lists show of a job: all of it but what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Which job.
    pub id: JobId,
    /// Whose it is.
    pub user: UserId,
    /// Who pays.
    pub account: AccountId,
    /// The app's name.
    pub app: AppName,
    /// What its owner calls it.
    pub name: String,
    /// What its owner noted.
    pub remark: String,
    /// The number of the latest attempt.
    pub attempt: u32,
    /// The state of the latest attempt.
    pub state: StateName,
    /// Where the latest attempt runs, once it is placed.
    pub machine: Option<MachineId>,
    /// Since when.
    pub created: Timestamp,
    /// The last change of its state.
    pub changed: Timestamp,
    /// When it reached a final state.
    pub ended: Option<Timestamp>,
    /// Whether its owner put it away.
    pub deleted: bool,
}

impl From<Job> for Summary {
    fn from(job: Job) -> Self {
        let Job {
            id,
            user,
            account,
            app_version: _,
            app,
            name,
            remark,
            request: _,
            attempt,
            state,
            machine,
            created,
            changed,
            ended,
            deleted,
        } = job;
        Self { id, user, account, app, name, remark, attempt, state, machine, created, changed, ended, deleted }
    }
}

/// Adds a job. A repeated `client_key` of the same user is a conflict, so that a request sent twice makes one job.
///
/// # Errors
/// `Conflict` where the key was used.
pub async fn insert(tx: &Tx, job: &Job, client_key: Option<&str>) -> Result<()> {
    row::Entity::insert(row::ActiveModel {
        id: Set(job.id.into()),
        user_id: Set(job.user.into()),
        account_id: Set(job.account.into()),
        app_version_id: Set(job.app_version.into()),
        app: Set(job.app.to_string()),
        name: Set(job.name.clone()),
        remark: Set(job.remark.clone()),
        request: Set(job.request.clone()),
        client_key: Set(client_key.map(str::to_owned)),
        attempt: Set(i64::from(job.attempt)),
        state: Set(job.state.word().to_owned()),
        base: Set(job.state.base().word().to_owned()),
        machine_id: Set(job.machine.map(Into::into)),
        created_at: Set(job.created.micros()),
        changed_at: Set(job.changed.micros()),
        ended_at: Set(job.ended.map(Timestamp::micros)),
        deleted: Set(job.deleted),
    })
    .exec_without_returning(tx)
    .await
    .map_err(fault)?;
    Ok(())
}

/// One job.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: JobId) -> Result<Option<Job>> {
    row::Entity::find_by_id(Uuid::from(id)).one(db).await.map_err(fault)?.map(Job::try_from).transpose()
}

/// At most `limit` jobs of everybody in the order they were made, after this one.
///
/// # Errors
/// Where the database fails.
pub async fn page(db: &impl ConnectionTrait, after: Option<JobId>, limit: u64) -> Result<Vec<Job>> {
    let mut query = row::Entity::find().order_by_asc(row::Column::Id).limit(limit);
    if let Some(after) = after {
        query = query.filter(row::Column::Id.gt(Uuid::from(after)));
    }
    query.all(db).await.map_err(fault)?.into_iter().map(Job::try_from).collect()
}

/// The job this user made with this key.
///
/// # Errors
/// Where the database fails.
pub async fn by_client_key(db: &impl ConnectionTrait, user: UserId, key: &str) -> Result<Option<Job>> {
    let mine = row::Entity::find().filter(row::Column::UserId.eq(Uuid::from(user))).filter(row::Column::ClientKey.eq(key));
    mine.one(db).await.map_err(fault)?.map(Job::try_from).transpose()
}

/// Writes what may change: name, remark, attempt, state, machine, the moments, the flag.
///
/// # Errors
/// Where the database fails.
pub async fn update(tx: &Tx, job: &Job) -> Result<()> {
    let row = row::ActiveModel {
        id: Set(job.id.into()),
        name: Set(job.name.clone()),
        remark: Set(job.remark.clone()),
        attempt: Set(i64::from(job.attempt)),
        state: Set(job.state.word().to_owned()),
        base: Set(job.state.base().word().to_owned()),
        machine_id: Set(job.machine.map(Into::into)),
        changed_at: Set(job.changed.micros()),
        ended_at: Set(job.ended.map(Timestamp::micros)),
        deleted: Set(job.deleted),
        ..Default::default()
    };
    row::Entity::update(row).exec(tx).await.map_err(fault)?;
    Ok(())
}

impl TryFrom<row::Model> for Job {
    type Error = tieline_model::Error;
    fn try_from(row: row::Model) -> Result<Self> {
        let id = JobId::from(row.id);
        let (app, attempt, state) = words(id, &row.app, row.attempt, &row.state)?;
        Ok(Self {
            id,
            user: row.user_id.into(),
            account: row.account_id.into(),
            app_version: row.app_version_id.into(),
            app,
            name: row.name,
            remark: row.remark,
            request: row.request,
            attempt,
            state,
            machine: row.machine_id.map(Into::into),
            created: Timestamp::from_micros(row.created_at),
            changed: Timestamp::from_micros(row.changed_at),
            ended: row.ended_at.map(Timestamp::from_micros),
            deleted: row.deleted,
        })
    }
}

impl TryFrom<row::Summary> for Summary {
    type Error = tieline_model::Error;
    fn try_from(row: row::Summary) -> Result<Self> {
        let id = JobId::from(row.id);
        let (app, attempt, state) = words(id, &row.app, row.attempt, &row.state)?;
        Ok(Self {
            id,
            user: row.user_id.into(),
            account: row.account_id.into(),
            app,
            name: row.name,
            remark: row.remark,
            attempt,
            state,
            machine: row.machine_id.map(Into::into),
            created: Timestamp::from_micros(row.created_at),
            changed: Timestamp::from_micros(row.changed_at),
            ended: row.ended_at.map(Timestamp::from_micros),
            deleted: row.deleted,
        })
    }
}

/// What of a row has to be read as a word or a number of the house.
fn words(id: JobId, app: &str, attempt: i64, state: &str) -> Result<(AppName, u32, StateName)> {
    Ok((
        app.parse().map_err(|error| broken("job", "app", id, error))?,
        u32::try_from(attempt).map_err(|error| broken("job", "attempt", id, error))?,
        state.parse().map_err(|error| broken("job", "state", id, error))?,
    ))
}
