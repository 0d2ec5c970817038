//! Templates: requests that people filled in, named and kept to use again.

use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use tieline_model::{AppName, Result, TemplateId, Timestamp, UserId};

use crate::Tx;
use crate::error::{broken, fault};

/// A template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Which template.
    pub id: TemplateId,
    /// Whose.
    pub user: UserId,
    /// For which app.
    pub app: AppName,
    /// What its owner calls it.
    pub name: String,
    /// What it asks for, as JSON; the hub knows its shape.
    pub request: String,
    /// Since when.
    pub created: Timestamp,
}

/// Adds a template.
///
/// # Errors
/// `Conflict` where the person has one of this name for the app.
pub async fn insert(tx: &Tx, template: &Template) -> Result<()> {
    let row = row::ActiveModel {
        id: Set(template.id.into()),
        user_id: Set(template.user.into()),
        app: Set(template.app.to_string()),
        name: Set(template.name.clone()),
        request: Set(template.request.clone()),
        created_at: Set(template.created.micros()),
    };
    row::Entity::insert(row).exec_without_returning(tx).await.map_err(fault)?;
    Ok(())
}

/// A person's templates by name, for one app or for all.
///
/// # Errors
/// Where the database fails.
pub async fn of_user(db: &impl ConnectionTrait, user: UserId, app: Option<&AppName>) -> Result<Vec<Template>> {
    let mut query = row::Entity::find().filter(row::Column::UserId.eq(Uuid::from(user)));
    if let Some(app) = app {
        query = query.filter(row::Column::App.eq(app.as_str()));
    }
    let rows = query.order_by_asc(row::Column::App).order_by_asc(row::Column::Name).all(db).await.map_err(fault)?;
    rows.into_iter().map(Template::try_from).collect()
}

/// Removes one of a person's templates; false where there is none.
///
/// # Errors
/// Where the database fails.
pub async fn remove(tx: &Tx, user: UserId, id: TemplateId) -> Result<bool> {
    let mine = row::Entity::delete_many().filter(row::Column::Id.eq(Uuid::from(id))).filter(row::Column::UserId.eq(Uuid::from(user)));
    Ok(mine.exec(tx).await.map_err(fault)?.rows_affected > 0)
}

impl TryFrom<row::Model> for Template {
    type Error = tieline_model::Error;
    fn try_from(row: row::Model) -> Result<Self> {
        let id = TemplateId::from(row.id);
        Ok(Self {
            id,
            user: row.user_id.into(),
            app: row.app.parse().map_err(|error| broken("template", "app", id, error))?,
            name: row.name,
            request: row.request,
            created: Timestamp::from_micros(row.created_at),
        })
    }
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "template")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub app: String,
        pub name: String,
        pub request: String,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
