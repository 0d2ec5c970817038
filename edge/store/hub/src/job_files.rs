//! Files that jobs left: those that were brought back, and those that lie on the machine.

use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use tieline_model::job::AttemptKey;
use tieline_model::{JobId, RelPath, Result, Sha256};

use crate::Tx;
use crate::error::{broken, fault};

/// A file an attempt left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobFile {
    /// Below the job's folder.
    pub path: RelPath,
    /// Bytes.
    pub size: u64,
    /// What it hashes to, if the hub has it.
    pub sha256: Option<Sha256>,
    /// Whether it is gone from the machine.
    pub gone: bool,
}

/// Writes a file, new or known.
///
/// # Errors
/// Where the database fails.
pub async fn save(tx: &Tx, key: AttemptKey, file: &JobFile) -> Result<()> {
    let row = row::ActiveModel {
        job_id: Set(key.job.into()),
        attempt: Set(i64::from(key.number)),
        path: Set(file.path.to_string()),
        size: Set(i64::try_from(file.size).unwrap_or(i64::MAX)),
        sha256: Set(file.sha256.map(|sha256| sha256.0.to_vec())),
        gone: Set(file.gone),
    };
    let mut overwrite = OnConflict::columns([row::Column::JobId, row::Column::Attempt, row::Column::Path]);
    overwrite.update_columns([row::Column::Size, row::Column::Sha256, row::Column::Gone]);
    row::Entity::insert(row).on_conflict(overwrite).exec_without_returning(tx).await.map_err(fault)?;
    Ok(())
}

/// The folder on the machine is gone: what was not brought back is lost.
///
/// # Errors
/// Where the database fails.
pub async fn purge(tx: &Tx, key: AttemptKey) -> Result<()> {
    row::Entity::update_many()
        .col_expr(row::Column::Gone, Expr::value(true))
        .filter(row::Column::JobId.eq(Uuid::from(key.job)))
        .filter(row::Column::Attempt.eq(i64::from(key.number)))
        .exec(tx)
        .await
        .map_err(fault)?;
    Ok(())
}

/// Removes the files of all attempts of a job, to be written anew from its facts.
///
/// # Errors
/// Where the database fails.
pub async fn forget(tx: &Tx, job: JobId) -> Result<()> {
    row::Entity::delete_many().filter(row::Column::JobId.eq(Uuid::from(job))).exec(tx).await.map_err(fault)?;
    Ok(())
}

/// The files of an attempt by path.
///
/// # Errors
/// Where the database fails.
pub async fn of(db: &impl ConnectionTrait, key: AttemptKey) -> Result<Vec<JobFile>> {
    let query = row::Entity::find()
        .filter(row::Column::JobId.eq(Uuid::from(key.job)))
        .filter(row::Column::Attempt.eq(i64::from(key.number)))
        .order_by_asc(row::Column::Path);
    query.all(db).await.map_err(fault)?.into_iter().map(|row| JobFile::from_row(key, row)).collect()
}

/// One file of an attempt.
///
/// # Errors
/// Where the database fails.
pub async fn by_path(db: &impl ConnectionTrait, key: AttemptKey, path: &RelPath) -> Result<Option<JobFile>> {
    let found = row::Entity::find_by_id((Uuid::from(key.job), i64::from(key.number), path.to_string())).one(db).await.map_err(fault)?;
    found.map(|row| JobFile::from_row(key, row)).transpose()
}

impl JobFile {
    fn from_row(key: AttemptKey, row: row::Model) -> Result<Self> {
        let sha256 = row.sha256.map(|bytes| bytes.try_into().map(Sha256).map_err(|_| broken("job_file", "sha256", key, "not 32 bytes")));
        Ok(Self {
            path: row.path.parse().map_err(|error| broken("job_file", "path", key, error))?,
            size: row.size.unsigned_abs(),
            sha256: sha256.transpose()?,
            gone: row.gone,
        })
    }
}

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "job_file")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub job_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub attempt: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub path: String,
        pub size: i64,
        pub sha256: Option<Vec<u8>>,
        pub gone: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
