//! One-time rights to enrol a gateway. Only a checksum of the secret is kept.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use tieline_model::{CenterId, JoinTokenId, Result, Sha256, Timestamp};

use crate::Tx;
use crate::error::fault;

/// A right to enrol one gateway for one center.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinToken {
    /// Which one.
    pub id: JoinTokenId,
    /// For which center.
    pub center: CenterId,
    /// What the secret hashes to.
    pub secret: Sha256,
    /// Since when.
    pub created: Timestamp,
    /// Until when.
    pub expires: Timestamp,
}

/// Adds a token.
///
/// # Errors
/// `Conflict` where the center is gone.
pub async fn insert(tx: &Tx, token: &JoinToken) -> Result<()> {
    row::Entity::insert(row::ActiveModel {
        id: Set(token.id.into()),
        center_id: Set(token.center.into()),
        secret_sha256: Set(token.secret.to_string()),
        created_at: Set(token.created.micros()),
        expires_at: Set(token.expires.micros()),
        used_at: Set(None),
    })
    .exec_without_returning(tx)
    .await
    .map_err(fault)?;
    Ok(())
}

/// Whether the token with this secret is good.
///
/// # Errors
/// Where the database fails.
pub async fn is_good(db: &impl ConnectionTrait, secret: Sha256, now: Timestamp) -> Result<bool> {
    Ok(good(db, secret, now).await?.is_some())
}

/// Spends the token with this secret: the id and the center if it was good until now, `None` if it is unknown, used or too old.
///
/// # Errors
/// Where the database fails.
pub async fn spend(tx: &Tx, secret: Sha256, now: Timestamp) -> Result<Option<(JoinTokenId, CenterId)>> {
    let Some(token) = good(tx, secret, now).await? else { return Ok(None) };
    row::Entity::update_many()
        .col_expr(row::Column::UsedAt, Expr::value(now.micros()))
        .filter(row::Column::Id.eq(token.id))
        .exec(tx)
        .await
        .map_err(fault)?;
    Ok(Some((token.id.into(), token.center_id.into())))
}

async fn good(db: &impl ConnectionTrait, secret: Sha256, now: Timestamp) -> Result<Option<row::Model>> {
    let found = row::Entity::find().filter(row::Column::SecretSha256.eq(secret.to_string())).one(db).await.map_err(fault)?;
    Ok(found.filter(|token| token.used_at.is_none() && token.expires_at > now.micros()))
}

/// Removes tokens that could not be used any more before this moment.
///
/// # Errors
/// Where the database fails.
pub async fn forget(tx: &Tx, before: Timestamp) -> Result<()> {
    row::Entity::delete_many().filter(row::Column::ExpiresAt.lt(before.micros())).exec(tx).await.map_err(fault)?;
    Ok(())
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "join_token")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub center_id: Uuid,
        pub secret_sha256: String,
        pub created_at: i64,
        pub expires_at: i64,
        pub used_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
