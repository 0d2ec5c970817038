//! How long to wait before the next try: it doubles, it is capped, and chance keeps many waiters from coming back at once.

use serde::{Deserialize, Serialize};
use tieline_model::Timestamp;

/// A random number between 0 and 2^32 - 1, drawn by the caller.
#[derive(Clone, Copy, Debug, Default)]
pub struct Jitter(pub u32);

/// The first wait and the longest one, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Backoff {
    /// Milliseconds before the second try.
    pub first_ms: u64,
    /// Milliseconds at most.
    pub longest_ms: u64,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first_ms: 5_000, longest_ms: 300_000 }
    }
}

impl Backoff {
    /// Milliseconds to wait after `tries` failed tries (1 after the first): between half and all of the doubled wait.
    pub fn wait_ms(self, tries: u32, jitter: Jitter) -> u64 {
        let doubled = self.first_ms.saturating_mul(1 << tries.saturating_sub(1).min(20)).min(self.longest_ms);
        let half = doubled / 2;
        half + ((u128::from(half) * u128::from(jitter.0)) >> 32) as u64
    }

    /// The moment of the next try.
    pub fn next(self, now: Timestamp, tries: u32, jitter: Jitter) -> Timestamp {
        let wait = i64::try_from(self.wait_ms(tries, jitter)).unwrap_or(i64::MAX / 1_000);
        now.plus_micros(wait.saturating_mul(1_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_never_leave_their_half() {
        let rule = Backoff { first_ms: 100, longest_ms: 1_000 };
        for (tries, full) in [(1, 100), (2, 200), (3, 400), (4, 800), (5, 1_000), (90, 1_000)] {
            assert_eq!(rule.wait_ms(tries, Jitter(0)), full / 2);
            let most = rule.wait_ms(tries, Jitter(u32::MAX));
            assert!(most <= full && most + 1 >= full, "{tries}: {most}");
        }
    }
}
