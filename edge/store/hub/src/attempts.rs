//! Attempts and their transitions: folds over facts, kept as rows so that reading them is cheap.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, OnConflict, Query};
use sea_orm::{Iterable, QueryOrder, QuerySelect};
use tieline_model::job::{AttemptKey, NativeId, Sight, State, StateName, Usage};
use tieline_model::{GatewayId, JobId, MachineId, QueueName, Result, Timestamp};

use crate::Tx;
use crate::error::{broken, fault};
use crate::facts::row as fact;
use crate::intents::row as intent;

/// One try of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Which try of which job.
    pub key: AttemptKey,
    /// The gateway it was given to, once it is placed.
    pub gateway: Option<GatewayId>,
    /// The machine, once it is placed.
    pub machine: Option<MachineId>,
    /// The queue it was placed in.
    pub queue: Option<QueueName>,
    /// The evaluation that placed it, as JSON.
    pub evaluation: Option<String>,
    /// Its folder on the machine.
    pub folder: Option<String>,
    /// The scheduler's number.
    pub native: Option<NativeId>,
    /// What is known of it.
    pub state: State,
    /// What the scheduler said last.
    pub sight: Option<Sight>,
    /// What it occupied.
    pub usage: Option<Usage>,
    /// How many transitions it has made.
    pub transitions: u32,
    /// Since when.
    pub created: Timestamp,
    /// The last transition.
    pub changed: Timestamp,
    /// When it began to run.
    pub started: Option<Timestamp>,
    /// When it was over on the machine.
    pub ended: Option<Timestamp>,
    /// Whether its folder on the machine is gone.
    pub purged: bool,
}

/// One transition of an attempt, with the fact that caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// From here.
    pub from: StateName,
    /// To there.
    pub to: StateName,
    /// When, by the clock of who saw it.
    pub at: Timestamp,
    /// Nobody saw it: it must have happened.
    pub inferred: bool,
    /// The number of the fact.
    pub fact: u64,
}

impl Attempt {
    /// An attempt of which nothing is known but that it is wanted.
    pub fn created(key: AttemptKey, at: Timestamp) -> Self {
        Self {
            key,
            gateway: None,
            machine: None,
            queue: None,
            evaluation: None,
            folder: None,
            native: None,
            state: State::Created,
            sight: None,
            usage: None,
            transitions: 0,
            created: at,
            changed: at,
            started: None,
            ended: None,
            purged: false,
        }
    }
}

/// Writes an attempt, new or known.
///
/// # Errors
/// Where the database fails.
pub async fn save(tx: &Tx, attempt: &Attempt) -> Result<()> {
    let mut overwrite = OnConflict::columns([row::Column::JobId, row::Column::Number]);
    let changing =
        row::Column::iter().filter(|column| !matches!(column, row::Column::JobId | row::Column::Number | row::Column::CreatedAt));
    overwrite.update_columns(changing);
    row::Entity::insert(row::ActiveModel::try_from(attempt)?).on_conflict(overwrite).exec_without_returning(tx).await.map_err(fault)?;
    Ok(())
}

/// One attempt.
///
/// # Errors
/// Where the database fails.
pub async fn by_key(db: &impl ConnectionTrait, key: AttemptKey) -> Result<Option<Attempt>> {
    let found = row::Entity::find_by_id((Uuid::from(key.job), i64::from(key.number))).one(db).await.map_err(fault)?;
    found.map(Attempt::try_from).transpose()
}

/// All attempts of a job, the first one first.
///
/// # Errors
/// Where the database fails.
pub async fn of_job(db: &impl ConnectionTrait, job: JobId) -> Result<Vec<Attempt>> {
    let query = row::Entity::find().filter(row::Column::JobId.eq(Uuid::from(job))).order_by_asc(row::Column::Number);
    query.all(db).await.map_err(fault)?.into_iter().map(Attempt::try_from).collect()
}

/// Attempts in one of these states, oldest job first.
///
/// # Errors
/// Where the database fails.
pub async fn in_states(db: &impl ConnectionTrait, states: &[StateName]) -> Result<Vec<Attempt>> {
    let words = states.iter().map(|state| state.word());
    let query = row::Entity::find().filter(row::Column::StateName.is_in(words)).order_by_asc(row::Column::JobId);
    query.all(db).await.map_err(fault)?.into_iter().map(Attempt::try_from).collect()
}

