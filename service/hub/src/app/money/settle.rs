//! Charging an attempt: exactly once, and corrected when a better record arrives.

use tieline_ledger::{Parties, Postings, cost};
use tieline_model::job::{AttemptKey, Evidence, Usage};
use tieline_model::{ChargeId, Error, Money, Result};
use tieline_store_hub::books::{Entry, Kind};
use tieline_store_hub::holds::Hold;
use tieline_store_hub::{Tx, books, holds, prices};

use crate::clock::Clock;

/// Charges what an attempt occupied, or the difference to what was charged before, and frees what was set aside.
/// Without usage that something proves, nothing is charged; the hold is freed once the attempt is over for good.
///
/// # Errors
/// Where the database fails, or the price the attempt pinned is gone.
pub async fn settle(tx: &Tx, clock: &Clock, key: AttemptKey, usage: Option<&Usage>, over: bool) -> Result<()> {
    let Some(hold) = holds::of_attempt(tx, key).await? else { return Ok(()) };
    let proven = usage.filter(|usage| usage.evidence != Evidence::Sentinel);
    if let Some(usage) = proven {
        charge(tx, clock, &hold, usage).await?;
    }
    if over || proven.is_some() {
        holds::release(tx, key, clock.now()).await?;
    }
    Ok(())
}

async fn charge(tx: &Tx, clock: &Clock, hold: &Hold, usage: &Usage) -> Result<()> {
    let missing = || Error::internal(format!("the price {} that {} pinned is gone", hold.price, hold.key));
    let price = prices::by_id(tx, hold.price).await?.ok_or_else(missing)?;
    let due = cost(&price, usage)?;
    let before = books::of_attempt(tx, hold.key).await?;
    let paid = before.iter().map(|entry| entry.sum.negated()).try_fold(Money::zero(price.currency), Money::plus)?;
    let parties = Parties { payer: hold.account, center: hold.center };
    let (kind, postings, reason) = match before.is_empty() {
        true => (Kind::Charge, Postings::charge(parties, due)?, "the job ended".to_owned()),
        false => (Kind::Adjustment, Postings::adjustment(parties, paid, due)?, "a better record of the job's usage arrived".to_owned()),
    };
    if postings.is_empty() && kind == Kind::Adjustment {
        return Ok(());
    }
    let entry = Entry {
        id: clock.id::<ChargeId>(),
        account: hold.account,
        kind,
        key: Some(hold.key),
        price: Some(price.id),
        actor: None,
        sum: due.plus(paid.negated())?.negated(),
        reason,
        usage: Some(*usage),
        at: clock.now(),
    };
    books::post(tx, &entry, &postings, || clock.id()).await
}
