//! Postings: every movement of money is a set of them that sums to zero in each currency.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tieline_model::job::Usage;
use tieline_model::{AccountId, CenterId, Currency, Error, Money, Result};

use crate::{Price, cost_of_runs};

/// Whose money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of", content = "id")]
pub enum LedgerAccount {
    /// An account that pays for jobs.
    Account(AccountId),
    /// A center that is paid for them.
    Center(CenterId),
    /// The platform itself.
    Platform,
    /// The world outside, where money comes from and goes to. It is negative by what is inside.
    Cash,
}

/// One line: this account has so much more, or less where it is negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// Whose.
    pub account: LedgerAccount,
    /// How much.
    pub amount: Money,
}

/// Who pays whom for a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parties {
    /// The account that pays.
    pub payer: AccountId,
    /// The center that is paid.
    pub center: CenterId,
}

/// Lines that sum to zero in each currency. Nothing else can be posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Postings(Vec<Posting>);

impl Postings {
    /// Takes these lines; those of zero are left out.
    ///
    /// # Errors
    /// `Internal` where they do not balance.
    pub fn new(lines: impl IntoIterator<Item = Posting>) -> Result<Self> {
        let lines: Vec<_> = lines.into_iter().filter(|line| line.amount.micros != 0).collect();
        let mut sums = BTreeMap::<Currency, i128>::new();
        for line in &lines {
            *sums.entry(line.amount.currency).or_default() += i128::from(line.amount.micros);
        }
        match sums.into_iter().find(|(_, sum)| *sum != 0) {
            None => Ok(Self(lines)),
            Some((currency, sum)) => Err(Error::internal(format!("postings are off balance by {sum} millionths of {currency}: {lines:?}"))),
        }
    }

    /// What a job costs: from the payer to the center.
    ///
    /// # Errors
    /// `Invalid` for a cost below zero.
    pub fn charge(parties: Parties, cost: Money) -> Result<Self> {
        positive(cost)?;
        Self::moved(LedgerAccount::Account(parties.payer), LedgerAccount::Center(parties.center), cost)
    }

    /// What is still to be moved, in either direction, when so much was charged and so much is due. Nothing where they are equal.
    ///
    /// # Errors
    /// `Invalid` where the currencies differ or the difference cannot be written.
    pub fn adjustment(parties: Parties, charged: Money, due: Money) -> Result<Self> {
        let rest = due.plus(charged.negated())?;
        Self::moved(LedgerAccount::Account(parties.payer), LedgerAccount::Center(parties.center), rest)
    }

    /// The adjustment after better records of the same job's runs arrived: `charged` is what its charge rested on.
    ///
    /// # Errors
    /// As [`crate::cost`] and [`Postings::adjustment`].
    pub fn adjustment_of_usage(parties: Parties, price: &Price, charged: &[Usage], known: &[Usage]) -> Result<Self> {
        Self::adjustment(parties, cost_of_runs(price, charged)?, cost_of_runs(price, known)?)
    }

    /// Money that comes in for an account.
    ///
    /// # Errors
    /// `Invalid` for a sum that is not above zero.
    pub fn top_up(account: AccountId, sum: Money) -> Result<Self> {
        above_zero(sum)?;
        Self::moved(LedgerAccount::Cash, LedgerAccount::Account(account), sum)
    }

    /// Money of a charge that the center gives back.
    ///
    /// # Errors
    /// `Invalid` for a sum that is not above zero.
    pub fn refund(parties: Parties, sum: Money) -> Result<Self> {
        above_zero(sum)?;
        Self::moved(LedgerAccount::Center(parties.center), LedgerAccount::Account(parties.payer), sum)
    }

    /// Money of an account that is paid out.
    ///
    /// # Errors
    /// `Invalid` for a sum that is not above zero.
    pub fn pay_out(account: AccountId, sum: Money) -> Result<Self> {
        above_zero(sum)?;
        Self::moved(LedgerAccount::Account(account), LedgerAccount::Cash, sum)
    }

    /// The lines.
    pub fn lines(&self) -> &[Posting] {
        &self.0
    }

    /// Whether nothing moves.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn moved(from: LedgerAccount, to: LedgerAccount, sum: Money) -> Result<Self> {
        if sum.micros == i64::MIN {
            return Err(Error::invalid("the sum is too large to be written"));
        }
        Self::new([Posting { account: from, amount: sum.negated() }, Posting { account: to, amount: sum }])
    }
}

fn positive(sum: Money) -> Result<()> {
    if sum.micros < 0 {
        return Err(Error::invalid(format!("{sum} is below zero")).field("amount"));
    }
    Ok(())
}

