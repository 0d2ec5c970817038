//! Machines: what each is, how it was when it was last heard of, and how it was before.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{QueryOrder, QuerySelect};
use tieline_model::machine::{Description, Reading};
use tieline_model::{CenterId, CenterName, Error, GatewayId, MachineId, MachineName, Result, Seconds, Timestamp};

use crate::error::{broken, fault};
use crate::{Tx, centers};

/// How far apart the readings of a machine's history are.
pub const SLOT: Seconds = Seconds::minutes(5);
/// How long a machine's history is kept.
pub const HISTORY: Seconds = Seconds::days(30);

/// A cluster with its scheduler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Which machine.
    pub id: MachineId,
    /// Whose.
    pub center: CenterId,
    /// Through which gateway it is reached.
    pub gateway: GatewayId,
    /// Its name within the center.
    pub name: MachineName,
    /// What it is.
    pub description: Description,
    /// How it was when it was last read.
    pub reading: Option<Reading>,
    /// Whether jobs may be placed on it.
    pub enabled: bool,
    /// When the hub last heard of it.
    pub last_seen: Timestamp,
}

/// All machines, in the order they were first heard of.
///
/// # Errors
/// Where the database fails.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Machine>> {
    let rows = row::Entity::find().order_by_asc(row::Column::Id).all(db).await.map_err(fault)?;
    rows.into_iter().map(Machine::try_from).collect()
}

/// What lists show of a machine: without its description and its reading, which may be long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Which machine.
    pub id: MachineId,
    /// Whose.
    pub center: CenterId,
    /// Through which gateway it is reached.
    pub gateway: GatewayId,
    /// Its name within the center.
    pub name: MachineName,
    /// When the hub last heard of it.
    pub last_seen: Timestamp,
}

/// The labels of all machines.
///
/// # Errors
/// Where the database fails.
pub async fn labels(db: &impl ConnectionTrait) -> Result<Vec<Label>> {
    let columns = [row::Column::Id, row::Column::CenterId, row::Column::GatewayId, row::Column::Name, row::Column::LastSeenAt];
    let query = row::Entity::find().select_only().columns(columns).into_tuple::<(Uuid, Uuid, Uuid, String, i64)>();
    let label = |(id, center, gateway, name, seen): (Uuid, Uuid, Uuid, String, i64)| {
        Ok(Label {
            id: id.into(),
            center: center.into(),
            gateway: gateway.into(),
            name: name.parse().map_err(|error| broken("machine", "name", MachineId::from(id), error))?,
            last_seen: Timestamp::from_micros(seen),
        })
    };
    query.all(db).await.map_err(fault)?.into_iter().map(label).collect()
}

/// Machines in the order they were first heard of, after this one.
///
/// # Errors
/// Where the database fails.
pub async fn list(db: &impl ConnectionTrait, after: Option<MachineId>, limit: u64) -> Result<Vec<Machine>> {
    let mut query = row::Entity::find().order_by_asc(row::Column::Id).limit(limit);
    if let Some(after) = after {
        query = query.filter(row::Column::Id.gt(Uuid::from(after)));
    }
    query.all(db).await.map_err(fault)?.into_iter().map(Machine::try_from).collect()
}

/// The machine with this id.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: MachineId) -> Result<Option<Machine>> {
    row::Entity::find_by_id(Uuid::from(id)).one(db).await.map_err(fault)?.map(Machine::try_from).transpose()
}

/// The machines with this name; there may be one in each center.
///
/// # Errors
/// Where the database fails.
pub async fn by_name(db: &impl ConnectionTrait, name: &MachineName) -> Result<Vec<Machine>> {
    let query = row::Entity::find().filter(row::Column::Name.eq(name.as_str())).order_by_asc(row::Column::Id);
    query.all(db).await.map_err(fault)?.into_iter().map(Machine::try_from).collect()
}

/// The machine of this center with this name.
///
/// # Errors
/// Where the database fails.
pub async fn of_center(db: &impl ConnectionTrait, center: CenterId, name: &MachineName) -> Result<Option<Machine>> {
    let query = row::Entity::find().filter(row::Column::CenterId.eq(Uuid::from(center))).filter(row::Column::Name.eq(name.as_str()));
    query.one(db).await.map_err(fault)?.map(Machine::try_from).transpose()
}

/// The machine a person means by `mac_…`, `center/machine`, or a name that only one center has.
///
/// # Errors
/// `NotFound`, or `Conflict` where the name alone does not say which.
pub async fn find(db: &impl ConnectionTrait, text: &str) -> Result<Machine> {
    let missing = || Error::not_found(format!("there is no machine '{}'", text.escape_debug())).field("machine");
    if let Ok(id) = text.parse::<MachineId>() {
        return by_id(db, id).await?.ok_or_else(missing);
    }
    if let Some((center, name)) = text.split_once('/') {
        let (Ok(center), Ok(name)) = (center.parse::<CenterName>(), name.parse::<MachineName>()) else { return Err(missing()) };
        let center = centers::by_name(db, &center).await?.ok_or_else(missing)?;
        return of_center(db, center.id, &name).await?.ok_or_else(missing);
    }
    let Ok(name) = text.parse::<MachineName>() else { return Err(missing()) };
    let mut found = by_name(db, &name).await?;
    match (found.pop(), found.is_empty()) {
        (None, _) => Err(missing()),
        (Some(machine), true) => Ok(machine),
        (Some(_), false) => {
            Err(Error::conflict(format!("more than one center has a machine '{name}'")).field("machine").hint("write center/machine"))
        }
    }
}

