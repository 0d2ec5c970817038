//! Signed-in browsers and shells.
//!
//! A refresh token has a part that stays for the whole session and a part that changes at every refresh; the store keeps
//! hashes of both. A token with the right first part and an old second part was used twice, so somebody copied it.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};
use tieline_model::{Result, SessionId, Timestamp, UserId};

use crate::Tx;
use crate::error::fault;
use crate::users::{self, User};

/// A signed-in browser or shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Which session.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// What signed in, as it named itself.
    pub client: String,
    /// From where it signed in.
    pub address: String,
    /// Hash of the refresh token's part that stays.
    pub family: String,
    /// Hash of the part that changes.
    pub current: String,
    /// The one before; the same as `current` before the first refresh.
    pub previous: String,
    /// When it signed in.
    pub created: Timestamp,
    /// When it was last refreshed.
    pub rotated: Timestamp,
    /// When it ends by itself.
    pub expires: Timestamp,
    /// When it was ended, if it was.
    pub ended: Option<Timestamp>,
}

impl Session {
    /// Whether it still proves anything.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended.is_none() && now < self.expires
    }
}

/// Adds a session.
///
/// # Errors
/// `Conflict` where the person does not exist.
pub async fn insert(tx: &Tx, session: &Session) -> Result<()> {
    let row = row::ActiveModel {
        id: Set(session.id.into()),
        user_id: Set(session.user.into()),
        client: Set(session.client.clone()),
        address: Set(session.address.clone()),
        family: Set(session.family.clone()),
        current: Set(session.current.clone()),
        previous: Set(session.previous.clone()),
        created_at: Set(session.created.micros()),
        rotated_at: Set(session.rotated.micros()),
        expires_at: Set(session.expires.micros()),
        ended_at: Set(session.ended.map(Timestamp::micros)),
    };
    row::Entity::insert(row).exec_without_returning(tx).await.map_err(fault)?;
    Ok(())
}

/// The session with this id.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: SessionId) -> Result<Option<Session>> {
    Ok(row::Entity::find_by_id(Uuid::from(id)).one(db).await.map_err(fault)?.map(Session::from))
}

/// The session with this id and its person, in one question.
///
/// # Errors
/// Where the database fails.
pub async fn with_user(db: &impl ConnectionTrait, id: SessionId) -> Result<Option<(Session, User)>> {
    let found = row::Entity::find_by_id(Uuid::from(id)).find_also_related(users::row::Entity).one(db).await.map_err(fault)?;
    let Some((session, Some(user))) = found else { return Ok(None) };
    Ok(Some((session.into(), user.try_into()?)))
}

/// A person's open sessions, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn open_of_user(
    db: &impl ConnectionTrait,
    user: UserId,
    now: Timestamp,
    after: Option<SessionId>,
    limit: u64,
) -> Result<Vec<Session>> {
    let mut query = row::Entity::find()
        .filter(row::Column::UserId.eq(Uuid::from(user)))
        .filter(row::Column::EndedAt.is_null())
        .filter(row::Column::ExpiresAt.gt(now.micros()))
        .order_by_desc(row::Column::Id)
        .limit(limit);
    if let Some(after) = after {
        query = query.filter(row::Column::Id.lt(Uuid::from(after)));
    }
    Ok(query.all(db).await.map_err(fault)?.into_iter().map(Session::from).collect())
}

/// Notes the new changing part after a refresh.
///
/// # Errors
/// Where the database fails.
pub async fn rotate(tx: &Tx, id: SessionId, current: &str, previous: &str, now: Timestamp, expires: Timestamp) -> Result<()> {
    row::Entity::update_many()
        .col_expr(row::Column::Current, Expr::value(current))
        .col_expr(row::Column::Previous, Expr::value(previous))
        .col_expr(row::Column::RotatedAt, Expr::value(now.micros()))
        .col_expr(row::Column::ExpiresAt, Expr::value(expires.micros()))
        .filter(row::Column::Id.eq(Uuid::from(id)))
        .exec(tx)
        .await
        .map_err(fault)?;
    Ok(())
}

/// Ends one session; ending it twice changes nothing. Says whether it was open.
///
/// # Errors
/// Where the database fails.
pub async fn end(tx: &Tx, id: SessionId, now: Timestamp) -> Result<bool> {
    let done = row::Entity::update_many()
        .col_expr(row::Column::EndedAt, Expr::value(now.micros()))
        .filter(row::Column::Id.eq(Uuid::from(id)))
        .filter(row::Column::EndedAt.is_null())
        .exec(tx)
        .await
        .map_err(fault)?;
    Ok(done.rows_affected > 0)
}

/// Ends all sessions of a person but one, and says how many that were.
///
/// # Errors
/// Where the database fails.
pub async fn end_all(tx: &Tx, user: UserId, but: Option<SessionId>, now: Timestamp) -> Result<u64> {
    let mut update = row::Entity::update_many()
        .col_expr(row::Column::EndedAt, Expr::value(now.micros()))
        .filter(row::Column::UserId.eq(Uuid::from(user)))
        .filter(row::Column::EndedAt.is_null());
    if let Some(but) = but {
        update = update.filter(row::Column::Id.ne(Uuid::from(but)));
    }
    Ok(update.exec(tx).await.map_err(fault)?.rows_affected)
}

/// Removes at most `limit` sessions that were over before this moment, and says how many that were.
///
/// # Errors
/// Where the database fails.
pub async fn remove_over(tx: &Tx, before: Timestamp, limit: u64) -> Result<u64> {
    let over = Condition::any().add(row::Column::EndedAt.lt(before.micros())).add(row::Column::ExpiresAt.lt(before.micros()));
    let found = row::Entity::find().select_only().column(row::Column::Id).filter(over).limit(limit);
    let ids = found.into_tuple::<Uuid>().all(tx).await.map_err(fault)?;
    let done = row::Entity::delete_many().filter(row::Column::Id.is_in(ids)).exec(tx).await.map_err(fault)?;
    Ok(done.rows_affected)
}

impl From<row::Model> for Session {
    fn from(row: row::Model) -> Self {
        Self {
            id: row.id.into(),
            user: row.user_id.into(),
            client: row.client,
            address: row.address,
            family: row.family,
            current: row.current,
            previous: row.previous,
            created: Timestamp::from_micros(row.created_at),
            rotated: Timestamp::from_micros(row.rotated_at),
            expires: Timestamp::from_micros(row.expires_at),
            ended: row.ended_at.map(Timestamp::from_micros),
        }
    }
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "session")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub client: String,
        pub address: String,
        pub family: String,
        pub current: String,
        pub previous: String,
        pub created_at: i64,
        pub rotated_at: i64,
        pub expires_at: i64,
        pub ended_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "crate::users::row::Entity", from = "Column::UserId", to = "crate::users::row::Column::Id")]
        User,
    }

    impl Related<crate::users::row::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::User.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}
