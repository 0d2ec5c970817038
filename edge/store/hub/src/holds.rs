//! Holds: money set aside for attempts that have not been charged yet.

use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use tieline_model::job::AttemptKey;
use tieline_model::{AccountId, CenterId, Currency, HoldId, Money, PriceId, Result, Timestamp};

use crate::Tx;
use crate::error::{broken, fault};

/// Money set aside for an attempt, and the price it was placed under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Which hold.
    pub id: HoldId,
    /// Whose money.
    pub account: AccountId,
    /// For which attempt.
    pub key: AttemptKey,
    /// The price the attempt pins.
    pub price: PriceId,
    /// The center that will be paid.
    pub center: CenterId,
    /// The most the attempt can cost.
    pub sum: Money,
    /// Since when.
    pub created: Timestamp,
    /// Since when it is free again.
    pub released: Option<Timestamp>,
}

/// Sets money aside. An attempt has one hold.
///
/// # Errors
/// `Conflict` where the attempt has one already.
pub async fn insert(tx: &Tx, hold: &Hold) -> Result<()> {
    row::Entity::insert(row::ActiveModel {
        id: Set(hold.id.into()),
        account_id: Set(hold.account.into()),
        job_id: Set(hold.key.job.into()),
        attempt: Set(i64::from(hold.key.number)),
        price_id: Set(hold.price.into()),
        center_id: Set(hold.center.into()),
        currency: Set(hold.sum.currency.to_string()),
        micros: Set(hold.sum.micros),
        created_at: Set(hold.created.micros()),
        released_at: Set(None),
    })
    .exec_without_returning(tx)
    .await
    .map_err(fault)?;
    Ok(())
}

/// The hold of an attempt, open or released.
///
/// # Errors
/// Where the database fails.
pub async fn of_attempt(db: &impl ConnectionTrait, key: AttemptKey) -> Result<Option<Hold>> {
    let query =
        row::Entity::find().filter(row::Column::JobId.eq(Uuid::from(key.job))).filter(row::Column::Attempt.eq(i64::from(key.number)));
    query.one(db).await.map_err(fault)?.map(Hold::try_from).transpose()
}

/// The open holds of an account, oldest first.
///
/// # Errors
/// Where the database fails.
pub async fn open(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Hold>> {
    let query = row::Entity::find()
        .filter(row::Column::AccountId.eq(Uuid::from(account)))
        .filter(row::Column::ReleasedAt.is_null())
        .order_by_asc(row::Column::Id);
    query.all(db).await.map_err(fault)?.into_iter().map(Hold::try_from).collect()
}

/// Money of the account that is set aside in this currency.
///
/// # Errors
/// Where the database fails.
pub async fn sum(db: &impl ConnectionTrait, account: AccountId, currency: Currency) -> Result<Money> {
    let open = open(db, account).await?;
    let same = open.iter().filter(|hold| hold.sum.currency == currency);
    same.map(|hold| hold.sum).try_fold(Money::zero(currency), Money::plus)
}

/// Frees the hold of an attempt; does nothing where it is free.
///
/// # Errors
/// Where the database fails.
pub async fn release(tx: &Tx, key: AttemptKey, at: Timestamp) -> Result<()> {
    row::Entity::update_many()
        .col_expr(row::Column::ReleasedAt, Expr::value(at.micros()))
        .filter(row::Column::JobId.eq(Uuid::from(key.job)))
        .filter(row::Column::Attempt.eq(i64::from(key.number)))
        .filter(row::Column::ReleasedAt.is_null())
        .exec(tx)
        .await
        .map_err(fault)?;
    Ok(())
}

impl TryFrom<row::Model> for Hold {
    type Error = tieline_model::Error;
    fn try_from(row: row::Model) -> Result<Self> {
        let id = HoldId::from(row.id);
        let number = u32::try_from(row.attempt).map_err(|error| broken("hold", "attempt", id, error))?;
        let currency = row.currency.parse().map_err(|error| broken("hold", "currency", id, error))?;
        Ok(Self {
            id,
            account: row.account_id.into(),
            key: AttemptKey { job: row.job_id.into(), number },
            price: row.price_id.into(),
            center: row.center_id.into(),
            sum: Money::from_micros(row.micros, currency),
            created: Timestamp::from_micros(row.created_at),
            released: row.released_at.map(Timestamp::from_micros),
        })
    }
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "hold")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub job_id: Uuid,
        pub attempt: i64,
        pub price_id: Uuid,
        pub center_id: Uuid,
        pub currency: String,
        pub micros: i64,
        pub created_at: i64,
        pub released_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
