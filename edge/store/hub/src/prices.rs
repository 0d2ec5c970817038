//! Prices: immutable editions. A new price is a new row; jobs keep the one they were placed under.

use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use tieline_ledger::{Price, Rates};
use tieline_model::{MachineId, PriceId, Result, Timestamp};

use crate::Tx;
use crate::error::{broken, fault};

/// Adds an edition.
///
/// # Errors
/// Where the database fails.
pub async fn insert(tx: &Tx, price: &Price, now: Timestamp) -> Result<()> {
    row::Entity::insert(row::ActiveModel {
        id: Set(price.id.into()),
        machine_id: Set(price.machine.into()),
        queue: Set(price.queue.as_ref().map(ToString::to_string)),
        account_id: Set(price.account.map(Into::into)),
        since: Set(price.since.micros()),
        currency: Set(price.currency.to_string()),
        core_hour: Set(price.rates.core_hour),
        node_hour: Set(price.rates.node_hour),
        gpu_hour: Set(price.rates.gpu_hour),
        created_at: Set(now.micros()),
    })
    .exec_without_returning(tx)
    .await
    .map_err(fault)?;
    Ok(())
}

/// All editions, those of one machine together, youngest first.
///
/// # Errors
/// Where the database fails.
pub async fn all(db: &impl ConnectionTrait, machine: Option<MachineId>) -> Result<Vec<Price>> {
    let mut query = row::Entity::find().order_by_asc(row::Column::MachineId).order_by_desc(row::Column::Since);
    if let Some(machine) = machine {
        query = query.filter(row::Column::MachineId.eq(Uuid::from(machine)));
    }
    query.all(db).await.map_err(fault)?.into_iter().map(from_row).collect()
}

/// One edition.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: PriceId) -> Result<Option<Price>> {
    row::Entity::find_by_id(Uuid::from(id)).one(db).await.map_err(fault)?.map(from_row).transpose()
}

fn from_row(row: row::Model) -> Result<Price> {
    let id = PriceId::from(row.id);
    Ok(Price {
        id,
        machine: row.machine_id.into(),
        queue: row.queue.map(|text| text.parse()).transpose().map_err(|error| broken("price", "queue", id, error))?,
        account: row.account_id.map(Into::into),
        since: Timestamp::from_micros(row.since),
        currency: row.currency.parse().map_err(|error| broken("price", "currency", id, error))?,
        rates: Rates { core_hour: row.core_hour, node_hour: row.node_hour, gpu_hour: row.gpu_hour },
    })
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "price")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub machine_id: Uuid,
        pub queue: Option<String>,
        pub account_id: Option<Uuid>,
        pub since: i64,
        pub currency: String,
        pub core_hour: i64,
        pub node_hour: i64,
        pub gpu_hour: i64,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
