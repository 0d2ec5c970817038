//! Passwords that the program makes, and other words nobody else has.

use rand::RngExt;

/// Letters and digits that are not mistaken for each other.
const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const LENGTH: usize = 16;

/// A new password of 16 letters and digits, more than 90 bits.
#[expect(clippy::disallowed_methods, reason = "the program's one source of passwords and of words for requests")]
pub fn fresh() -> String {
    let mut source = rand::rng();
    (0..LENGTH).map(|_| char::from(LETTERS[source.random_range(0..LETTERS.len())])).collect()
}
