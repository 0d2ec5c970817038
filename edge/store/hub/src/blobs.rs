//! Which contents are still needed: a blob that nothing here names may be removed from the hub's folder.

use std::collections::HashSet;

use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use tieline_model::{Result, Sha256};

use crate::error::{broken, fault};
use crate::files::{digest, row as file};

/// Those of `candidates` that something still names.
///
/// # Errors
/// Where the database fails.
pub async fn referenced(db: &impl ConnectionTrait, candidates: &[Sha256]) -> Result<HashSet<Sha256>> {
    let wanted: Vec<Vec<u8>> = candidates.iter().map(|sha256| sha256.0.to_vec()).collect();
    let found: Vec<Vec<u8>> = file::Entity::find()
        .select_only()
        .column(file::Column::Sha256)
        .filter(file::Column::Sha256.is_in(wanted))
        .distinct()
        .into_tuple()
        .all(db)
        .await
        .map_err(fault)?;
    found.iter().map(|bytes| digest(bytes).map_err(|why| broken("file", "sha256", "?", why))).collect()
}
