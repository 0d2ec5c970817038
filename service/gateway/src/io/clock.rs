//! The clock and the dice: the only place of the gateway that reads either.

use rand::Rng;
use tieline_model::Timestamp;

use crate::core::Jitter;

/// The gateway's clock.
#[expect(clippy::disallowed_methods, reason = "the gateway's one clock")]
pub fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// A fresh throw for a waiting time.
pub fn jitter() -> Jitter {
    Jitter(u32::from_le_bytes(random()))
}

/// Ten random bytes for an id.
pub fn seed() -> tieline_model::IdSeed {
    random()
}

#[expect(clippy::disallowed_methods, reason = "the gateway's one source of random bytes")]
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}
