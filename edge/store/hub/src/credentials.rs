//! Passwords as slow hashes, one for each person who signs in with one.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use tieline_model::{Result, Timestamp, UserId};

use crate::Tx;
use crate::error::fault;

/// Sets a person's password hash (PHC text).
///
/// # Errors
/// `Conflict` where the person does not exist.
pub async fn set(tx: &Tx, user: UserId, hash: &str, now: Timestamp) -> Result<()> {
    let row = row::ActiveModel { user_id: Set(user.into()), hash: Set(hash.to_owned()), changed_at: Set(now.micros()) };
    let replace = OnConflict::column(row::Column::UserId).update_columns([row::Column::Hash, row::Column::ChangedAt]).to_owned();
    row::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await.map_err(fault)?;
    Ok(())
}

/// A person's password hash; `None` for one who has no password.
///
/// # Errors
/// Where the database fails.
pub async fn of_user(db: &impl ConnectionTrait, user: UserId) -> Result<Option<String>> {
    Ok(row::Entity::find_by_id(Uuid::from(user)).one(db).await.map_err(fault)?.map(|row| row.hash))
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "credential")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub hash: String,
        pub changed_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
