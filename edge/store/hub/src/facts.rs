//! Facts: appended once, never edited. Each has a number of its own over the whole hub, which is also the live events' id.

use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, sea_query::OnConflict};
use tieline_model::job::{AttemptKey, JobFact};
use tieline_model::{GatewayId, IncarnationId, JobId, Result, Timestamp, UserId};

use crate::Tx;
use crate::error::{broken, fault};

/// Where a fact was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The hub did it.
    Hub,
    /// A gateway sent it, under this number of its own.
    Gateway {
        /// Which gateway.
        gateway: GatewayId,
        /// Which life of its local state.
        incarnation: IncarnationId,
        /// Its own number, from 1.
        sequence: u64,
    },
}

/// A fact about an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Its number over the whole hub; zero before it is written.
    pub number: u64,
    /// Where it was seen.
    pub origin: Origin,
    /// Whose job it is about; `None` for a job this hub does not know, as after it was restored from a backup.
    pub user: Option<UserId>,
    /// Which attempt it is about.
    pub key: AttemptKey,
    /// What happened.
    pub body: JobFact,
    /// When, by the clock of who saw it.
    pub at: Timestamp,
    /// When the hub wrote it.
    pub recorded: Timestamp,
    /// Why it changed nothing, if it could not be true.
    pub refused: Option<String>,
}

/// Appends a fact and gives it its number.
///
/// # Errors
/// `Conflict` where the same gateway's number was written before.
pub async fn append(tx: &Tx, fact: &Fact) -> Result<u64> {
    let body = serde_json::to_value(&fact.body).map_err(|error| tieline_model::Error::internal(error.to_string()))?;
    let kind = body.get("fact").and_then(|kind| kind.as_str()).unwrap_or_default().to_owned();
    let (gateway, incarnation, sequence) = match fact.origin {
        Origin::Hub => (None, None, None),
        Origin::Gateway { gateway, incarnation, sequence } => {
            (Some(gateway.into()), Some(incarnation.into()), Some(i64::try_from(sequence).unwrap_or(i64::MAX)))
        }
    };
    let row = row::ActiveModel {
        number: NotSet,
        gateway_id: Set(gateway),
        incarnation_id: Set(incarnation),
        sequence: Set(sequence),
        user_id: Set(fact.user.map(Into::into)),
        job_id: Set(fact.key.job.into()),
        attempt: Set(i64::from(fact.key.number)),
        kind: Set(kind),
        body: Set(body.to_string()),
        at: Set(fact.at.micros()),
        recorded_at: Set(fact.recorded.micros()),
        refused: Set(fact.refused.clone()),
    };
    Ok(row::Entity::insert(row).exec(tx).await.map_err(fault)?.last_insert_id.unsigned_abs())
}

/// At most `limit` facts about one user's jobs after this number, oldest first.
///
/// # Errors
/// Where the database fails.
pub async fn of_user(db: &impl ConnectionTrait, user: UserId, after: u64, limit: u64) -> Result<Vec<Fact>> {
    let query = row::Entity::find()
        .filter(row::Column::UserId.eq(Uuid::from(user)))
        .filter(row::Column::Number.gt(i64::try_from(after).unwrap_or(i64::MAX)))
        .order_by_asc(row::Column::Number)
        .limit(limit);
    query.all(db).await.map_err(fault)?.into_iter().map(Fact::try_from).collect()
}

/// All facts about a job, oldest first.
///
/// # Errors
/// Where the database fails.
pub async fn of_job(db: &impl ConnectionTrait, job: JobId) -> Result<Vec<Fact>> {
    let query = row::Entity::find().filter(row::Column::JobId.eq(Uuid::from(job))).order_by_asc(row::Column::Number);
    query.all(db).await.map_err(fault)?.into_iter().map(Fact::try_from).collect()
}

/// At most `limit` facts about jobs this hub does not know, newest first: after it was restored from a backup, gateways tell
/// of jobs that were made since.
///
/// # Errors
/// Where the database fails.
pub async fn kept_aside(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Fact>> {
    let query = row::Entity::find().filter(row::Column::UserId.is_null()).order_by_desc(row::Column::Number).limit(limit);
    query.all(db).await.map_err(fault)?.into_iter().map(Fact::try_from).collect()
}

/// The number of the newest fact; zero without.
///
/// # Errors
/// Where the database fails.
pub async fn newest(db: &impl ConnectionTrait) -> Result<u64> {
    let last = row::Entity::find().select_only().column(row::Column::Number).order_by_desc(row::Column::Number).limit(1);
    Ok(last.into_tuple::<i64>().one(db).await.map_err(fault)?.map_or(0, i64::unsigned_abs))
}

/// Up to which of its own numbers this life of a gateway has been applied.
///
/// # Errors
/// Where the database fails.
pub async fn cursor(db: &impl ConnectionTrait, gateway: GatewayId, incarnation: IncarnationId) -> Result<u64> {
    let found = cursor_row::Entity::find_by_id((Uuid::from(gateway), Uuid::from(incarnation))).one(db).await.map_err(fault)?;
    Ok(found.map_or(0, |row| row.applied.unsigned_abs()))
}

/// Moves the cursor, in the same transaction as the facts it passes.
///
/// # Errors
/// Where the database fails.
pub async fn move_cursor(tx: &Tx, gateway: GatewayId, incarnation: IncarnationId, applied: u64) -> Result<()> {
    let row = cursor_row::ActiveModel {
        gateway_id: Set(gateway.into()),
        incarnation_id: Set(incarnation.into()),
        applied: Set(i64::try_from(applied).unwrap_or(i64::MAX)),
    };
    let mut overwrite = OnConflict::columns([cursor_row::Column::GatewayId, cursor_row::Column::IncarnationId]);
    overwrite.update_column(cursor_row::Column::Applied);
    cursor_row::Entity::insert(row).on_conflict(overwrite).exec_without_returning(tx).await.map_err(fault)?;
    Ok(())
}

impl TryFrom<row::Model> for Fact {
    type Error = tieline_model::Error;
    fn try_from(row: row::Model) -> Result<Self> {
        let number = row.number.unsigned_abs();
        let origin = match (row.gateway_id, row.incarnation_id, row.sequence) {
            (Some(gateway), Some(incarnation), Some(sequence)) => {
                Origin::Gateway { gateway: gateway.into(), incarnation: incarnation.into(), sequence: sequence.unsigned_abs() }
            }
            _ => Origin::Hub,
        };
        let attempt = u32::try_from(row.attempt).map_err(|error| broken("fact", "attempt", number, error))?;
        Ok(Self {
            number,
            origin,
            user: row.user_id.map(Into::into),
            key: AttemptKey { job: row.job_id.into(), number: attempt },
            body: serde_json::from_str(&row.body).map_err(|error| broken("fact", "body", number, error))?,
            at: Timestamp::from_micros(row.at),
            recorded: Timestamp::from_micros(row.recorded_at),
            refused: row.refused,
        })
    }
}

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "fact")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub number: i64,
        pub gateway_id: Option<Uuid>,
        pub incarnation_id: Option<Uuid>,
        pub sequence: Option<i64>,
        pub user_id: Option<Uuid>,
        pub job_id: Uuid,
        pub attempt: i64,
        pub kind: String,
        pub body: String,
        pub at: i64,
        pub recorded_at: i64,
        pub refused: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod cursor_row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "fact_cursor")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub gateway_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub incarnation_id: Uuid,
        pub applied: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
