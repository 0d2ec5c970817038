//! Accounts: who pays. Every person has one of their own; others are shared by their members.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{JoinType, QueryOrder, QuerySelect, RelationTrait};
use tieline_model::people::MemberRole;
use tieline_model::{AccountId, AccountName, Result, TenantId, Timestamp, UserId, UserName};

use crate::Tx;
use crate::error::{broken, fault};
use crate::users;

/// Who pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Which account.
    pub id: AccountId,
    /// The organisation it belongs to.
    pub tenant: TenantId,
    /// What it is called; unique.
    pub name: AccountName,
    /// Whose own account it is; `None` for a shared one.
    pub personal_of: Option<UserId>,
    /// Since when.
    pub created: Timestamp,
}

/// A person in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: UserName,
    /// What they are called.
    pub display_name: String,
    /// What they may do with it.
    pub role: MemberRole,
    /// Since when.
    pub since: Timestamp,
}

/// Adds an account without members.
///
/// # Errors
/// `Conflict` where the name is taken or the person has a personal account already.
pub async fn insert(tx: &Tx, account: &Account) -> Result<()> {
    let row = row::ActiveModel {
        id: Set(account.id.into()),
        tenant_id: Set(account.tenant.into()),
        name: Set(account.name.to_string()),
        personal_of: Set(account.personal_of.map(Uuid::from)),
        created_at: Set(account.created.micros()),
    };
    row::Entity::insert(row).exec_without_returning(tx).await.map_err(fault)?;
    Ok(())
}

/// The account with this id.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<Account>> {
    row::Entity::find_by_id(Uuid::from(id)).one(db).await.map_err(fault)?.map(Account::try_from).transpose()
}

/// The account with this name.
///
/// # Errors
/// Where the database fails.
pub async fn by_name(db: &impl ConnectionTrait, name: &AccountName) -> Result<Option<Account>> {
    let found = row::Entity::find().filter(row::Column::Name.eq(name.as_str())).one(db).await.map_err(fault)?;
    found.map(Account::try_from).transpose()
}

/// A person's own account.
///
/// # Errors
/// Where the database fails.
pub async fn personal(db: &impl ConnectionTrait, user: UserId) -> Result<Option<Account>> {
    let found = row::Entity::find().filter(row::Column::PersonalOf.eq(Uuid::from(user))).one(db).await.map_err(fault)?;
    found.map(Account::try_from).transpose()
}

/// The accounts a person is a member of, oldest first.
///
/// # Errors
/// Where the database fails.
pub async fn of_user(db: &impl ConnectionTrait, user: UserId, after: Option<AccountId>, limit: u64) -> Result<Vec<Account>> {
    let query =
        row::Entity::find().join(JoinType::InnerJoin, row::Relation::Member.def()).filter(member::Column::UserId.eq(Uuid::from(user)));
    page(db, query, after, limit).await
}

/// All accounts, oldest first.
///
/// # Errors
/// Where the database fails.
pub async fn all(db: &impl ConnectionTrait, after: Option<AccountId>, limit: u64) -> Result<Vec<Account>> {
    page(db, row::Entity::find(), after, limit).await
}

/// What a person may do with an account; `None` for one who is not a member.
///
/// # Errors
/// Where the database fails.
pub async fn role_of(db: &impl ConnectionTrait, account: AccountId, user: UserId) -> Result<Option<MemberRole>> {
    let found = member::Entity::find_by_id((Uuid::from(account), Uuid::from(user))).one(db).await.map_err(fault)?;
    found.map(|row| row.role.parse().map_err(|error| broken("account_member", "role", account, error))).transpose()
}

/// Whether a person may use an account.
///
/// # Errors
/// Where the database fails.
pub async fn is_member(db: &impl ConnectionTrait, account: AccountId, user: UserId) -> Result<bool> {
    Ok(role_of(db, account, user).await?.is_some())
}

/// The members of an account, by name.
///
/// # Errors
/// Where the database fails.
pub async fn members(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Member>> {
    let rows = member::Entity::find()
        .filter(member::Column::AccountId.eq(Uuid::from(account)))
        .find_also_related(users::row::Entity)
        .order_by_asc(users::row::Column::Name)
        .all(db)
        .await
        .map_err(fault)?;
    rows.into_iter()
        .filter_map(|(row, user)| user.map(|user| (row, user)))
        .map(|(row, user)| {
            Ok(Member {
                user: row.user_id.into(),
                name: user.name.parse().map_err(|error| broken("user", "name", user.id, error))?,
                display_name: user.display_name,
                role: row.role.parse().map_err(|error| broken("account_member", "role", account, error))?,
                since: Timestamp::from_micros(row.since),
            })
        })
        .collect()
}

/// How many owners an account has.
///
/// # Errors
/// Where the database fails.
pub async fn owners(db: &impl ConnectionTrait, account: AccountId) -> Result<u64> {
    let owner = MemberRole::Owner.word();
    let query = member::Entity::find().filter(member::Column::AccountId.eq(Uuid::from(account))).filter(member::Column::Role.eq(owner));
    query.count(db).await.map_err(fault)
}

/// Makes a person a member, or changes what they may do.
///
/// # Errors
/// `Conflict` where one of the two does not exist.
pub async fn set_member(tx: &Tx, account: AccountId, user: UserId, role: MemberRole, now: Timestamp) -> Result<()> {
    let row = member::ActiveModel {
        account_id: Set(account.into()),
        user_id: Set(user.into()),
        role: Set(role.word().to_owned()),
        since: Set(now.micros()),
    };
    let replace = OnConflict::columns([member::Column::AccountId, member::Column::UserId]).update_column(member::Column::Role).to_owned();
    member::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await.map_err(fault)?;
    Ok(())
}

/// Takes a person out of an account. Says whether they were in it.
///
/// # Errors
/// Where the database fails.
pub async fn remove_member(tx: &Tx, account: AccountId, user: UserId) -> Result<bool> {
    let done = member::Entity::delete_by_id((Uuid::from(account), Uuid::from(user))).exec(tx).await.map_err(fault)?;
    Ok(done.rows_affected > 0)
}

async fn page(db: &impl ConnectionTrait, query: Select<row::Entity>, after: Option<AccountId>, limit: u64) -> Result<Vec<Account>> {
    let mut query = query.order_by_asc(row::Column::Id).limit(limit);
    if let Some(after) = after {
        query = query.filter(row::Column::Id.gt(Uuid::from(after)));
    }
    query.all(db).await.map_err(fault)?.into_iter().map(Account::try_from).collect()
}

impl TryFrom<row::Model> for Account {
    type Error = tieline_model::Error;
    fn try_from(row: row::Model) -> Result<Self> {
        let id = AccountId::from(row.id);
        Ok(Self {
            id,
            tenant: row.tenant_id.into(),
            name: row.name.parse().map_err(|error| broken("account", "name", id, error))?,
            personal_of: row.personal_of.map(UserId::from),
            created: Timestamp::from_micros(row.created_at),
        })
    }
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "account")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub tenant_id: Uuid,
        pub name: String,
        pub personal_of: Option<Uuid>,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::member::Entity")]
        Member,
    }

    impl Related<super::member::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Member.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod member {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "account_member")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub role: String,
        pub since: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::row::Entity", from = "Column::AccountId", to = "super::row::Column::Id")]
        Account,
        #[sea_orm(belongs_to = "crate::users::row::Entity", from = "Column::UserId", to = "crate::users::row::Column::Id")]
        User,
    }

    impl Related<super::row::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Account.def()
        }
    }

    impl Related<crate::users::row::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::User.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}
