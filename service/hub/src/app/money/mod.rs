//! Money: set aside when a job is placed, charged when it ended, corrected when more is learned. Each within the
//! transaction of its cause, so that nothing is ever charged twice or forgotten.

mod settle;

use tieline_ledger::{LedgerAccount, Postings, Price, Rates, can_pay, ceiling};
use tieline_model::job::AttemptKey;
use tieline_model::{AccountId, CenterId, ChargeId, Currency, HoldId, MachineId, Money, PriceId, QueueName, Resources, Result, UserId};
use tieline_store_hub::books::{Entry, Kind};
use tieline_store_hub::holds::Hold;
use tieline_store_hub::{ConnectionTrait, Tx, books, holds, prices};

use crate::App;
use crate::clock::Clock;

pub use settle::settle;

/// What an account has, and how much of it is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Funds {
    /// What it has.
    pub balance: Money,
    /// What is set aside for jobs that have not been charged.
    pub held: Money,
}

/// What an account has in this currency.
///
/// # Errors
/// Where the database fails.
pub async fn funds(db: &impl ConnectionTrait, account: AccountId, currency: Currency) -> Result<Funds> {
    Ok(Funds {
        balance: books::balance(db, LedgerAccount::Account(account), currency).await?,
        held: holds::sum(db, account, currency).await?,
    })
}

/// Sets the most a job can cost aside, under the price it was placed with.
///
/// # Errors
/// `Unpaid` naming the sum that is missing; nothing is set aside then.
pub async fn hold(
    tx: &Tx,
    clock: &Clock,
    account: AccountId,
    key: AttemptKey,
    center: CenterId,
    price: &Price,
    wish: &Resources,
) -> Result<()> {
    let funds = funds(tx, account, price.currency).await?;
    can_pay(funds.balance, funds.held, Money::zero(price.currency), ceiling(price, wish)?)?;
    set_aside(tx, clock, account, key, center, price, wish).await
}

/// As [`hold`], also where the account cannot pay: for what is running already.
///
/// # Errors
/// Where the database fails.
pub async fn set_aside(
    tx: &Tx,
    clock: &Clock,
    account: AccountId,
    key: AttemptKey,
    center: CenterId,
    price: &Price,
    wish: &Resources,
) -> Result<()> {
    let sum = ceiling(price, wish)?;
    let hold = Hold { id: clock.id::<HoldId>(), account, key, price: price.id, center, sum, created: clock.now(), released: None };
    holds::insert(tx, &hold).await
}

/// A new edition of a price; jobs that are placed already keep theirs.
///
/// # Errors
/// `Invalid` naming the rate that is out of range.
pub async fn set_price(
    app: &App,
    tx: &Tx,
    machine: MachineId,
    queue: Option<QueueName>,
    account: Option<AccountId>,
    currency: Currency,
    rates: Rates,
) -> Result<Price> {
    let now = app.clock.now();
    let youngest = prices::all(tx, Some(machine)).await?.into_iter().map(|price| price.since).max();
    let since = youngest.map_or(now, |youngest| now.max(youngest.plus_micros(1)));
    let price = Price { id: app.clock.id::<PriceId>(), machine, queue, account, since, currency, rates: rates.checked()? };
    prices::insert(tx, &price, now).await?;
    Ok(price)
}

/// Money comes in for an account.
///
/// # Errors
/// `Invalid` for a sum that is not above zero.
pub async fn top_up(app: &App, tx: &Tx, account: AccountId, sum: Money, actor: UserId, reason: String) -> Result<Entry> {
    let postings = Postings::top_up(account, sum)?;
    let entry = Entry {
        id: app.clock.id::<ChargeId>(),
        account,
        kind: Kind::TopUp,
        key: None,
        price: None,
        actor: Some(actor),
        sum,
        reason,
        usage: None,
        at: app.clock.now(),
    };
    books::post(tx, &entry, &postings, || app.clock.id()).await?;
    Ok(entry)
}
