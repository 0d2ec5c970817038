//! The audit log: who changed what, from where. Rows are only ever added; the engine itself refuses the rest.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use tieline_model::{AuditId, RequestId, Result, Timestamp, UserId};

use crate::Tx;
use crate::error::{broken, fault};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which row.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who, where it was a person we know.
    pub actor_id: Option<UserId>,
    /// Who, by name; `platform` for the hub itself.
    pub actor: String,
    /// From where.
    pub address: String,
    /// In which request.
    pub request: RequestId,
    /// What was done, such as `user.create`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// The rest; never a secret.
    pub detail: serde_json::Value,
}

/// Which rows one wants to see.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this person, by name.
    pub actor: Option<String>,
    /// With this action.
    pub action: Option<String>,
    /// About this subject.
    pub subject: Option<String>,
    /// At or after this moment.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

/// Adds a row.
///
/// # Errors
/// Where the database fails.
pub async fn insert(tx: &Tx, entry: &Entry) -> Result<()> {
    let row = row::ActiveModel {
        id: Set(entry.id.into()),
        at: Set(entry.at.micros()),
        actor_id: Set(entry.actor_id.map(Uuid::from)),
        actor: Set(entry.actor.clone()),
        address: Set(entry.address.clone()),
        request_id: Set(entry.request.into()),
        action: Set(entry.action.clone()),
        subject: Set(entry.subject.clone()),
        detail: Set(entry.detail.to_string()),
    };
    row::Entity::insert(row).exec_without_returning(tx).await.map_err(fault)?;
    Ok(())
}

/// The rows that fit, newest first, after the row `after`.
///
/// # Errors
/// Where the database fails.
pub async fn list(db: &impl ConnectionTrait, filter: &Filter, after: Option<AuditId>, limit: u64) -> Result<Vec<Entry>> {
    let mut query = row::Entity::find().order_by_desc(row::Column::Id).limit(limit);
    if let Some(actor) = &filter.actor {
        query = query.filter(row::Column::Actor.eq(actor));
    }
    if let Some(action) = &filter.action {
        query = query.filter(row::Column::Action.eq(action));
    }
    if let Some(subject) = &filter.subject {
        query = query.filter(row::Column::Subject.eq(subject));
    }
    if let Some(since) = filter.since {
        query = query.filter(row::Column::At.gte(since.micros()));
    }
    if let Some(until) = filter.until {
        query = query.filter(row::Column::At.lt(until.micros()));
    }
    if let Some(after) = after {
        query = query.filter(row::Column::Id.lt(Uuid::from(after)));
    }
    query.all(db).await.map_err(fault)?.into_iter().map(Entry::try_from).collect()
}

impl TryFrom<row::Model> for Entry {
    type Error = tieline_model::Error;
    fn try_from(row: row::Model) -> Result<Self> {
        let id = AuditId::from(row.id);
        Ok(Self {
            id,
            at: Timestamp::from_micros(row.at),
            actor_id: row.actor_id.map(UserId::from),
            actor: row.actor,
            address: row.address,
            request: row.request_id.into(),
            action: row.action,
            subject: row.subject,
            detail: serde_json::from_str(&row.detail).map_err(|error| broken("audit", "detail", id, error))?,
        })
    }
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub at: i64,
        pub actor_id: Option<Uuid>,
        pub actor: String,
        pub address: String,
        pub request_id: Uuid,
        pub action: String,
        pub subject: String,
        pub detail: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