/// Attempts that were over before this moment, by their own clock and by the hub's, and whose folder still lies on its machine without anybody having asked for
/// its removal, the longest over first, at most `limit`.
///
/// # Errors
/// Where the database fails.
pub async fn to_purge(db: &impl ConnectionTrait, before: Timestamp, limit: u64) -> Result<Vec<Attempt>> {
    let over = StateName::ALL.into_iter().filter(|state| state.is_final()).map(StateName::word);
    let asked = Query::select()
        .column(intent::Column::Id)
        .from(intent::Entity)
        .and_where(Expr::col((intent::Entity, intent::Column::JobId)).equals((row::Entity, row::Column::JobId)))
        .and_where(Expr::col((intent::Entity, intent::Column::Attempt)).equals((row::Entity, row::Column::Number)))
        .and_where(intent::Column::Kind.eq("purge"))
        .and_where(intent::Column::ClosedAt.is_null())
        .to_owned();
    let heard_lately = Query::select()
        .column((fact::Entity, fact::Column::Number))
        .from(transition_row::Entity)
        .inner_join(
            fact::Entity,
            Expr::col((fact::Entity, fact::Column::Number)).equals((transition_row::Entity, transition_row::Column::Fact)),
        )
        .and_where(Expr::col((transition_row::Entity, transition_row::Column::JobId)).equals((row::Entity, row::Column::JobId)))
        .and_where(Expr::col((transition_row::Entity, transition_row::Column::Attempt)).equals((row::Entity, row::Column::Number)))
        .and_where(Expr::col((transition_row::Entity, transition_row::Column::Ordinal)).equals((row::Entity, row::Column::Transitions)))
        .and_where(Expr::col((fact::Entity, fact::Column::RecordedAt)).gte(before.micros()))
        .to_owned();
    let query = row::Entity::find()
        .filter(row::Column::Purged.eq(false))
        .filter(row::Column::GatewayId.is_not_null())
        .filter(row::Column::StateName.is_in(over))
        .filter(row::Column::ChangedAt.lt(before.micros()))
        .filter(Expr::exists(asked).not())
        .filter(Expr::exists(heard_lately).not())
        .order_by_asc(row::Column::ChangedAt)
        .limit(limit);
    query.all(db).await.map_err(fault)?.into_iter().map(Attempt::try_from).collect()
}

/// Adds a transition; `ordinal` counts from 1 within the attempt.
///
/// # Errors
/// Where the database fails.
pub async fn add_transition(tx: &Tx, key: AttemptKey, ordinal: u32, transition: &Transition) -> Result<()> {
    transition_row::Entity::insert(transition_row::ActiveModel {
        job_id: Set(key.job.into()),
        attempt: Set(i64::from(key.number)),
        ordinal: Set(i64::from(ordinal)),
        from_state: Set(transition.from.word().to_owned()),
        to_state: Set(transition.to.word().to_owned()),
        at: Set(transition.at.micros()),
        inferred: Set(transition.inferred),
        fact: Set(i64::try_from(transition.fact).unwrap_or(i64::MAX)),
    })
    .exec_without_returning(tx)
    .await
    .map_err(fault)?;
    Ok(())
}

/// The transitions of an attempt in order.
///
/// # Errors
/// Where the database fails.
pub async fn transitions(db: &impl ConnectionTrait, key: AttemptKey) -> Result<Vec<Transition>> {
    let query = transition_row::Entity::find()
        .filter(transition_row::Column::JobId.eq(Uuid::from(key.job)))
        .filter(transition_row::Column::Attempt.eq(i64::from(key.number)))
        .order_by_asc(transition_row::Column::Ordinal);
    let state = |text: &str| text.parse().map_err(|error| broken("transition", "state", key, error));
    let rows = query.all(db).await.map_err(fault)?.into_iter();
    rows.map(|row| {
        Ok(Transition {
            from: state(&row.from_state)?,
            to: state(&row.to_state)?,
            at: Timestamp::from_micros(row.at),
            inferred: row.inferred,
            fact: row.fact.unsigned_abs(),
        })
    })
    .collect()
}

/// Removes the attempts of a job and their transitions, to be written anew from its facts.
///
/// # Errors
/// Where the database fails.
pub async fn forget(tx: &Tx, job: JobId) -> Result<()> {
    let transitions = transition_row::Entity::delete_many().filter(transition_row::Column::JobId.eq(Uuid::from(job)));
    transitions.exec(tx).await.map_err(fault)?;
    row::Entity::delete_many().filter(row::Column::JobId.eq(Uuid::from(job))).exec(tx).await.map_err(fault)?;
    Ok(())
}

