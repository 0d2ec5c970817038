//! Files on their way in. How far one has come is not here but in its bytes on the disk.

use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use tieline_model::{FileId, RelPath, Result, Sha256, SpaceId, Timestamp, UploadId};

use crate::Tx;
use crate::error::{broken, fault};
use crate::files::{digest, size_from_row, size_to_row};

/// A file on its way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Which upload.
    pub id: UploadId,
    /// Where it goes.
    pub space: SpaceId,
    /// Under which name it will be seen.
    pub path: RelPath,
    /// How many bytes it will have.
    pub size: u64,
    /// What they must hash to, where the sender said so.
    pub sha256: Option<Sha256>,
    /// Since when.
    pub created: Timestamp,
    /// After this moment it is removed.
    pub expires: Timestamp,
    /// The file it became.
    pub file: Option<FileId>,
}

/// Adds an upload.
///
/// # Errors
/// Where the database fails.
pub async fn insert(tx: &Tx, upload: &Upload) -> Result<()> {
    row::Entity::insert(row::ActiveModel {
        id: Set(upload.id.into()),
        space_id: Set(upload.space.into()),
        path: Set(upload.path.to_string()),
        size: Set(size_to_row(upload.size)?),
        sha256: Set(upload.sha256.map(|sha256| sha256.0.to_vec())),
        created_at: Set(upload.created.micros()),
        expires_at: Set(upload.expires.micros()),
        file_id: Set(upload.file.map(Uuid::from)),
    })
    .exec_without_returning(tx)
    .await
    .map_err(fault)?;
    Ok(())
}

/// The upload with this id.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: UploadId) -> Result<Option<Upload>> {
    row::Entity::find_by_id(Uuid::from(id)).one(db).await.map_err(fault)?.map(Upload::try_from).transpose()
}

/// Notes which file an upload became.
///
/// # Errors
/// Where the database fails.
pub async fn finish(tx: &Tx, id: UploadId, file: FileId) -> Result<()> {
    row::Entity::update_many()
        .col_expr(row::Column::FileId, Expr::value(Uuid::from(file)))
        .filter(row::Column::Id.eq(Uuid::from(id)))
        .exec(tx)
        .await
        .map_err(fault)?;
    Ok(())
}

/// Forgets an upload. The file it may have become stays.
///
/// # Errors
/// Where the database fails.
pub async fn delete(tx: &Tx, id: UploadId) -> Result<()> {
    row::Entity::delete_by_id(Uuid::from(id)).exec(tx).await.map_err(fault)?;
    Ok(())
}

/// Uploads whose time is over, the oldest first, at most `limit`.
///
/// # Errors
/// Where the database fails.
pub async fn expired(db: &impl ConnectionTrait, now: Timestamp, limit: u64) -> Result<Vec<UploadId>> {
    let ids: Vec<Uuid> = row::Entity::find()
        .select_only()
        .column(row::Column::Id)
        .filter(row::Column::ExpiresAt.lt(now.micros()))
        .order_by_asc(row::Column::ExpiresAt)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
        .map_err(fault)?;
    Ok(ids.into_iter().map(UploadId::from).collect())
}

impl TryFrom<row::Model> for Upload {
    type Error = tieline_model::Error;
    fn try_from(row: row::Model) -> Result<Self> {
        let id = UploadId::from(row.id);
        Ok(Self {
            id,
            space: row.space_id.into(),
            path: row.path.parse().map_err(|error| broken("upload", "path", id, error))?,
            size: size_from_row(row.size).map_err(|why| broken("upload", "size", id, why))?,
            sha256: row.sha256.as_deref().map(digest).transpose().map_err(|why| broken("upload", "sha256", id, why))?,
            created: Timestamp::from_micros(row.created_at),
            expires: Timestamp::from_micros(row.expires_at),
            file: row.file_id.map(FileId::from),
        })
    }
}

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "upload")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub space_id: Uuid,
        pub path: String,
        pub size: i64,
        pub sha256: Option<Vec<u8>>,
        pub created_at: i64,
        pub expires_at: i64,
        pub file_id: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
