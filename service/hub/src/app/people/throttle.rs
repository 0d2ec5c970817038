//! Failed sign-ins of the last quarter of an hour, by name and by address; kept in memory, in a bounded table.
//!
//! An attempt takes its place before the password is looked at, so that many at the same moment are no more than one after the
//! other: what is under way could fail, and counts until it is over. Whoever finds all places taken waits for one, for those under
//! way may succeed: a class behind one address signs in, a few at a time.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tieline_model::{Error, Result, Seconds, Timestamp, UserName};
use tokio::sync::{Notify, Semaphore};

use super::passwords::busy;

/// How long a failure counts.
pub const WINDOW: Seconds = Seconds::minutes(15);
/// How many names and addresses are remembered at most; beyond it the ones that failed longest ago are forgotten.
const REMEMBERED: usize = 50_000;
/// Attempts that may wait for others to end.
const WAITING: usize = 1_000;

/// Remembers failed sign-ins and counts those under way.
#[derive(Debug)]
pub struct Throttle {
    limit: usize,
    counts: Mutex<HashMap<Key, Count>>,
    freed: Notify,
    waiting: Semaphore,
}

/// What is known of a name or an address.
#[derive(Debug, Default)]
struct Count {
    failures: VecDeque<Timestamp>,
    under_way: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Name(String),
    Address(String),
}

/// An attempt under way. Dropped, it gives its place back and has neither failed nor succeeded.
#[derive(Debug)]
#[must_use = "the attempt is under way for as long as it lives"]
pub struct Turn<'a> {
    throttle: &'a Throttle,
    name: Key,
    address: Key,
}

impl Throttle {
    /// After `limit` failures the next one waits.
    pub fn new(limit: u32) -> Self {
        Self {
            limit: usize::try_from(limit).unwrap_or(usize::MAX).max(1),
            counts: Mutex::default(),
            freed: Notify::new(),
            waiting: Semaphore::new(WAITING),
        }
    }

