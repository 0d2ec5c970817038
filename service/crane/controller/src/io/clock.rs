//! The clock and the dice: the only place of the controller that reads either.

use rand::Rng;
use tieline_authority::Stamp;
use tieline_model::Timestamp;

/// Now.
#[expect(clippy::disallowed_methods, reason = "the controller's one clock")]
pub fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// What makes a certificate.
#[expect(clippy::disallowed_methods, reason = "the controller's one source of random bytes")]
pub fn stamp() -> Stamp {
    let mut serial = [0; 16];
    rand::rng().fill_bytes(&mut serial);
    Stamp { now: now(), serial }
}
