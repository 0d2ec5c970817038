//! How people want their pages, as a document whose shape the hub knows.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use tieline_model::{Result, UserId};

use crate::Tx;
use crate::error::fault;

/// A person's document, if they ever changed anything.
///
/// # Errors
/// Where the database fails.
pub async fn of_user(db: &impl ConnectionTrait, user: UserId) -> Result<Option<String>> {
    Ok(row::Entity::find_by_id(Uuid::from(user)).one(db).await.map_err(fault)?.map(|row| row.document))
}

/// Keeps a person's document in place of the one before.
///
/// # Errors
/// Where the database fails.
pub async fn save(tx: &Tx, user: UserId, document: String) -> Result<()> {
    let row = row::ActiveModel { user_id: Set(user.into()), document: Set(document) };
    let instead = OnConflict::column(row::Column::UserId).update_column(row::Column::Document).to_owned();
    row::Entity::insert(row).on_conflict(instead).exec_without_returning(tx).await.map_err(fault)?;
    Ok(())
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "preference")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub document: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
