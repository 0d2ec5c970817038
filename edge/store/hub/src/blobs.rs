//! Which contents are still needed: a blob that nothing here names may be removed from the hub's folder.
//!
//! A content is needed by a file in a space, by a file a job left, by a job that has not ended and takes it as input, and as
//! the package of an app's edition.

use std::collections::HashSet;

use sea_orm::ActiveValue::Set;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{OnConflict, Query};
use tieline_model::job::Base;
use tieline_model::{JobId, Result, Sha256};

use crate::Tx;
use crate::apps::row as app;
use crate::error::{broken, fault};
use crate::files::{digest, row as file};
use crate::job_files::row as job_file;
use crate::jobs::row as job;

/// Notes that a job takes these contents as input: they stay until it ended, also when its owner removes the files.
///
/// # Errors
/// Where the database fails.
pub async fn need(tx: &Tx, job: JobId, contents: &[Sha256]) -> Result<()> {
    for sha256 in contents {
        let row = row::ActiveModel { job_id: Set(job.into()), sha256: Set(sha256.0.to_vec()) };
        let once = OnConflict::columns([row::Column::JobId, row::Column::Sha256]).do_nothing().to_owned();
        row::Entity::insert(row).on_conflict(once).exec_without_returning(tx).await.map_err(fault)?;
    }
    Ok(())
}

/// Those of `candidates` that something still needs.
///
/// # Errors
/// Where the database fails.
pub async fn referenced(db: &impl ConnectionTrait, candidates: &[Sha256]) -> Result<HashSet<Sha256>> {
    let wanted: Vec<Vec<u8>> = candidates.iter().map(|sha256| sha256.0.to_vec()).collect();
    let open = Query::select()
        .column(job::Column::Id)
        .from(job::Entity)
        .and_where(job::Column::Base.is_in([Base::Pending.word(), Base::Running.word()]))
        .to_owned();
    let inputs = row::Entity::find()
        .select_only()
        .column(row::Column::Sha256)
        .filter(row::Column::Sha256.is_in(wanted.clone()))
        .filter(row::Column::JobId.in_subquery(open));
    let outputs =
        job_file::Entity::find().select_only().column(job_file::Column::Sha256).filter(job_file::Column::Sha256.is_in(wanted.clone()));
    let files = file::Entity::find().select_only().column(file::Column::Sha256).filter(file::Column::Sha256.is_in(wanted.clone()));
    let packages = app::Entity::find().select_only().column(app::Column::Sha256).filter(app::Column::Sha256.is_in(wanted));
    // Files first: a job that is made from one meanwhile, which is then removed, is seen among the jobs.
    let mut found: Vec<Vec<u8>> = files.into_tuple().all(db).await.map_err(fault)?;
    found.extend(inputs.into_tuple::<Vec<u8>>().all(db).await.map_err(fault)?);
    found.extend(packages.into_tuple::<Vec<u8>>().all(db).await.map_err(fault)?);
    found.extend(outputs.into_tuple::<Vec<u8>>().all(db).await.map_err(fault)?);
    found.iter().map(|bytes| digest(bytes).map_err(|why| broken("blob", "sha256", "of a file or job", why))).collect()
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "blob_need")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub job_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sha256: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