fn above_zero(sum: Money) -> Result<()> {
    if sum.micros <= 0 {
        return Err(Error::invalid(format!("{sum} is not above zero")).field("amount"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tieline_model::job::Evidence;
    use tieline_model::{Id, MachineId, PriceId, Timestamp};

    use crate::Rates;

    fn parties() -> Parties {
        Parties { payer: AccountId::from_bytes([1; 16]), center: CenterId::from_bytes([2; 16]) }
    }
    fn sum(micros: i64) -> Money {
        Money::from_micros(micros, Currency::CNY)
    }
    fn total(sets: &[Postings], account: LedgerAccount) -> i128 {
        sets.iter().flat_map(Postings::lines).filter(|line| line.account == account).map(|line| i128::from(line.amount.micros)).sum()
    }

    #[test]
    fn lines_that_do_not_balance_in_each_currency_are_refused() {
        let euro = Money::from_micros(-5, "EUR".parse().unwrap());
        let lines = [Posting { account: LedgerAccount::Cash, amount: sum(5) }, Posting { account: LedgerAccount::Platform, amount: euro }];
        assert!(Postings::new(lines).is_err());
        assert!(Postings::new(lines.into_iter().take(1)).is_err());
        assert!(Postings::new([]).unwrap().is_empty());
    }

    fn price() -> Price {
        let rates = Rates { core_hour: 3_000_000, ..Rates::default() };
        Price {
            id: PriceId::from_bytes([1; 16]),
            machine: MachineId::from_bytes([1; 16]),
            queue: None,
            account: None,
            since: Timestamp::default(),
            currency: Currency::CNY,
            rates,
        }
    }

    fn run(seconds: i64) -> Usage {
        let (started, ended) = (Timestamp::default(), Timestamp::from_seconds(seconds));
        Usage { started, ended, nodes: 1, cores: 2, gpus: 0, cpu_time: None, peak_memory_mib: None, evidence: Evidence::Bracket, run: 0 }
    }

    #[test]
    fn better_records_move_the_difference_and_the_same_records_move_nothing() {
        let adjusted = |charged: &[Usage], known: &[Usage]| Postings::adjustment_of_usage(parties(), &price(), charged, known).unwrap();
        assert!(adjusted(&[run(1800)], &[run(1800)]).is_empty());
        let back = adjusted(&[run(3600)], &[run(1800)]);
        assert_eq!(total(&[back], LedgerAccount::Account(parties().payer)), 3_000_000);
        let requeued = adjusted(&[run(1800)], &[run(1800), run(1800)]);
        assert_eq!(total(&[requeued], LedgerAccount::Account(parties().payer)), -3_000_000);
    }

    #[test]
    fn nothing_and_less_cannot_be_topped_up_refunded_or_paid_out() {
        for micros in [0, -1, i64::MIN] {
            assert!(Postings::top_up(parties().payer, sum(micros)).is_err());
            assert!(Postings::refund(parties(), sum(micros)).is_err());
            assert!(Postings::pay_out(parties().payer, sum(micros)).is_err());
        }
        assert!(Postings::charge(parties(), sum(-1)).is_err());
        assert!(Postings::charge(parties(), sum(0)).unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn everything_that_can_be_posted_sums_to_zero(a in 0i64.., b in 0i64.., c in 1i64..) {
            let sets = [
                Postings::charge(parties(), sum(a)).unwrap(),
                Postings::adjustment(parties(), sum(a), sum(b)).unwrap(),
                Postings::top_up(parties().payer, sum(c)).unwrap(),
                Postings::refund(parties(), sum(c)).unwrap(),
                Postings::pay_out(parties().payer, sum(c)).unwrap(),
            ];
            for set in &sets {
                prop_assert_eq!(set.lines().iter().map(|line| i128::from(line.amount.micros)).sum::<i128>(), 0);
            }
        }

        #[test]
        fn a_charge_and_its_adjustments_equal_the_charge_of_the_last_usage(dues in prop::collection::vec(0i64.., 1..8)) {
            let mut sets = vec![Postings::charge(parties(), sum(dues[0])).unwrap()];
            for pair in dues.windows(2) {
                sets.push(Postings::adjustment(parties(), sum(pair[0]), sum(pair[1])).unwrap());
            }
            let last = *dues.last().unwrap();
            prop_assert_eq!(total(&sets, LedgerAccount::Center(parties().center)), i128::from(last));
            prop_assert_eq!(total(&sets, LedgerAccount::Account(parties().payer)), -i128::from(last));
        }

        #[test]
        fn adjusting_to_the_same_is_empty(due in 0i64..) {
            prop_assert!(Postings::adjustment(parties(), sum(due), sum(due)).unwrap().is_empty());
        }
    }
}
