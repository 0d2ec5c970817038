//! Apps and their immutable editions.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, sea_query::Expr};
use tieline_model::job::Script;
use tieline_model::{AppName, AppVersionId, Result, Sha256, Timestamp};

use crate::Tx;
use crate::error::{broken, fault};

/// An edition of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppVersion {
    /// Which edition.
    pub id: AppVersionId,
    /// Of which app.
    pub app: AppName,
    /// The version's own text.
    pub version: String,
    /// The manifest as it was published.
    pub manifest: String,
    /// What the package hashes to.
    pub sha256: Sha256,
    /// Bytes of the package.
    pub size: u64,
    /// The scripts it brings; for the others the standard ones serve.
    pub scripts: Vec<Script>,
    /// Whether new jobs get this edition when they name none.
    pub current: bool,
    /// Since when.
    pub created: Timestamp,
}

/// Publishes an edition and makes it the current one of its app. The same package again changes nothing.
///
/// # Errors
/// Where the database fails.
pub async fn publish(tx: &Tx, edition: &AppVersion) -> Result<()> {
    let known = row::Entity::find().filter(row::Column::Sha256.eq(edition.sha256.0.to_vec())).one(tx).await.map_err(fault)?;
    if known.as_ref().is_some_and(|row| row.current) {
        return Ok(());
    }
    row::Entity::update_many()
        .col_expr(row::Column::Current, Expr::value(false))
        .filter(row::Column::App.eq(edition.app.as_str()))
        .exec(tx)
        .await
        .map_err(fault)?;
    if let Some(known) = known {
        let mut again: row::ActiveModel = known.into();
        again.current = Set(true);
        again.update(tx).await.map_err(fault)?;
        return Ok(());
    }
    let row = row::ActiveModel {
        id: Set(edition.id.into()),
        app: Set(edition.app.to_string()),
        version: Set(edition.version.clone()),
        manifest: Set(edition.manifest.clone()),
        sha256: Set(edition.sha256.0.to_vec()),
        size: Set(i64::try_from(edition.size).unwrap_or(i64::MAX)),
        scripts: Set(edition.scripts.iter().map(|script| script.file()).collect::<Vec<_>>().join(" ")),
        current: Set(true),
        created_at: Set(edition.created.micros()),
    };
    row::Entity::insert(row).exec_without_returning(tx).await.map_err(fault)?;
    Ok(())
}

/// The current edition of every app, by name.
///
/// # Errors
/// Where the database fails.
pub async fn current(db: &impl ConnectionTrait) -> Result<Vec<AppVersion>> {
    let rows = row::Entity::find().filter(row::Column::Current.eq(true)).order_by_asc(row::Column::App).all(db).await.map_err(fault)?;
    rows.into_iter().map(AppVersion::try_from).collect()
}

/// All editions of one app, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn of_app(db: &impl ConnectionTrait, app: &AppName) -> Result<Vec<AppVersion>> {
    let rows = row::Entity::find().filter(row::Column::App.eq(app.as_str())).order_by_desc(row::Column::Id).all(db).await.map_err(fault)?;
    rows.into_iter().map(AppVersion::try_from).collect()
}

/// One edition.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: AppVersionId) -> Result<Option<AppVersion>> {
    row::Entity::find_by_id(Uuid::from(id)).one(db).await.map_err(fault)?.map(AppVersion::try_from).transpose()
}

impl TryFrom<row::Model> for AppVersion {
    type Error = tieline_model::Error;
    fn try_from(row: row::Model) -> Result<Self> {
        let id = AppVersionId::from(row.id);
        let sha256 = row.sha256.try_into().map_err(|_| broken("app_version", "sha256", id, "not 32 bytes"))?;
        Ok(Self {
            id,
            app: row.app.parse().map_err(|error| broken("app_version", "app", id, error))?,
            version: row.version,
            manifest: row.manifest,
            sha256: Sha256(sha256),
            size: row.size.unsigned_abs(),
            scripts: Script::ALL.into_iter().filter(|script| row.scripts.split(' ').any(|name| name == script.file())).collect(),
            current: row.current,
            created: Timestamp::from_micros(row.created_at),
        })
    }
}

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "app_version")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub app: String,
        pub version: String,
        pub manifest: String,
        pub sha256: Vec<u8>,
        pub size: i64,
        pub scripts: String,
        pub current: bool,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
