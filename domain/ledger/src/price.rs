//! Prices and what they make of usage.

use serde::{Deserialize, Serialize};
use tieline_model::job::Usage;
use tieline_model::{AccountId, Currency, Error, MachineId, Money, PriceId, QueueName, Resources, Result, Timestamp};

/// Microseconds in an hour, which rates are per.
const HOUR: i128 = 3_600_000_000;

/// One edition of a price. An edition never changes; a job pins the one it was placed under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// What jobs pin.
    pub id: PriceId,
    /// On which machine.
    pub machine: MachineId,
    /// In which queue only; none for all.
    pub queue: Option<QueueName>,
    /// For which account only; none for all.
    pub account: Option<AccountId>,
    /// From when on. Each edition for a machine is younger than the one before it, whatever a clock said meanwhile.
    pub since: Timestamp,
    /// The money it is in.
    pub currency: Currency,
    /// How much.
    pub rates: Rates,
}

/// Micro-units of the currency for an hour of each thing a job occupies. They add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    /// For a core.
    pub core_hour: i64,
    /// For a node.
    pub node_hour: i64,
    /// For a GPU.
    pub gpu_hour: i64,
}

impl Rates {
    /// The highest rate: a million units of the currency for an hour.
    pub const MAX: i64 = 1_000_000_000_000;

    /// Checks that no rate is below zero or beyond all reason.
    ///
    /// # Errors
    /// Names the field and the limit.
    pub fn checked(self) -> Result<Self> {
        for (field, rate) in [("core_hour", self.core_hour), ("node_hour", self.node_hour), ("gpu_hour", self.gpu_hour)] {
            if !(0..=Self::MAX).contains(&rate) {
                return Err(Error::invalid(format!("{rate} is out of range, 0 to {} millionths an hour", Self::MAX)).field(field));
            }
        }
        Ok(self)
    }
}

/// The price of a job that is placed: one for its account and queue before one for its account, before one for its queue,
/// before one for all; of several editions the youngest. `queue` is the queue it really goes to.
///
/// A price is named from now on and for no later day, so an edition is in force once it is there: the order of the editions
/// decides, and no clock that was set back in between.
pub fn applicable<'a>(
    prices: impl IntoIterator<Item = &'a Price>,
    machine: MachineId,
    queue: Option<&QueueName>,
    account: AccountId,
) -> Option<&'a Price> {
    prices
        .into_iter()
        .filter(|price| price.machine == machine)
        .filter(|price| price.account.is_none_or(|only| only == account))
        .filter(|price| price.queue.as_ref().is_none_or(|only| Some(only) == queue))
        .max_by_key(|price| (price.account.is_some(), price.queue.is_some(), price.since, price.id))
}

/// What one run costs.
///
/// # Errors
/// `Invalid` where the sum cannot be written or the usage rests on a file the user could have written.
pub fn cost(price: &Price, usage: &Usage) -> Result<Money> {
    cost_of_runs(price, std::slice::from_ref(usage))
}

/// What all runs of an attempt cost together, rounded once: a requeued job has several.
///
/// # Errors
/// As [`cost`].
pub fn cost_of_runs(price: &Price, runs: &[Usage]) -> Result<Money> {
    if runs.iter().any(|usage| !usage.evidence.proves_usage()) {
        return Err(Error::invalid("what the user could have written proves no usage, so nothing can be charged for it"));
    }
    let dues = runs.iter().map(|usage| due(price, usage.nodes, usage.cores, usage.gpus, i128::from(usage.elapsed_micros())));
    rounded(dues.collect::<Option<Vec<_>>>().and_then(|dues| dues.into_iter().try_fold(0i128, i128::checked_add)), price.currency)
}

/// The most a job can cost: with all it asks for until its time is over. This much is held when it is placed.
///
/// # Errors
/// `Invalid` where the sum cannot be written.
pub fn ceiling(price: &Price, wish: &Resources) -> Result<Money> {
    rounded(due(price, wish.nodes, wish.cores, wish.gpus, i128::from(wish.time.micros())), price.currency)
}

/// Micro-units times microseconds; `None` where even 128 bits do not hold it.
fn due(price: &Price, nodes: u32, cores: u32, gpus: u32, micros: i128) -> Option<i128> {
    let Rates { core_hour, node_hour, gpu_hour } = price.rates;
    let parts = [(core_hour, cores), (node_hour, nodes), (gpu_hour, gpus)];
    let an_hour = parts.into_iter().map(|(rate, count)| i128::from(rate) * i128::from(count)).sum::<i128>();
    an_hour.checked_mul(micros)
}

