//! People: who they are and which roles they have. Their passwords, sessions and tokens lie in files of their own.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use tieline_model::{Result, Role, Roles, TenantId, Timestamp, UserId, UserName};

use crate::Tx;
use crate::error::{broken, fault};

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Which person.
    pub id: UserId,
    /// The organisation they belong to.
    pub tenant: TenantId,
    /// What they sign in with.
    pub name: UserName,
    /// What they are called.
    pub display_name: String,
    /// What they may do.
    pub roles: Roles,
    /// Whether they are kept out.
    pub blocked: bool,
    /// Since when.
    pub created: Timestamp,
}

/// Adds a person.
///
/// # Errors
/// `Conflict` where the name is taken.
pub async fn insert(tx: &Tx, user: &User) -> Result<()> {
    row::Entity::insert(row::ActiveModel {
        id: Set(user.id.into()),
        tenant_id: Set(user.tenant.into()),
        name: Set(user.name.to_string()),
        display_name: Set(user.display_name.clone()),
        roles: Set(roles_to_text(&user.roles)),
        blocked: Set(user.blocked),
        created_at: Set(user.created.micros()),
    })
    .exec_without_returning(tx)
    .await
    .map_err(fault)?;
    Ok(())
}

/// The person with this id.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: UserId) -> Result<Option<User>> {
    row::Entity::find_by_id(Uuid::from(id)).one(db).await.map_err(fault)?.map(User::try_from).transpose()
}

/// The person with this name.
///
/// # Errors
/// Where the database fails.
pub async fn by_name(db: &impl ConnectionTrait, name: &UserName) -> Result<Option<User>> {
    let found = row::Entity::find().filter(row::Column::Name.eq(name.as_str())).one(db).await.map_err(fault)?;
    found.map(User::try_from).transpose()
}

/// People in the order of their names, after `after`.
///
/// # Errors
/// Where the database fails.
pub async fn list(db: &impl ConnectionTrait, after: Option<&UserName>, limit: u64) -> Result<Vec<User>> {
    let mut query = row::Entity::find().order_by_asc(row::Column::Name).limit(limit);
    if let Some(after) = after {
        query = query.filter(row::Column::Name.gt(after.as_str()));
    }
    query.all(db).await.map_err(fault)?.into_iter().map(User::try_from).collect()
}

/// How many people run the platform and are not kept out.
///
/// # Errors
/// Where the database fails.
pub async fn administrators(db: &impl ConnectionTrait) -> Result<u64> {
    let role = format!("%{}%", Role::PlatformAdministrator);
    row::Entity::find().filter(row::Column::Roles.like(role)).filter(row::Column::Blocked.eq(false)).count(db).await.map_err(fault)
}

/// Replaces a person's roles.
///
/// # Errors
/// Where the database fails.
pub async fn set_roles(tx: &Tx, id: UserId, roles: &Roles) -> Result<()> {
    row::Entity::update_many()
        .col_expr(row::Column::Roles, Expr::value(roles_to_text(roles)))
        .filter(row::Column::Id.eq(Uuid::from(id)))
        .exec(tx)
        .await
        .map_err(fault)?;
    Ok(())
}

/// Keeps a person out, or lets them in again.
///
/// # Errors
/// Where the database fails.
pub async fn set_blocked(tx: &Tx, id: UserId, blocked: bool) -> Result<()> {
    row::Entity::update_many()
        .col_expr(row::Column::Blocked, Expr::value(blocked))
        .filter(row::Column::Id.eq(Uuid::from(id)))
        .exec(tx)
        .await
        .map_err(fault)?;
    Ok(())
}

fn roles_to_text(roles: &Roles) -> String {
    roles.iter().map(|role| role.to_string()).collect::<Vec<_>>().join(" ")
}

impl TryFrom<row::Model> for User {
    type Error = tieline_model::Error;
    fn try_from(row: row::Model) -> Result<Self> {
        let id = UserId::from(row.id);
        let roles = row.roles.split_whitespace().map(str::parse::<Role>).collect::<Result<Roles>>();
        Ok(Self {
            id,
            tenant: row.tenant_id.into(),
            name: row.name.parse().map_err(|error| broken("user", "name", id, error))?,
            display_name: row.display_name,
            roles: roles.map_err(|error| broken("user", "roles", id, error))?,
            blocked: row.blocked,
            created: Timestamp::from_micros(row.created_at),
        })
    }
}

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "user")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub tenant_id: Uuid,
        pub name: String,
        pub display_name: String,
        pub roles: String,
        pub blocked: bool,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
