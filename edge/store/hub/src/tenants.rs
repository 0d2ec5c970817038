//! Tenants: the organisations above accounts. First light has one, made with the store.

use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use tieline_model::{Result, TenantId, Timestamp};

use crate::Tx;
use crate::error::fault;

/// What the first tenant is called.
pub const DEFAULT: &str = "default";

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Which organisation.
    pub id: TenantId,
    /// What it is called.
    pub name: String,
    /// Since when.
    pub created: Timestamp,
}

/// Adds a tenant.
///
/// # Errors
/// `Conflict` where the name is taken.
pub async fn insert(tx: &Tx, tenant: &Tenant) -> Result<()> {
    let row = row::ActiveModel { id: Set(tenant.id.into()), name: Set(tenant.name.clone()), created_at: Set(tenant.created.micros()) };
    row::Entity::insert(row).exec_without_returning(tx).await.map_err(fault)?;
    Ok(())
}

/// The oldest tenant, the one new people belong to; `None` only in a store that was just made.
///
/// # Errors
/// Where the database fails.
pub async fn first(db: &impl ConnectionTrait) -> Result<Option<Tenant>> {
    let found = row::Entity::find().order_by_asc(row::Column::Id).one(db).await.map_err(fault)?;
    Ok(found.map(|row| Tenant { id: row.id.into(), name: row.name, created: Timestamp::from_micros(row.created_at) }))
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tenant")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
