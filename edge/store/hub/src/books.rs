//! The books: sets of postings that sum to zero, and the balances folded from them in the same transaction.

use std::collections::BTreeMap;

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{QueryOrder, QuerySelect};
use tieline_ledger::{LedgerAccount, Postings};
use tieline_model::job::{AttemptKey, Usage};
use tieline_model::{AccountId, ChargeId, Currency, Money, PostingId, PriceId, Result, Timestamp, UserId};

use crate::Tx;
use crate::error::{broken, fault};

/// Why money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A job ended.
    Charge,
    /// A better record of a job's usage arrived.
    Adjustment,
    /// Money came in.
    TopUp,
    /// A center gave back.
    Refund,
}

/// A set of postings as a statement shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which set.
    pub id: ChargeId,
    /// Whose statement it is on.
    pub account: AccountId,
    /// Why.
    pub kind: Kind,
    /// For which attempt.
    pub key: Option<AttemptKey>,
    /// Under which price.
    pub price: Option<PriceId>,
    /// Which person did it, where one did.
    pub actor: Option<UserId>,
    /// What it did to the account: below zero where the account paid.
    pub sum: Money,
    /// A sentence.
    pub reason: String,
    /// What it rests on.
    pub usage: Option<Usage>,
    /// When.
    pub at: Timestamp,
}

/// Posts a set: the entry, its lines and the balances they change. `line_id` gives each line its id.
///
/// # Errors
/// Where the database fails.
pub async fn post(tx: &Tx, entry: &Entry, postings: &Postings, mut line_id: impl FnMut() -> PostingId) -> Result<()> {
    row::Entity::insert(row::ActiveModel::try_from(entry)?).exec_without_returning(tx).await.map_err(fault)?;
    for line in postings.lines() {
        let ledger = ledger_text(line.account);
        let posting = posting_row::ActiveModel {
            id: Set(line_id().into()),
            charge_id: Set(entry.id.into()),
            ledger: Set(ledger.clone()),
            currency: Set(line.amount.currency.to_string()),
            micros: Set(line.amount.micros),
            at: Set(entry.at.micros()),
        };
        posting_row::Entity::insert(posting).exec_without_returning(tx).await.map_err(fault)?;
        let before = balance(tx, line.account, line.amount.currency).await?;
        let after = before.plus(line.amount)?;
        let row = balance_row::ActiveModel { ledger: Set(ledger), currency: Set(after.currency.to_string()), micros: Set(after.micros) };
        let mut overwrite = OnConflict::columns([balance_row::Column::Ledger, balance_row::Column::Currency]);
        overwrite.update_column(balance_row::Column::Micros);
        balance_row::Entity::insert(row).on_conflict(overwrite).exec_without_returning(tx).await.map_err(fault)?;
    }
    Ok(())
}

/// What an account of the books has in this currency.
///
/// # Errors
/// Where the database fails.
pub async fn balance(db: &impl ConnectionTrait, account: LedgerAccount, currency: Currency) -> Result<Money> {
    let found = balance_row::Entity::find_by_id((ledger_text(account), currency.to_string())).one(db).await.map_err(fault)?;
    Ok(Money::from_micros(found.map_or(0, |row| row.micros), currency))
}

/// What an account of the books has, in every currency it ever had.
///
/// # Errors
/// Where the database fails.
pub async fn balances(db: &impl ConnectionTrait, account: LedgerAccount) -> Result<Vec<Money>> {
    let ledger = ledger_text(account);
    let query = balance_row::Entity::find().filter(balance_row::Column::Ledger.eq(&ledger)).order_by_asc(balance_row::Column::Currency);
    let money = |row: balance_row::Model| {
        let currency = row.currency.parse().map_err(|error| broken("balance", "currency", &ledger, error))?;
        Ok(Money::from_micros(row.micros, currency))
    };
    query.all(db).await.map_err(fault)?.into_iter().map(money).collect()
}

/// What has been charged for an attempt so far, adjustments included, with what each entry rests on; oldest first.
///
/// # Errors
/// Where the database fails.
pub async fn of_attempt(db: &impl ConnectionTrait, key: AttemptKey) -> Result<Vec<Entry>> {
    let query = row::Entity::find()
        .filter(row::Column::JobId.eq(Uuid::from(key.job)))
        .filter(row::Column::Attempt.eq(i64::from(key.number)))
        .order_by_asc(row::Column::Id);
    query.all(db).await.map_err(fault)?.into_iter().map(Entry::try_from).collect()
}

/// An account's entries, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn statement(db: &impl ConnectionTrait, account: AccountId, after: Option<ChargeId>, limit: u64) -> Result<Vec<Entry>> {
    let mut query = row::Entity::find().filter(row::Column::AccountId.eq(Uuid::from(account)));
    if let Some(after) = after {
        query = query.filter(row::Column::Id.lt(Uuid::from(after)));
    }
    let rows = query.order_by_desc(row::Column::Id).limit(limit).all(db).await.map_err(fault)?;
    rows.into_iter().map(Entry::try_from).collect()
}