/// Adds a machine that was described for the first time.
///
/// # Errors
/// `Conflict` where the center has one of this name.
pub async fn insert(tx: &Tx, machine: &Machine, now: Timestamp) -> Result<()> {
    row::Entity::insert(row::ActiveModel {
        id: Set(machine.id.into()),
        center_id: Set(machine.center.into()),
        gateway_id: Set(machine.gateway.into()),
        name: Set(machine.name.to_string()),
        description: Set(json(&machine.description)?),
        reading: Set(machine.reading.as_ref().map(json).transpose()?),
        enabled: Set(machine.enabled),
        created_at: Set(now.micros()),
        last_seen_at: Set(machine.last_seen.micros()),
    })
    .exec_without_returning(tx)
    .await
    .map_err(fault)?;
    Ok(())
}

/// Replaces what a machine is, and through which gateway it is reached.
///
/// # Errors
/// Where the database fails.
pub async fn described(tx: &Tx, id: MachineId, gateway: GatewayId, description: &Description, now: Timestamp) -> Result<()> {
    let change = row::ActiveModel {
        gateway_id: Set(gateway.into()),
        description: Set(json(description)?),
        last_seen_at: Set(now.micros()),
        ..Default::default()
    };
    update(tx, id, change).await
}

/// Replaces how a machine is, and keeps it in the history: one reading for each [`SLOT`], the last one of it, for [`HISTORY`].
/// The history keeps neither the node map nor the scheduler's own words.
///
/// # Errors
/// Where the database fails.
pub async fn read(tx: &Tx, id: MachineId, reading: &Reading, now: Timestamp) -> Result<()> {
    let change = row::ActiveModel { reading: Set(Some(json(reading)?)), last_seen_at: Set(now.micros()), ..Default::default() };
    update(tx, id, change).await?;
    let thin = Reading { node_map: Vec::new(), raw: String::new(), ..reading.clone() };
    let slot = now.micros() - now.micros().rem_euclid(SLOT.micros());
    let kept = history::ActiveModel { machine_id: Set(id.into()), slot_at: Set(slot), reading: Set(json(&thin)?) };
    let same =
        OnConflict::columns([history::Column::MachineId, history::Column::SlotAt]).update_column(history::Column::Reading).to_owned();
    history::Entity::insert(kept).on_conflict(same).exec_without_returning(tx).await.map_err(fault)?;
    history::Entity::delete_many()
        .filter(history::Column::MachineId.eq(Uuid::from(id)))
        .filter(history::Column::SlotAt.lt((now - HISTORY).micros()))
        .exec(tx)
        .await
        .map_err(fault)?;
    Ok(())
}

/// Lets jobs be placed on a machine, or not.
///
/// # Errors
/// Where the database fails.
pub async fn set_enabled(tx: &Tx, id: MachineId, enabled: bool) -> Result<()> {
    update(tx, id, row::ActiveModel { enabled: Set(enabled), ..Default::default() }).await
}

/// How a machine was: one reading for each [`SLOT`] that began in `[since, until)`, oldest first.
///
/// # Errors
/// Where the database fails.
pub async fn history(
    db: &impl ConnectionTrait,
    id: MachineId,
    since: Timestamp,
    until: Timestamp,
    limit: u64,
) -> Result<Vec<(Timestamp, Reading)>> {
    let query = history::Entity::find()
        .filter(history::Column::MachineId.eq(Uuid::from(id)))
        .filter(history::Column::SlotAt.gte(since.micros()))
        .filter(history::Column::SlotAt.lt(until.micros()))
        .order_by_asc(history::Column::SlotAt)
        .limit(limit);
    let rows = query.all(db).await.map_err(fault)?;
    rows.into_iter()
        .map(|row| {
            let reading = serde_json::from_str(&row.reading).map_err(|error| broken("machine_reading", "reading", id, error))?;
            Ok((Timestamp::from_micros(row.slot_at), reading))
        })
        .collect()
}

async fn update(tx: &Tx, id: MachineId, change: row::ActiveModel) -> Result<()> {
    row::Entity::update_many().set(change).filter(row::Column::Id.eq(Uuid::from(id))).exec(tx).await.map_err(fault)?;
    Ok(())
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::internal(error.to_string()))
}

impl TryFrom<row::Model> for Machine {
    type Error = Error;
    fn try_from(row: row::Model) -> Result<Self> {
        let id = MachineId::from(row.id);
        let reading = row.reading.as_deref().map(serde_json::from_str).transpose();
        Ok(Self {
            id,
            center: row.center_id.into(),
            gateway: row.gateway_id.into(),
            name: row.name.parse().map_err(|error| broken("machine", "name", id, error))?,
            description: serde_json::from_str(&row.description).map_err(|error| broken("machine", "description", id, error))?,
            reading: reading.map_err(|error| broken("machine", "reading", id, error))?,
            enabled: row.enabled,
            last_seen: Timestamp::from_micros(row.last_seen_at),
        })
    }
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "machine")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub center_id: Uuid,
        pub gateway_id: Uuid,
        pub name: String,
        pub description: String,
        pub reading: Option<String>,
        pub enabled: bool,
        pub created_at: i64,
        pub last_seen_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod history {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "machine_reading")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub machine_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub slot_at: i64,
        pub reading: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
