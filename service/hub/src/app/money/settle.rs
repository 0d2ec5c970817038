//! Charging an attempt: exactly once, and corrected when a better record arrives.

use tieline_ledger::{Parties, Postings, cost_of_runs};
use tieline_model::job::{AttemptKey, Usage};
use tieline_model::{ChargeId, Error, Money, Result};
use tieline_store_hub::books::{Entry, Kind};
use tieline_store_hub::holds::Hold;
use tieline_store_hub::{Tx, books, holds, prices};

use crate::clock::Clock;

/// Charges what an attempt occupied, or the difference to what was charged before. `free` says that no more is to come but
/// corrections: what was set aside is freed. Without usage that something proves, nothing is charged.
///
/// # Errors
/// Where the database fails, or the price the attempt pinned is gone.
pub async fn settle(tx: &Tx, clock: &Clock, key: AttemptKey, usage: Option<&Usage>, free: bool) -> Result<()> {
    let Some(hold) = holds::of_attempt(tx, key).await? else { return Ok(()) };
    if let Some(usage) = usage.filter(|usage| usage.evidence.proves_usage()) {
        charge(tx, clock, &hold, usage).await?;
    }
    if free {
        holds::release(tx, key, clock.now()).await?;
    }
    Ok(())
}

async fn charge(tx: &Tx, clock: &Clock, hold: &Hold, usage: &Usage) -> Result<()> {
    let missing = || Error::internal(format!("the price {} that {} pinned is gone", hold.price, hold.key));
    let price = prices::by_id(tx, hold.price).await?.ok_or_else(missing)?;
    let before = books::of_attempt(tx, hold.key).await?;
    let known = before.iter().filter_map(|entry| entry.usage).fold(Vec::new(), learn);
    let runs = learn(known.clone(), *usage);
    if !before.is_empty() && runs == known {
        return Ok(());
    }
    let due = cost_of_runs(&price, &runs)?;
    let paid = before.iter().map(|entry| entry.sum.negated()).try_fold(Money::zero(price.currency), Money::plus)?;
    let parties = Parties { payer: hold.account, center: hold.center };
    let (kind, postings, reason) = match before.is_empty() {
        true => (Kind::Charge, Postings::charge(parties, due)?, "the job ended".to_owned()),
        false if runs.len() > known.len() => {
            (Kind::Adjustment, Postings::adjustment(parties, paid, due)?, "the scheduler ran the job again".to_owned())
        }
        false => (Kind::Adjustment, Postings::adjustment(parties, paid, due)?, "a better record of the job's usage arrived".to_owned()),
    };
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

/// The runs that are known after one more record. A job that its scheduler took back has several runs, which gateways number; those
/// of one number lie one after the other. A record that overlaps a run is about that run; one of stronger evidence replaces
/// all of its number that rests on weaker.
fn learn(mut known: Vec<Usage>, record: Usage) -> Vec<Usage> {
    // The strongest evidence is the smallest.
    let same = known.iter().filter(|run| run.same_run(&record));
    let stronger = same.filter(|run| run.evidence < record.evidence).map(|run| run.ended).max();
    if stronger.is_some_and(|ended| record.started < ended) {
        return known;
    }
    known.retain(|run| !run.same_run(&record) || (run.evidence <= record.evidence && !overlap(run, &record)));
    known.push(record);
    known.sort_by_key(|run| run.started);
    known
}

fn overlap(one: &Usage, other: &Usage) -> bool {
    one.started == other.started || (one.started < other.ended && other.started < one.ended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_model::Timestamp;
    use tieline_model::job::Evidence;

    fn run(started: i64, ended: i64, evidence: Evidence) -> Usage {
        let [started, ended] = [started, ended].map(Timestamp::from_seconds);
        Usage { started, ended, nodes: 1, cores: 1, gpus: 0, cpu_time: None, peak_memory_mib: None, evidence, run: 0 }
    }

    fn after(records: &[(i64, i64, Evidence)]) -> Vec<(i64, i64)> {
        let known = records.iter().fold(Vec::new(), |known, (from, to, evidence)| learn(known, run(*from, *to, *evidence)));
        known.iter().map(|run| (run.started.seconds(), run.ended.seconds())).collect()
    }

    #[test]
    fn each_run_counts_once_by_its_strongest_record() {
        use Evidence::{Accounting, Bracket};
        assert_eq!(after(&[(0, 10, Bracket), (1, 9, Accounting)]), [(1, 9)], "a better record replaces");
        assert_eq!(after(&[(1, 9, Accounting), (0, 10, Bracket)]), [(1, 9)], "a worse one does not");
        assert_eq!(after(&[(1, 9, Accounting), (1, 9, Accounting)]), [(1, 9)], "the same one changes nothing");
        assert_eq!(after(&[(1, 9, Accounting), (20, 30, Accounting)]), [(1, 9), (20, 30)], "two runs");
        assert_eq!(after(&[(1, 9, Accounting), (20, 30, Bracket), (21, 29, Accounting)]), [(1, 9), (21, 29)]);
        assert_eq!(after(&[(10, 12, Bracket), (7, 9, Accounting)]), [(7, 9)], "clocks that disagree do not charge twice");
    }

    #[test]
    fn a_run_the_scheduler_took_back_stays_charged_whatever_proves_the_last_one() {
        use Evidence::{Accounting, Bracket};
        let first = run(1, 9, Bracket);
        let last = Usage { run: 1, ..run(20, 30, Accounting) };
        let known = [first, Usage { run: 1, ..run(20, 25, Bracket) }, last, first, last].into_iter().fold(Vec::new(), learn);
        assert_eq!(known, [first, last], "each once, however often it is told");
        let retold = learn(known, Usage { run: 1, ..run(1, 8, Accounting) });
        assert_eq!(retold.iter().filter(|run| run.started == first.started).count(), 1, "a start is of one run, whatever its number");
    }
}
