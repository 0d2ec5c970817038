//! A clock that stands still until a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tieline_model::{Seconds, Timestamp};

/// A clock in the test's hand. Clones show the same time.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// A clock that shows this moment.
    pub fn at(moment: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(moment.micros())))
    }
    /// What it shows.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
    /// Moves it on.
    pub fn advance(&self, by: Seconds) {
        self.0.fetch_add(by.micros(), Ordering::SeqCst);
    }
    /// Sets it, backwards too.
    pub fn set(&self, moment: Timestamp) {
        self.0.store(moment.micros(), Ordering::SeqCst);
    }
}

impl Default for TestClock {
    /// 2026-01-01T00:00:00Z.
    fn default() -> Self {
        Self::at(Timestamp::from_seconds(1_767_225_600))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_clock_moves_only_by_hand_and_its_clones_with_it() {
        let clock = TestClock::default();
        let same = clock.clone();
        clock.advance(Seconds::hours(2));
        assert_eq!(same.now().to_string(), "2026-01-01T02:00:00Z");
        same.set(Timestamp::from_seconds(0));
        assert_eq!(clock.now(), Timestamp::from_seconds(0));
    }
}