/// The sum of all postings by currency: zero, always. And whether every balance equals the sum of its postings.
///
/// # Errors
/// `Internal` naming what does not balance.
pub async fn audit(db: &impl ConnectionTrait) -> Result<()> {
    let mut sums = sums(db).await?;
    let mut totals = BTreeMap::<&str, i128>::new();
    for ((_, currency), sum) in &sums {
        *totals.entry(currency).or_default() += sum;
    }
    if let Some((currency, sum)) = totals.iter().find(|(_, sum)| **sum != 0) {
        return Err(tieline_model::Error::internal(format!("all postings in {currency} sum to {sum}, not to zero")));
    }
    for row in balance_row::Entity::find().all(db).await.map_err(fault)? {
        let sum = sums.remove(&(row.ledger.clone(), row.currency.clone())).unwrap_or(0);
        if sum != i128::from(row.micros) {
            return Err(broken("balance", "micros", row.ledger, format!("it is {}, its postings sum to {sum}", row.micros)));
        }
    }
    match sums.into_iter().next() {
        Some(((ledger, _), _)) => Err(broken("balance", "ledger", ledger, "there are postings but no balance")),
        None => Ok(()),
    }
}

/// Removes the folded balances and folds them anew from the postings.
///
/// # Errors
/// Where the database fails.
pub async fn refold(tx: &Tx) -> Result<()> {
    balance_row::Entity::delete_many().exec(tx).await.map_err(fault)?;
    for ((ledger, currency), sum) in sums(tx).await? {
        let micros = i64::try_from(sum).map_err(|error| broken("balance", "micros", &ledger, error))?;
        let row = balance_row::ActiveModel { ledger: Set(ledger), currency: Set(currency), micros: Set(micros) };
        balance_row::Entity::insert(row).exec_without_returning(tx).await.map_err(fault)?;
    }
    Ok(())
}

/// The sum of the postings of every account of the books, by currency.
async fn sums(db: &impl ConnectionTrait) -> Result<BTreeMap<(String, String), i128>> {
    let mut sums = BTreeMap::new();
    for row in posting_row::Entity::find().all(db).await.map_err(fault)? {
        *sums.entry((row.ledger, row.currency)).or_default() += i128::from(row.micros);
    }
    Ok(sums)
}

fn ledger_text(account: LedgerAccount) -> String {
    match account {
        LedgerAccount::Account(id) => id.to_string(),
        LedgerAccount::Center(id) => id.to_string(),
        LedgerAccount::Platform => "platform".to_owned(),
        LedgerAccount::Cash => "cash".to_owned(),
    }
}

impl Kind {
    /// The word on disk and on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Adjustment => "adjustment",
            Self::TopUp => "top_up",
            Self::Refund => "refund",
        }
    }
}

impl TryFrom<&Entry> for row::ActiveModel {
    type Error = tieline_model::Error;
    fn try_from(entry: &Entry) -> Result<Self> {
        let usage = entry.usage.as_ref().map(serde_json::to_string).transpose();
        Ok(Self {
            id: Set(entry.id.into()),
            account_id: Set(entry.account.into()),
            kind: Set(entry.kind.word().to_owned()),
            job_id: Set(entry.key.map(|key| key.job.into())),
            attempt: Set(entry.key.map(|key| i64::from(key.number))),
            price_id: Set(entry.price.map(Into::into)),
            actor_id: Set(entry.actor.map(Into::into)),
            currency: Set(entry.sum.currency.to_string()),
            micros: Set(entry.sum.micros),
            reason: Set(entry.reason.clone()),
            usage: Set(usage.map_err(|error| tieline_model::Error::internal(error.to_string()))?),
            at: Set(entry.at.micros()),
        })
    }
}

impl TryFrom<row::Model> for Entry {
    type Error = tieline_model::Error;
    fn try_from(row: row::Model) -> Result<Self> {
        let id = ChargeId::from(row.id);
        let kind = [Kind::Charge, Kind::Adjustment, Kind::TopUp, Kind::Refund].into_iter().find(|kind| kind.word() == row.kind);
        let key = row.job_id.zip(row.attempt).map(|(job, number)| {
            let number = u32::try_from(number).map_err(|error| broken("charge", "attempt", id, error))?;
            Ok(AttemptKey { job: job.into(), number })
        });
        let currency = row.currency.parse().map_err(|error| broken("charge", "currency", id, error))?;
        let usage = row.usage.map(|text| serde_json::from_str(&text).map_err(|error| broken("charge", "usage", id, error)));
        Ok(Self {
            id,
            account: row.account_id.into(),
            kind: kind.ok_or_else(|| broken("charge", "kind", id, &row.kind))?,
            key: key.transpose()?,
            price: row.price_id.map(Into::into),
            actor: row.actor_id.map(Into::into),
            sum: Money::from_micros(row.micros, currency),
            reason: row.reason,
            usage: usage.transpose()?,
            at: Timestamp::from_micros(row.at),
        })
    }
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "charge")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub kind: String,
        pub job_id: Option<Uuid>,
        pub attempt: Option<i64>,
        pub price_id: Option<Uuid>,
        pub actor_id: Option<Uuid>,
        pub currency: String,
        pub micros: i64,
        pub reason: String,
        pub usage: Option<String>,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod posting_row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "posting")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub charge_id: Uuid,
        pub ledger: String,
        pub currency: String,
        pub micros: i64,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod balance_row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "balance")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub ledger: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub currency: String,
        pub micros: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
