//! Centers: the owners of machines.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use tieline_model::id::shown;
use tieline_model::{CenterId, CenterName, Error, Result, Timestamp};

use crate::Tx;
use crate::error::{broken, fault};

/// An owner of machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Center {
    /// Which center.
    pub id: CenterId,
    /// Its short name, as in `center/machine`.
    pub name: CenterName,
    /// A line for people.
    pub title: String,
    /// A paragraph for people.
    pub description: String,
    /// Whose it is.
    pub organisation: String,
    /// Whom to ask; shown to people who are signed in.
    pub contact: String,
    /// Since when.
    pub created: Timestamp,
}

/// Adds a center.
///
/// # Errors
/// `Conflict` where the name is taken.
pub async fn insert(tx: &Tx, center: &Center) -> Result<()> {
    row::Entity::insert(row::ActiveModel {
        id: Set(center.id.into()),
        name: Set(center.name.to_string()),
        title: Set(center.title.clone()),
        description: Set(center.description.clone()),
        organisation: Set(center.organisation.clone()),
        contact: Set(center.contact.clone()),
        created_at: Set(center.created.micros()),
    })
    .exec_without_returning(tx)
    .await
    .map_err(fault)?;
    Ok(())
}

/// The center with this id.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: CenterId) -> Result<Option<Center>> {
    row::Entity::find_by_id(Uuid::from(id)).one(db).await.map_err(fault)?.map(Center::try_from).transpose()
}

/// The center with this name.
///
/// # Errors
/// Where the database fails.
pub async fn by_name(db: &impl ConnectionTrait, name: &CenterName) -> Result<Option<Center>> {
    let found = row::Entity::find().filter(row::Column::Name.eq(name.as_str())).one(db).await.map_err(fault)?;
    found.map(Center::try_from).transpose()
}

/// The center with this id or name.
///
/// # Errors
/// `NotFound` where there is none.
pub async fn find(db: &impl ConnectionTrait, text: &str) -> Result<Center> {
    let found = match (text.parse(), text.parse()) {
        (Ok(id), _) => by_id(db, id).await?,
        (Err(_), Ok(name)) => by_name(db, &name).await?,
        (Err(_), Err(_)) => None,
    };
    found.ok_or_else(|| Error::not_found(format!("there is no center '{}'", shown(text))).field("center").hint("tieline center list"))
}

/// Centers in the order they were made, after this one.
///
/// # Errors
/// Where the database fails.
pub async fn list(db: &impl ConnectionTrait, after: Option<CenterId>, limit: u64) -> Result<Vec<Center>> {
    let mut query = row::Entity::find().order_by_asc(row::Column::Id).limit(limit);
    if let Some(after) = after {
        query = query.filter(row::Column::Id.gt(Uuid::from(after)));
    }
    query.all(db).await.map_err(fault)?.into_iter().map(Center::try_from).collect()
}

impl TryFrom<row::Model> for Center {
    type Error = tieline_model::Error;
    fn try_from(row: row::Model) -> Result<Self> {
        let id = CenterId::from(row.id);
        Ok(Self {
            id,
            name: row.name.parse().map_err(|error| broken("center", "name", id, error))?,
            title: row.title,
            description: row.description,
            organisation: row.organisation,
            contact: row.contact,
            created: Timestamp::from_micros(row.created_at),
        })
    }
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "center")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub title: String,
        pub description: String,
        pub organisation: String,
        pub contact: String,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