/// Gives all attempts on a machine, with what is still wanted of them, to the gateway that serves the machine now. Says how
/// much is wanted.
///
/// # Errors
/// Where the database fails.
pub async fn hand_over(tx: &Tx, machine: MachineId, from: GatewayId, to: GatewayId) -> Result<u64> {
    let on_machine = Query::select()
        .column(row::Column::JobId)
        .from(row::Entity)
        .and_where(Expr::col((row::Entity, row::Column::JobId)).equals((intent::Entity, intent::Column::JobId)))
        .and_where(Expr::col((row::Entity, row::Column::Number)).equals((intent::Entity, intent::Column::Attempt)))
        .and_where(row::Column::MachineId.eq(Uuid::from(machine)))
        .to_owned();
    let moved = intent::Entity::update_many()
        .col_expr(intent::Column::GatewayId, Expr::value(Uuid::from(to)))
        .filter(intent::Column::GatewayId.eq(Uuid::from(from)))
        .filter(intent::Column::ClosedAt.is_null())
        .filter(Expr::exists(on_machine))
        .exec(tx)
        .await
        .map_err(fault)?;
    row::Entity::update_many()
        .col_expr(row::Column::GatewayId, Expr::value(Uuid::from(to)))
        .filter(row::Column::GatewayId.eq(Uuid::from(from)))
        .filter(row::Column::MachineId.eq(Uuid::from(machine)))
        .exec(tx)
        .await
        .map_err(fault)?;
    Ok(moved.rows_affected)
}

fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| tieline_model::Error::internal(error.to_string()))
}

impl TryFrom<&Attempt> for row::ActiveModel {
    type Error = tieline_model::Error;
    fn try_from(attempt: &Attempt) -> Result<Self> {
        Ok(Self {
            job_id: Set(attempt.key.job.into()),
            number: Set(i64::from(attempt.key.number)),
            gateway_id: Set(attempt.gateway.map(Into::into)),
            machine_id: Set(attempt.machine.map(Into::into)),
            queue: Set(attempt.queue.as_ref().map(ToString::to_string)),
            evaluation: Set(attempt.evaluation.clone()),
            folder: Set(attempt.folder.clone()),
            native_id: Set(attempt.native.as_ref().map(ToString::to_string)),
            state_name: Set(attempt.state.name().word().to_owned()),
            state: Set(json(&attempt.state)?),
            sight: Set(attempt.sight.as_ref().map(json).transpose()?),
            usage: Set(attempt.usage.as_ref().map(json).transpose()?),
            transitions: Set(i64::from(attempt.transitions)),
            created_at: Set(attempt.created.micros()),
            changed_at: Set(attempt.changed.micros()),
            started_at: Set(attempt.started.map(Timestamp::micros)),
            ended_at: Set(attempt.ended.map(Timestamp::micros)),
            purged: Set(attempt.purged),
        })
    }
}

impl TryFrom<row::Model> for Attempt {
    type Error = tieline_model::Error;
    fn try_from(row: row::Model) -> Result<Self> {
        let number = u32::try_from(row.number).map_err(|error| broken("attempt", "number", JobId::from(row.job_id), error))?;
        let key = AttemptKey { job: row.job_id.into(), number };
        let wrong = |column: &'static str| move |error: serde_json::Error| broken("attempt", column, key, error);
        Ok(Self {
            key,
            gateway: row.gateway_id.map(Into::into),
            machine: row.machine_id.map(Into::into),
            queue: row.queue.map(|text| text.parse()).transpose().map_err(|error| broken("attempt", "queue", key, error))?,
            evaluation: row.evaluation,
            folder: row.folder,
            native: row.native_id.map(|text| text.parse()).transpose().map_err(|error| broken("attempt", "native_id", key, error))?,
            state: serde_json::from_str(&row.state).map_err(wrong("state"))?,
            sight: row.sight.map(|text| serde_json::from_str(&text)).transpose().map_err(wrong("sight"))?,
            usage: row.usage.map(|text| serde_json::from_str(&text)).transpose().map_err(wrong("usage"))?,
            transitions: u32::try_from(row.transitions).map_err(|error| broken("attempt", "transitions", key, error))?,
            created: Timestamp::from_micros(row.created_at),
            changed: Timestamp::from_micros(row.changed_at),
            started: row.started_at.map(Timestamp::from_micros),
            ended: row.ended_at.map(Timestamp::from_micros),
            purged: row.purged,
        })
    }
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "attempt")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub job_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub gateway_id: Option<Uuid>,
        pub machine_id: Option<Uuid>,
        pub queue: Option<String>,
        pub evaluation: Option<String>,
        pub folder: Option<String>,
        pub native_id: Option<String>,
        pub state_name: String,
        pub state: String,
        pub sight: Option<String>,
        pub usage: Option<String>,
        pub transitions: i64,
        pub created_at: i64,
        pub changed_at: i64,
        pub started_at: Option<i64>,
        pub ended_at: Option<i64>,
        pub purged: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod transition_row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "transition")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub job_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub attempt: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub ordinal: i64,
        pub from_state: String,
        pub to_state: String,
        pub at: i64,
        pub inferred: bool,
        pub fact: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
