//! Whether an account can pay for one more job.

use tieline_model::{Error, Money, Result};

/// Checks that what the account has, less what is held for its other jobs, plus how far below zero it may go, covers the most this job can cost.
///
/// # Errors
/// `Unpaid` with the code `no_balance`, naming the sum that is missing; `Invalid` where the currencies differ.
pub fn can_pay(balance: Money, holds: Money, limit: Money, ceiling: Money) -> Result<()> {
    let sums = [balance, holds, limit];
    if let Some(other) = sums.iter().find(|sum| sum.currency != ceiling.currency) {
        return Err(Error::invalid(format!("the account is in {} and the price in {}", other.currency, ceiling.currency)));
    }
    let [balance_now, held, credit] = sums.map(|sum| i128::from(sum.micros));
    let missing = i128::from(ceiling.micros) - (balance_now - held + credit);
    if ceiling.micros <= 0 || missing <= 0 {
        return Ok(());
    }
    let missing = Money::from_micros(i64::try_from(missing).unwrap_or(i64::MAX), ceiling.currency);
    Err(Error::unpaid(format!(
        "the job may cost up to {ceiling}; the account has {balance}, of which {holds} is held for other jobs, and a credit of {limit}: {missing} more is needed"
    ))
    .code("no_balance")
    .hint("ask for less time or fewer cores, or have the account topped up"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tieline_model::{Currency, ErrorKind};

    fn sum(micros: i64) -> Money {
        Money::from_micros(micros, Currency::CNY)
    }

    #[test]
    fn a_job_that_cannot_be_paid_is_refused_with_the_sum_it_needs() {
        let error = can_pay(sum(5_000_000), sum(2_000_000), sum(0), sum(12_500_000)).unwrap_err();
        assert_eq!((error.kind(), error.word()), (ErrorKind::Unpaid, "no_balance"));
        assert!(error.message().contains("9.50 CNY more"), "{error}");
        assert!(can_pay(sum(-1), sum(0), sum(0), sum(0)).is_ok(), "what costs nothing can always be paid");
        assert!(can_pay(sum(1), sum(0), sum(0), Money::from_micros(1, "EUR".parse().unwrap())).is_err());
    }

    proptest! {
        #[test]
        fn an_account_never_promises_more_than_it_has(balance: i64, holds in 0i64.., limit in 0i64.., ceiling in 1i64..) {
            let covered = i128::from(balance) - i128::from(holds) + i128::from(limit) >= i128::from(ceiling);
            prop_assert_eq!(can_pay(sum(balance), sum(holds), sum(limit), sum(ceiling)).is_ok(), covered);
        }
    }
}
