//! Which waiting jobs of the built-in scheduler may start now: first come, first served, by cores and memory.

/// What a job occupies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Share {
    /// Cores.
    pub cores: u32,
    /// MiB of memory.
    pub memory_mib: u64,
}

/// How many of the waiting jobs, in their order, fit beside the running ones. The first that does not fit holds back all
/// behind it, so that a large job is never overtaken for ever.
pub fn startable(capacity: Share, running: &[Share], waiting: &[Share]) -> usize {
    let used = running.iter().fold(Share::default(), |sum, share| sum.plus(*share));
    let mut free =
        Share { cores: capacity.cores.saturating_sub(used.cores), memory_mib: capacity.memory_mib.saturating_sub(used.memory_mib) };
    waiting
        .iter()
        .take_while(|share| {
            let fits = share.cores <= free.cores && share.memory_mib <= free.memory_mib;
            if fits {
                free.cores -= share.cores;
                free.memory_mib -= share.memory_mib;
            }
            fits
        })
        .count()
}

impl Share {
    fn plus(self, other: Self) -> Self {
        Self { cores: self.cores.saturating_add(other.cores), memory_mib: self.memory_mib.saturating_add(other.memory_mib) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn share(cores: u32, memory_mib: u64) -> Share {
        Share { cores, memory_mib }
    }

    #[test]
    fn the_first_that_does_not_fit_holds_back_all_behind_it() {
        let capacity = share(4, 100);
        assert_eq!(startable(capacity, &[share(2, 10)], &[share(1, 10), share(2, 10), share(1, 10)]), 1);
        assert_eq!(startable(capacity, &[], &[share(1, 90), share(1, 20)]), 1);
        assert_eq!(startable(capacity, &[], &[]), 0);
    }

    proptest! {
        #[test]
        fn never_more_starts_than_there_is(
            running in prop::collection::vec((0u32..9, 0u64..90), 0..6), waiting in prop::collection::vec((0u32..9, 0u64..90), 0..6),
        ) {
            let capacity = share(8, 100);
            let running: Vec<_> = running.into_iter().map(|(c, m)| share(c, m)).collect();
            let waiting: Vec<_> = waiting.into_iter().map(|(c, m)| share(c, m)).collect();
            let started = &waiting[..startable(capacity, &running, &waiting)];
            if started.iter().any(|share| share.cores > 0) {
                prop_assert!(running.iter().chain(started).map(|s| s.cores).sum::<u32>() <= 8);
            }
            if started.iter().any(|share| share.memory_mib > 0) {
                prop_assert!(running.iter().chain(started).map(|s| s.memory_mib).sum::<u64>() <= 100);
            }
        }
    }
}
