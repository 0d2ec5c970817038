//! Secrets that we make: random letters with a readable prefix, known to the store by their hash only.

use sha2::{Digest, Sha256};
use tieline_model::Sha256 as Hash;

/// 32 letters of Crockford's base 32 from 20 random bytes (160 bits).
pub fn letters(bytes: [u8; 20]) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let letter = |bits: u64, place: u32| char::from(ALPHABET[(bits >> (5 * place)) as usize & 31]);
    let (groups, _) = bytes.as_chunks::<5>();
    let bits = |group: &[u8; 5]| group.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    groups.iter().map(bits).flat_map(|bits| (0..8).rev().map(move |place| letter(bits, place))).collect()
}

/// SHA-256 of a secret in hexadecimal. Enough for secrets that we made from random bytes; never for a password.
pub fn hash(secret: &str) -> String {
    Hash(Sha256::digest(secret.as_bytes()).into()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_32_letters_and_every_bit_counts() {
        assert_eq!(letters([0; 20]), "0".repeat(32));
        assert_eq!(letters([255; 20]), "z".repeat(32));
        let mut bytes = [0; 20];
        bytes[19] = 1;
        assert_eq!(letters(bytes), format!("{}1", "0".repeat(31)));
    }
}
