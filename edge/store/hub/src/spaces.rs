//! Spaces: the root of a person's files, and how much lies in it.

use sea_orm::ActiveValue::Set;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, Func};
use tieline_model::{Result, SpaceId, Timestamp, UserId};

use crate::Tx;
use crate::error::fault;
use crate::files::row as file;
use crate::uploads::row as upload;

/// The root of a person's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    /// Which space.
    pub id: SpaceId,
    /// Whose.
    pub user: UserId,
    /// Since when.
    pub created: Timestamp,
}

/// How much lies in a space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// How many files.
    pub files: u64,
    /// Bytes of all files.
    pub file_bytes: u64,
    /// Bytes that uploads under way may still fill: room promised to them.
    pub upload_bytes: u64,
}

impl Used {
    /// What counts against the limit.
    pub fn bytes(self) -> u64 {
        self.file_bytes.saturating_add(self.upload_bytes)
    }
}

/// Adds a space.
///
/// # Errors
/// `Conflict` where the person has one.
pub async fn insert(tx: &Tx, space: &Space) -> Result<()> {
    let row = row::ActiveModel { id: Set(space.id.into()), user_id: Set(space.user.into()), created_at: Set(space.created.micros()) };
    row::Entity::insert(row).exec_without_returning(tx).await.map_err(fault)?;
    Ok(())
}

/// The person's space, if anything was ever put into it.
///
/// # Errors
/// Where the database fails.
pub async fn of_user(db: &impl ConnectionTrait, user: UserId) -> Result<Option<Space>> {
    let found = row::Entity::find().filter(row::Column::UserId.eq(Uuid::from(user))).one(db).await.map_err(fault)?;
    Ok(found.map(|row| Space { id: row.id.into(), user: row.user_id.into(), created: Timestamp::from_micros(row.created_at) }))
}

/// How much lies in a space.
///
/// # Errors
/// Where the database fails.
pub async fn used(db: &impl ConnectionTrait, space: SpaceId) -> Result<Used> {
    let files: Option<(i64, i64)> = file::Entity::find()
        .select_only()
        .column_as(file::Column::Id.count(), "files")
        .column_as(sum(file::Column::Size), "bytes")
        .filter(file::Column::SpaceId.eq(Uuid::from(space)))
        .into_tuple()
        .one(db)
        .await
        .map_err(fault)?;
    let uploads: Option<i64> = upload::Entity::find()
        .select_only()
        .column_as(sum(upload::Column::Size), "bytes")
        .filter(upload::Column::SpaceId.eq(Uuid::from(space)))
        .filter(upload::Column::FileId.is_null())
        .into_tuple()
        .one(db)
        .await
        .map_err(fault)?;
    let (files, file_bytes) = files.unwrap_or_default();
    Ok(Used { files: unsigned(files), file_bytes: unsigned(file_bytes), upload_bytes: unsigned(uploads.unwrap_or_default()) })
}

/// PostgreSQL's sum of integers is a decimal, and of no rows it is null on both engines.
fn sum(column: impl ColumnTrait) -> Expr {
    Expr::from(Func::coalesce([column.sum(), Expr::val(0i64)])).cast_as("bigint")
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "space")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