/// Divided by an hour, half to even.
fn rounded(due: Option<i128>, currency: Currency) -> Result<Money> {
    let too_large = || Error::invalid("the cost is too large to be written");
    let due = due.ok_or_else(too_large)?;
    let (whole, rest) = (due.div_euclid(HOUR), due.rem_euclid(HOUR));
    let up = match (2 * rest).cmp(&HOUR) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => whole % 2 != 0,
        std::cmp::Ordering::Greater => true,
    };
    let micros = i64::try_from(whole + i128::from(up)).map_err(|_| too_large())?;
    Ok(Money::from_micros(micros, currency))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tieline_model::job::Evidence;
    use tieline_model::{Id, Seconds};

    fn price(core_hour: i64) -> Price {
        Price {
            id: PriceId::from_bytes([1; 16]),
            machine: MachineId::from_bytes([1; 16]),
            queue: None,
            account: None,
            since: Timestamp::default(),
            currency: Currency::CNY,
            rates: Rates { core_hour, ..Rates::default() },
        }
    }

    fn usage(cores: u32, micros: i64) -> Usage {
        let started = Timestamp::from_seconds(1_700_000_000);
        let ended = started.plus_micros(micros);
        Usage { started, ended, nodes: 1, cores, gpus: 0, cpu_time: None, peak_memory_mib: None, evidence: Evidence::Accounting, run: 0 }
    }

    #[test]
    fn two_cores_for_half_an_hour_cost_a_core_hour() {
        assert_eq!(cost(&price(250_000), &usage(2, 1_800_000_000)).unwrap().to_string(), "0.25 CNY");
        let wish = Resources { cores: 2, ..Resources::one_core(Seconds::minutes(30)) };
        assert_eq!(ceiling(&price(250_000), &wish).unwrap().to_string(), "0.25 CNY");
        let mut dear = price(250_000);
        dear.rates = Rates { core_hour: 1, node_hour: 10, gpu_hour: 100 };
        let wish = Resources { nodes: 2, cores: 4, gpus: 6, memory_mib: None, time: Seconds::hours(1) };
        assert_eq!(ceiling(&dear, &wish).unwrap().micros, 4 + 20 + 600);
    }

    #[test]
    fn a_half_goes_to_the_even_neighbour() {
        for (core_hour, micros) in [(1, 0), (3, 2), (5, 2), (7, 4)] {
            assert_eq!(cost(&price(core_hour), &usage(1, 1_800_000_000)).unwrap().micros, micros, "{core_hour}/2");
        }
    }

    #[test]
    fn the_runs_of_a_requeued_job_are_rounded_together() {
        // Two runs of half a micro-unit each: rounded apart they would be free.
        let half = usage(1, 1_800_000_000);
        assert_eq!(cost(&price(1), &half).unwrap().micros, 0);
        assert_eq!(cost_of_runs(&price(1), &[half, half]).unwrap().micros, 1);
    }

    #[test]
    fn a_file_the_user_can_write_proves_no_usage() {
        assert!(cost(&price(1), &Usage { evidence: Evidence::Sentinel, ..usage(1, 1) }).is_err());
    }

    #[test]
    fn a_sum_that_cannot_be_written_is_refused_not_wrapped() {
        assert!(cost(&price(i64::MAX), &usage(u32::MAX, i64::MAX / 4)).is_err());
        assert_eq!(Rates { gpu_hour: -1, ..Rates::default() }.checked().unwrap_err().wrong_field(), Some("gpu_hour"));
    }

    #[test]
    fn the_most_specific_and_youngest_price_wins() {
        let machine = MachineId::from_bytes([1; 16]);
        let [ours, theirs] = [1, 2].map(|byte| AccountId::from_bytes([byte; 16]));
        let queue: QueueName = "gpu".parse().unwrap();
        let make = |number: u8, queue: Option<&QueueName>, account, since| Price {
            id: PriceId::from_bytes([number; 16]),
            queue: queue.cloned(),
            account,
            since: Timestamp::from_seconds(since),
            ..price(1)
        };
        let prices = [
            make(1, None, None, 0),
            make(2, None, None, 10),
            make(4, Some(&queue), None, 0),
            make(5, None, Some(ours), 0),
            make(6, Some(&queue), Some(ours), 0),
        ];
        let which = |queue, account| applicable(&prices, machine, queue, account).unwrap().id.bytes()[0];
        assert_eq!(which(None, theirs), 2);
        assert_eq!(which(Some(&queue), theirs), 4);
        assert_eq!(which(None, ours), 5);
        assert_eq!(which(Some(&queue), ours), 6);
        assert!(applicable(&prices, MachineId::from_bytes([9; 16]), None, ours).is_none());
    }

    proptest! {
        #[test]
        fn rounding_is_off_by_half_a_micro_unit_at_most(rate in 0i64..Rates::MAX, cores in 1u32..100_000, micros in 0i64..100_000_000_000) {
            let exact = i128::from(rate) * i128::from(cores) * i128::from(micros);
            let off = i128::from(cost(&price(rate), &usage(cores, micros)).unwrap().micros) * HOUR - exact;
            prop_assert!(2 * off.abs() <= HOUR);
        }

        #[test]
        fn no_run_within_its_wish_costs_more_than_the_ceiling(rate in 0i64..Rates::MAX, cores in 1u32..1000, time in 1u64..1_000_000, share in 0u64..=100) {
            let wish = Resources { cores, ..Resources::one_core(Seconds(time)) };
            let run = usage(cores, wish.time.micros() / 100 * i64::try_from(share).unwrap());
            prop_assert!(cost(&price(rate), &run).unwrap().micros <= ceiling(&price(rate), &wish).unwrap().micros);
        }
    }
}
