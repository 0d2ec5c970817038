//! Personal API tokens, known by the hash of their secret only.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use tieline_model::{Result, Timestamp, TokenId, UserId};

use crate::Tx;
use crate::error::fault;
use crate::users::{self, User};

/// A personal API token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Which token.
    pub id: TokenId,
    /// Whose.
    pub user: UserId,
    /// What it is for, in the person's words.
    pub name: String,
    /// SHA-256 of the secret, in hexadecimal.
    pub hash: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends by itself, if it does.
    pub expires: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub used: Option<Timestamp>,
}

impl Token {
    /// Whether it still proves anything.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|until| now < until)
    }
}

/// Adds a token.
///
/// # Errors
/// `Conflict` where the person does not exist.
pub async fn insert(tx: &Tx, token: &Token) -> Result<()> {
    let row = row::ActiveModel {
        id: Set(token.id.into()),
        user_id: Set(token.user.into()),
        name: Set(token.name.clone()),
        hash: Set(token.hash.clone()),
        created_at: Set(token.created.micros()),
        expires_at: Set(token.expires.map(Timestamp::micros)),
        used_at: Set(token.used.map(Timestamp::micros)),
    };
    row::Entity::insert(row).exec_without_returning(tx).await.map_err(fault)?;
    Ok(())
}

/// The token with this id.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: TokenId) -> Result<Option<Token>> {
    Ok(row::Entity::find_by_id(Uuid::from(id)).one(db).await.map_err(fault)?.map(Token::from))
}

/// The token with this hash and its person, in one question.
///
/// # Errors
/// Where the database fails.
pub async fn with_user(db: &impl ConnectionTrait, hash: &str) -> Result<Option<(Token, User)>> {
    let found = row::Entity::find().filter(row::Column::Hash.eq(hash)).find_also_related(users::row::Entity);
    let Some((token, Some(user))) = found.one(db).await.map_err(fault)? else { return Ok(None) };
    Ok(Some((token.into(), user.try_into()?)))
}

/// A person's tokens, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn of_user(db: &impl ConnectionTrait, user: UserId, after: Option<TokenId>, limit: u64) -> Result<Vec<Token>> {
    let mut query = row::Entity::find().filter(row::Column::UserId.eq(Uuid::from(user))).order_by_desc(row::Column::Id).limit(limit);
    if let Some(after) = after {
        query = query.filter(row::Column::Id.lt(Uuid::from(after)));
    }
    Ok(query.all(db).await.map_err(fault)?.into_iter().map(Token::from).collect())
}

/// Notes that a token was used.
///
/// # Errors
/// Where the database fails.
pub async fn touch(tx: &Tx, id: TokenId, now: Timestamp) -> Result<()> {
    row::Entity::update_many()
        .col_expr(row::Column::UsedAt, Expr::value(now.micros()))
        .filter(row::Column::Id.eq(Uuid::from(id)))
        .exec(tx)
        .await
        .map_err(fault)?;
    Ok(())
}

/// Removes a token of this person. Says whether there was one.
///
/// # Errors
/// Where the database fails.
pub async fn remove(tx: &Tx, user: UserId, id: TokenId) -> Result<bool> {
    let done = row::Entity::delete_many()
        .filter(row::Column::Id.eq(Uuid::from(id)))
        .filter(row::Column::UserId.eq(Uuid::from(user)))
        .exec(tx)
        .await
        .map_err(fault)?;
    Ok(done.rows_affected > 0)
}

/// Removes at most `limit` tokens that ended before this moment, and says how many that were.
///
/// # Errors
/// Where the database fails.
pub async fn remove_over(tx: &Tx, before: Timestamp, limit: u64) -> Result<u64> {
    let over = row::Entity::find().select_only().column(row::Column::Id).filter(row::Column::ExpiresAt.lt(before.micros())).limit(limit);
    let ids = over.into_tuple::<Uuid>().all(tx).await.map_err(fault)?;
    let done = row::Entity::delete_many().filter(row::Column::Id.is_in(ids)).exec(tx).await.map_err(fault)?;
    Ok(done.rows_affected)
}

impl From<row::Model> for Token {
    fn from(row: row::Model) -> Self {
        Self {
            id: row.id.into(),
            user: row.user_id.into(),
            name: row.name,
            hash: row.hash,
            created: Timestamp::from_micros(row.created_at),
            expires: row.expires_at.map(Timestamp::from_micros),
            used: row.used_at.map(Timestamp::from_micros),
        }
    }
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "api_token")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub name: String,
        pub hash: String,
        pub created_at: i64,
        pub expires_at: Option<i64>,
        pub used_at: Option<i64>,
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
