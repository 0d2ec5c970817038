//! Intents: what a gateway should do. Written in the transaction of their cause, sent until kept, closed by a fact.

use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use tieline_model::job::AttemptKey;
use tieline_model::{GatewayId, IntentId, Result, Timestamp};

use crate::Tx;
use crate::error::{broken, fault};

/// What a gateway should do about an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Which intent.
    pub id: IntentId,
    /// Whose work it is.
    pub gateway: GatewayId,
    /// About which attempt.
    pub key: AttemptKey,
    /// A word for it: `run`, `cancel`, `purge`.
    pub kind: String,
    /// The encoded message as it is sent.
    pub body: Vec<u8>,
    /// Since when it is wanted.
    pub created: Timestamp,
    /// Since when it lies on the gateway's disk.
    pub kept: Option<Timestamp>,
}

/// Adds an intent.
///
/// # Errors
/// Where the database fails.
pub async fn insert(tx: &Tx, intent: &Intent) -> Result<()> {
    row::Entity::insert(row::ActiveModel {
        id: Set(intent.id.into()),
        gateway_id: Set(intent.gateway.into()),
        job_id: Set(intent.key.job.into()),
        attempt: Set(i64::from(intent.key.number)),
        kind: Set(intent.kind.clone()),
        body: Set(intent.body.clone()),
        created_at: Set(intent.created.micros()),
        kept_at: Set(intent.kept.map(Timestamp::micros)),
        closed_at: Set(None),
    })
    .exec_without_returning(tx)
    .await
    .map_err(fault)?;
    Ok(())
}

/// What this gateway still has to do: what it should run before what it should cancel, each oldest first. A
/// gateway must hear of an attempt before it hears of its end, whatever a clock did in between.
///
/// # Errors
/// Where the database fails.
pub async fn open(db: &impl ConnectionTrait, gateway: GatewayId) -> Result<Vec<Intent>> {
    let query = row::Entity::find()
        .filter(row::Column::GatewayId.eq(Uuid::from(gateway)))
        .filter(row::Column::ClosedAt.is_null())
        .order_by_desc(row::Column::Kind)
        .order_by_asc(row::Column::Id);
    query.all(db).await.map_err(fault)?.into_iter().map(Intent::try_from).collect()
}

/// Whether an intent of this kind is already open for the attempt.
///
/// # Errors
/// Where the database fails.
pub async fn is_open(db: &impl ConnectionTrait, key: AttemptKey, kind: &str) -> Result<bool> {
    let query = of(key).filter(row::Column::Kind.eq(kind)).filter(row::Column::ClosedAt.is_null());
    Ok(query.one(db).await.map_err(fault)?.is_some())
}

/// The gateway has it on its disk.
///
/// # Errors
/// Where the database fails.
pub async fn keep(tx: &Tx, gateway: GatewayId, id: IntentId, at: Timestamp) -> Result<()> {
    row::Entity::update_many()
        .col_expr(row::Column::KeptAt, Expr::value(at.micros()))
        .filter(row::Column::Id.eq(Uuid::from(id)))
        .filter(row::Column::GatewayId.eq(Uuid::from(gateway)))
        .filter(row::Column::KeptAt.is_null())
        .exec(tx)
        .await
        .map_err(fault)?;
    Ok(())
}

/// Nothing of these kinds is left to do for the attempt.
///
/// # Errors
/// Where the database fails.
pub async fn close(tx: &Tx, key: AttemptKey, kinds: &[&str], at: Timestamp) -> Result<()> {
    row::Entity::update_many()
        .col_expr(row::Column::ClosedAt, Expr::value(at.micros()))
        .filter(row::Column::JobId.eq(Uuid::from(key.job)))
        .filter(row::Column::Attempt.eq(i64::from(key.number)))
        .filter(row::Column::Kind.is_in(kinds.iter().copied()))
        .filter(row::Column::ClosedAt.is_null())
        .exec(tx)
        .await
        .map_err(fault)?;
    Ok(())
}

fn of(key: AttemptKey) -> sea_orm::Select<row::Entity> {
    row::Entity::find().filter(row::Column::JobId.eq(Uuid::from(key.job))).filter(row::Column::Attempt.eq(i64::from(key.number)))
}

impl TryFrom<row::Model> for Intent {
    type Error = tieline_model::Error;
    fn try_from(row: row::Model) -> Result<Self> {
        let id = IntentId::from(row.id);
        let number = u32::try_from(row.attempt).map_err(|error| broken("intent", "attempt", id, error))?;
        Ok(Self {
            id,
            gateway: row.gateway_id.into(),
            key: AttemptKey { job: row.job_id.into(), number },
            kind: row.kind,
            body: row.body,
            created: Timestamp::from_micros(row.created_at),
            kept: row.kept_at.map(Timestamp::from_micros),
        })
    }
}

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "intent")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub gateway_id: Uuid,
        pub job_id: Uuid,
        pub attempt: i64,
        pub kind: String,
        pub body: Vec<u8>,
        pub created_at: i64,
        pub kept_at: Option<i64>,
        pub closed_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
