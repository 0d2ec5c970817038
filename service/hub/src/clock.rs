//! The one place where the hub reads the time and draws random bytes. Everything else is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use rand::Rng;
use tieline_model::id::IdSeed;
use tieline_model::{Id, Timestamp};

/// Bits of an id that count within a millisecond.
const COUNT_BITS: u32 = 12;

/// The time and randomness of one hub; a test sets the time by hand.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    fixed: Option<Arc<AtomicI64>>,
    /// The millisecond of the last id, and how many ids it had: 52 and 12 bits.
    last_id: Arc<AtomicU64>,
}

impl Clock {
    /// A clock that stands still until it is set.
    pub fn fixed(at: Timestamp) -> Self {
        Self { fixed: Some(Arc::new(AtomicI64::new(at.micros()))), last_id: Arc::default() }
    }

    /// Sets a fixed clock; the system's clock cannot be set.
    pub fn set(&self, at: Timestamp) {
        if let Some(fixed) = &self.fixed {
            fixed.store(at.micros(), Ordering::SeqCst);
        }
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match &self.fixed {
            Some(fixed) => Timestamp::from_micros(fixed.load(Ordering::SeqCst)),
            None => system_now(),
        }
    }

    /// A new id, greater than every one before it of this hub's life, so that what was made later sorts later also within
    /// one millisecond and while a clock is set back.
    pub fn id<I: Id>(&self) -> I {
        let earliest = self.now().millis().unsigned_abs() << COUNT_BITS;
        let next = |last: u64| Some(earliest.max(last + 1));
        let last = self.last_id.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next).unwrap_or(earliest);
        let place = earliest.max(last + 1);
        let [high, low] = ((place & ((1 << COUNT_BITS) - 1)) as u16).to_be_bytes();
        let mut seed: IdSeed = self.bytes();
        // These are the bits right behind the time.
        (seed[0], seed[1]) = (high, low);
        I::fresh(Timestamp::from_micros((place >> COUNT_BITS).cast_signed().saturating_mul(1000)), seed)
    }

    /// Random bytes from the operating system's generator, good enough for secrets.
    #[expect(clippy::disallowed_methods, reason = "the one place that draws random bytes")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        rand::rng().fill_bytes(&mut bytes);
        bytes
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
fn system_now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_model::{JobId, Seconds};

    #[test]
    fn ids_grow_within_a_millisecond_and_while_the_clock_is_set_back() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let clock = Clock::fixed(now);
        let mut ids: Vec<JobId> = (0..10_000).map(|_| clock.id()).collect();
        clock.set(now - Seconds(60));
        ids.push(clock.id());
        clock.set(now + Seconds(60));
        ids.push(clock.id());
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        let [early, late] = [now, now + Seconds(60)].map(|at| JobId::fresh(at, [0; 10]));
        assert!(early < ids[0] && late < ids[10_001] && ids[10_000] < late);
    }
}