    /// Begins an attempt, as soon as no more are under way than may still fail.
    ///
    /// # Errors
    /// `Throttled` after too many failures of this name or from this address, with the moment from which on it may be tried again;
    /// `Unavailable` where too many wait already.
    pub async fn enter(&self, name: &UserName, address: &str, now: impl Fn() -> Timestamp) -> Result<Turn<'_>> {
        let mut place = None;
        loop {
            // Made before the look, so that nothing that is given back after it is missed.
            let freed = self.freed.notified();
            if let Some(turn) = self.try_enter(name, address, now())? {
                return Ok(turn);
            }
            if place.is_none() {
                place = Some(self.waiting.try_acquire().map_err(|_| busy())?);
            }
            freed.await;
        }
    }

    fn try_enter(&self, name: &UserName, address: &str, now: Timestamp) -> Result<Option<Turn<'_>>> {
        let (name, address) = (Key::of(name), Key::from(address));
        let mut counts = self.counts();
        for (key, whose) in [(&name, "of this name"), (&address, "from this address")] {
            let Some(Count { failures, .. }) = counts.get_mut(key) else { continue };
            while failures.front().is_some_and(|first| *first + WINDOW <= now) {
                failures.pop_front();
            }
            let Some(first) = failures.len().checked_sub(self.limit).and_then(|index| failures.get(index)) else { continue };
            let again = Timestamp::from_seconds((*first + WINDOW).seconds() + 1);
            let message = format!("{} failed sign-ins {whose} in a quarter of an hour; try again at {again}", failures.len());
            // Rounded up: whoever comes after that many whole seconds is let in.
            let wait = Seconds(again.since(now).0.max(1));
            return Err(Error::throttled(message).retry_after(wait));
        }
        let full = |key: &Key| counts.get(key).is_some_and(|count| count.failures.len() + count.under_way >= self.limit);
        if full(&name) || full(&address) {
            return Ok(None);
        }
        for key in [&name, &address] {
            counts.entry(key.clone()).or_default().under_way += 1;
        }
        Ok(Some(Turn { throttle: self, name, address }))
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<Key, Count>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// Notes that the attempt failed.
    pub fn failed(self, now: Timestamp) {
        let mut counts = self.throttle.counts();
        for key in [&self.name, &self.address] {
            let failures = &mut counts.entry(key.clone()).or_default().failures;
            failures.push_back(now);
            if failures.len() > self.throttle.limit {
                failures.pop_front();
            }
        }
        if counts.len() > REMEMBERED {
            forget_old(&mut counts, now);
        }
    }

    /// Forgets a name's failures after it signed in. The address keeps its own: it may try other names.
    pub fn succeeded(self) {
        if let Some(count) = self.throttle.counts().get_mut(&self.name) {
            count.failures.clear();
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut counts = self.throttle.counts();
        for key in [&self.name, &self.address] {
            let Some(count) = counts.get_mut(key) else { continue };
            count.under_way = count.under_way.saturating_sub(1);
            if count.under_way == 0 && count.failures.is_empty() {
                counts.remove(key);
            }
        }
        drop(counts);
        self.throttle.freed.notify_waiters();
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

/// Drops what no longer counts, and if that is not enough the older half. What is under way stays.
fn forget_old(counts: &mut HashMap<Key, Count>, now: Timestamp) {
    keep_after(counts, now - WINDOW);
    if counts.len() <= REMEMBERED {
        return;
    }
    let mut last = counts.values().filter_map(|count| count.failures.back().copied()).collect::<Vec<_>>();
    last.sort_unstable();
    if let Some(middle) = last.get(last.len() / 2) {
        keep_after(counts, *middle);
    }
}

fn keep_after(counts: &mut HashMap<Key, Count>, moment: Timestamp) {
    counts.retain(|_, count| count.under_way > 0 || count.failures.back().is_some_and(|last| *last > moment));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn name(name: &str) -> UserName {
        name.parse().unwrap()
    }

    /// Whether an attempt may begin.
    fn may(throttle: &Throttle, who: &str, address: &str, now: Timestamp) -> Result<bool> {
        throttle.try_enter(&name(who), address, now).map(|turn| turn.is_some())
    }

    fn fail(throttle: &Throttle, who: &str, address: &str, now: Timestamp) {
        throttle.try_enter(&name(who), address, now).unwrap().unwrap().failed(now);
    }

    #[test]
    fn the_attempt_after_the_limit_waits_until_the_oldest_failure_is_a_quarter_of_an_hour_old() {
        let throttle = Throttle::new(3);
        for second in 0..3 {
            fail(&throttle, "alice", "10.0.0.1", at(second));
        }
        let error = may(&throttle, "alice", "10.9.9.9", at(3)).unwrap_err();
        assert!(error.message().contains("try again at 1970-01-01T00:15:01Z"), "{error}");
        assert_eq!(error.wait(), Some(Seconds(898)));
        assert!(may(&throttle, "alice", "10.9.9.9", at(3) + Seconds(898)).is_ok());
        assert!(may(&throttle, "bob", "10.0.0.1", at(3)).is_err(), "the address waits too");
        assert!(may(&throttle, "bob", "10.0.0.2", at(3)).is_ok());
        assert!(may(&throttle, "alice", "10.0.0.1", at(901)).is_ok());
    }

    #[test]
    fn a_success_forgives_the_name_but_not_the_address() {
        let throttle = Throttle::new(2);
        fail(&throttle, "alice", "fd00::1", at(0));
        throttle.try_enter(&name("alice"), "fd01::1", at(0)).unwrap().unwrap().succeeded();
        fail(&throttle, "alice", "fd00::1", at(0));
        assert!(may(&throttle, "alice", "fd01::1", at(1)).is_ok());
        assert!(may(&throttle, "alice", "fd00::2", at(1)).is_err(), "the same network");
    }

    #[test]
    fn as_many_are_under_way_as_may_still_fail_and_who_leaves_gives_the_place_back() {
        let throttle = Throttle::new(3);
        fail(&throttle, "alice", "10.0.0.1", at(0));
        let enter = |who: &str| throttle.try_enter(&name(who), "10.0.0.1", at(1)).unwrap();
        let (one, two) = (enter("bob"), enter("carol"));
        assert!(one.is_some() && two.is_some());
        assert!(enter("dora").is_none(), "three could fail already");
        drop(one);
        enter("dora").unwrap().failed(at(1));
        assert!(enter("emil").is_none());
        two.unwrap().succeeded();
        assert!(enter("emil").is_some());
    }

    #[tokio::test]
    async fn a_whole_class_signs_in_behind_one_address() {
        let throttle = Throttle::new(10);
        let student = |number: usize| {
            let throttle = &throttle;
            async move {
                let turn = throttle.enter(&name(&format!("student{number}")), "10.0.0.1", || at(0)).await.unwrap();
                tokio::task::yield_now().await;
                turn.succeeded();
            }
        };
        futures::future::join_all((0..60).map(student)).await;
        assert_eq!(throttle.counts().len(), 0, "nothing is left of those who succeeded");
    }

    #[test]
    fn the_table_is_bounded() {
        let throttle = Throttle::new(u32::MAX);
        for number in 0..60_000 {
            fail(&throttle, "alice", &format!("host{number}"), at(number / 1000));
        }
        assert!(throttle.counts().len() <= REMEMBERED + 2);
    }
}
