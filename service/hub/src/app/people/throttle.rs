//! Failed sign-ins of the last quarter of an hour, by name and by address; kept in memory, in a bounded table.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use tieline_model::{Error, Result, Seconds, Timestamp, UserName};

/// How long a failure counts.
pub const WINDOW: Seconds = Seconds::minutes(15);
/// How many names and addresses are remembered at most; beyond it the ones that failed longest ago are forgotten.
const REMEMBERED: usize = 50_000;

/// Remembers failed sign-ins.
#[derive(Debug)]
pub struct Throttle {
    limit: usize,
    failures: Mutex<HashMap<Key, VecDeque<Timestamp>>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Name(String),
    Address(String),
}

impl Throttle {
    /// After `limit` failures the next one waits.
    pub fn new(limit: u32) -> Self {
        Self { limit: usize::try_from(limit).unwrap_or(usize::MAX).max(1), failures: Mutex::default() }
    }

    /// Refuses an attempt after too many failures of this name or from this address.
    ///
    /// # Errors
    /// `Throttled`, with the moment from which on it may be tried again.
    pub fn check(&self, name: &UserName, address: &str, now: Timestamp) -> Result<()> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, whose) in [(Key::of(name), "of this name"), (Key::from(address), "from this address")] {
            let Some(times) = failures.get_mut(&key) else { continue };
            while times.front().is_some_and(|first| *first + WINDOW <= now) {
                times.pop_front();
            }
            let Some(first) = times.len().checked_sub(self.limit).and_then(|index| times.get(index)) else { continue };
            let again = Timestamp::from_seconds((*first + WINDOW).seconds() + 1);
            let message = format!("{} failed sign-ins {whose} in a quarter of an hour; try again at {again}", times.len());
            // Rounded up: whoever comes after that many whole seconds is let in.
            let wait = Seconds(again.since(now).0.max(1));
            return Err(Error::throttled(message).retry_after(wait));
        }
        Ok(())
    }

    /// Notes a failed attempt.
    pub fn failed(&self, name: &UserName, address: &str, now: Timestamp) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        for key in [Key::of(name), Key::from(address)] {
            let times = failures.entry(key).or_default();
            times.push_back(now);
            if times.len() > self.limit {
                times.pop_front();
            }
        }
        if failures.len() > REMEMBERED {
            forget_old(&mut failures, now);
        }
    }

    /// Forgets a name's failures after it signed in. The address keeps its own: it may try other names.
    pub fn succeeded(&self, name: &UserName) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(&Key::of(name));
    }
}

impl Key {
    fn of(name: &UserName) -> Self {
        Self::Name(name.to_string())
    }
    /// An IPv6 address counts by its network of 64 bits: one person has as many addresses in it as they like.
    fn from(address: &str) -> Self {
        let Ok(IpAddr::V6(six)) = address.parse::<IpAddr>() else { return Self::Address(address.to_owned()) };
        let [a, b, c, d, ..] = six.segments();
        Self::Address(format!("{a:x}:{b:x}:{c:x}:{d:x}"))
    }
}

/// Drops what no longer counts, and if that is not enough the older half.
fn forget_old(failures: &mut HashMap<Key, VecDeque<Timestamp>>, now: Timestamp) {
    failures.retain(|_, times| times.back().is_some_and(|last| *last + WINDOW > now));
    if failures.len() <= REMEMBERED {
        return;
    }
    let mut last = failures.values().filter_map(|times| times.back().copied()).collect::<Vec<_>>();
    let middle = last.len() / 2;
    let (_, middle, _) = last.select_nth_unstable(middle);
    let middle = *middle;
    failures.retain(|_, times| times.back().is_some_and(|last| *last > middle));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn the_attempt_after_the_limit_waits_until_the_oldest_failure_is_a_quarter_of_an_hour_old() {
        let throttle = Throttle::new(3);
        let name = "alice".parse().unwrap();
        for second in 0..3 {
            throttle.check(&name, "10.0.0.1", at(second)).unwrap();
            throttle.failed(&name, "10.0.0.1", at(second));
        }
        let error = throttle.check(&name, "10.9.9.9", at(3)).unwrap_err();
        assert!(error.message().contains("try again at 1970-01-01T00:15:01Z"), "{error}");
        assert_eq!(error.wait(), Some(Seconds(898)));
        assert!(throttle.check(&name, "10.9.9.9", at(3) + Seconds(898)).is_ok());
        assert!(throttle.check(&"bob".parse().unwrap(), "10.0.0.1", at(3)).is_err(), "the address waits too");
        assert!(throttle.check(&"bob".parse().unwrap(), "10.0.0.2", at(3)).is_ok());
        assert!(throttle.check(&name, "10.0.0.1", at(901)).is_ok());
    }

    #[test]
    fn a_success_forgives_the_name_but_not_the_address() {
        let throttle = Throttle::new(1);
        let name = "alice".parse().unwrap();
        throttle.failed(&name, "fd00::1", at(0));
        throttle.succeeded(&name);
        assert!(throttle.check(&name, "fd01::1", at(1)).is_ok());
        assert!(throttle.check(&name, "fd00::2", at(1)).is_err(), "the same network");
    }

    #[test]
    fn the_table_is_bounded() {
        let throttle = Throttle::new(1);
        for number in 0..60_000 {
            throttle.failed(&"alice".parse().unwrap(), &format!("host{number}"), at(number / 1000));
        }
        assert!(throttle.failures.lock().unwrap().len() <= REMEMBERED + 2);
    }
}
