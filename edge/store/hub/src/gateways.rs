//! Gateways: Tieline's processes at the centers, each with a certificate of the hub's authority.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use tieline_model::{CenterId, GatewayId, Result, Timestamp};

use crate::Tx;
use crate::error::fault;

/// A process of ours at a center.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// Which gateway.
    pub id: GatewayId,
    /// Whose.
    pub center: CenterId,
    /// The serial number of its newest certificate, in hexadecimal.
    pub serial: String,
    /// When that certificate ends.
    pub expires: Timestamp,
    /// Whether it is kept out.
    pub revoked: bool,
    /// Its program's version, as it said when it last came.
    pub version: String,
    /// How far its clock was ahead of the hub's when it last came, in microseconds.
    pub clock_offset_micros: Option<i64>,
    /// When it was enrolled.
    pub created: Timestamp,
    /// When the hub last heard of it.
    pub last_seen: Option<Timestamp>,
}

/// Adds a gateway.
///
/// # Errors
/// `Conflict` where the center is gone.
pub async fn insert(tx: &Tx, gateway: &Gateway) -> Result<()> {
    row::Entity::insert(row::ActiveModel {
        id: Set(gateway.id.into()),
        center_id: Set(gateway.center.into()),
        serial: Set(gateway.serial.clone()),
        expires_at: Set(gateway.expires.micros()),
        revoked: Set(gateway.revoked),
        version: Set(gateway.version.clone()),
        clock_offset_micros: Set(gateway.clock_offset_micros),
        created_at: Set(gateway.created.micros()),
        last_seen_at: Set(gateway.last_seen.map(Timestamp::micros)),
    })
    .exec_without_returning(tx)
    .await
    .map_err(fault)?;
    Ok(())
}

/// The gateway with this id.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: GatewayId) -> Result<Option<Gateway>> {
    Ok(row::Entity::find_by_id(Uuid::from(id)).one(db).await.map_err(fault)?.map(Gateway::from))
}

/// Gateways in the order they were enrolled, after this one; of these centers only, where centers are given.
///
/// # Errors
/// Where the database fails.
pub async fn list(db: &impl ConnectionTrait, of: Option<&[CenterId]>, after: Option<GatewayId>, limit: u64) -> Result<Vec<Gateway>> {
    let mut query = row::Entity::find().order_by_asc(row::Column::Id).limit(limit);
    if let Some(centers) = of {
        query = query.filter(row::Column::CenterId.is_in(centers.iter().copied().map(Uuid::from)));
    }
    if let Some(after) = after {
        query = query.filter(row::Column::Id.gt(Uuid::from(after)));
    }
    Ok(query.all(db).await.map_err(fault)?.into_iter().map(Gateway::from).collect())
}

/// Notes that a gateway came, with which version, and how far its clock is off.
///
/// # Errors
/// Where the database fails.
pub async fn greeted(tx: &Tx, id: GatewayId, version: &str, clock_offset_micros: i64, now: Timestamp) -> Result<()> {
    update(
        tx,
        id,
        row::ActiveModel {
            version: Set(version.to_owned()),
            clock_offset_micros: Set(Some(clock_offset_micros)),
            last_seen_at: Set(Some(now.micros())),
            ..Default::default()
        },
    )
    .await
}

/// Notes that a gateway is alive.
///
/// # Errors
/// Where the database fails.
pub async fn seen(tx: &Tx, id: GatewayId, now: Timestamp) -> Result<()> {
    update(tx, id, row::ActiveModel { last_seen_at: Set(Some(now.micros())), ..Default::default() }).await
}

/// Notes a fresh certificate.
///
/// # Errors
/// Where the database fails.
pub async fn renewed(tx: &Tx, id: GatewayId, serial: &str, expires: Timestamp) -> Result<()> {
    update(tx, id, row::ActiveModel { serial: Set(serial.to_owned()), expires_at: Set(expires.micros()), ..Default::default() }).await
}

/// Keeps a gateway out, or lets it in again.
///
/// # Errors
/// Where the database fails.
pub async fn set_revoked(tx: &Tx, id: GatewayId, revoked: bool) -> Result<()> {
    update(tx, id, row::ActiveModel { revoked: Set(revoked), ..Default::default() }).await
}

async fn update(tx: &Tx, id: GatewayId, change: row::ActiveModel) -> Result<()> {
    row::Entity::update_many().set(change).filter(row::Column::Id.eq(Uuid::from(id))).exec(tx).await.map_err(fault)?;
    Ok(())
}

impl From<row::Model> for Gateway {
    fn from(row: row::Model) -> Self {
        Self {
            id: row.id.into(),
            center: row.center_id.into(),
            serial: row.serial,
            expires: Timestamp::from_micros(row.expires_at),
            revoked: row.revoked,
            version: row.version,
            clock_offset_micros: row.clock_offset_micros,
            created: Timestamp::from_micros(row.created_at),
            last_seen: row.last_seen_at.map(Timestamp::from_micros),
        }
    }
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "gateway")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub center_id: Uuid,
        pub serial: String,
        pub expires_at: i64,
        pub revoked: bool,
        pub version: String,
        pub clock_offset_micros: Option<i64>,
        pub created_at: i64,
        pub last_seen_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
