//! Every id is a type of its own: 16 bytes on disk, a readable prefix and 26 letters in text (`job_01jd3k…`).
//!
//! The bytes are a UUID of version 7 (RFC 9562), so ids sort by the time they were made; the letters are Crockford's base 32.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::{Builder, Uuid};

use crate::{Error, Timestamp};

/// Ten random bytes: what an id needs besides the time.
pub type IdSeed = [u8; 10];

/// What all ids have in common, so that stores and clients can be generic over them.
pub trait Id: Copy + Eq + Ord + std::hash::Hash + fmt::Display + fmt::Debug + FromStr<Err = Error> + Send + Sync + 'static {
    /// The letters before the underscore.
    const PREFIX: &'static str;
    /// The id made of these 16 bytes.
    fn from_bytes(bytes: [u8; 16]) -> Self;
    /// The 16 bytes as they lie on disk.
    fn bytes(self) -> [u8; 16];
    /// A new id, made of the time and ten random bytes.
    fn fresh(now: Timestamp, seed: IdSeed) -> Self {
        Self::from_bytes(*Builder::from_unix_timestamp_millis(now.millis().unsigned_abs(), &seed).into_uuid().as_bytes())
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The 16 bytes as a UUID, for stores that have such a column.
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }
        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
            fn bytes(self) -> [u8; 16] {
                *self.0.as_bytes()
            }
        }
        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), letters(self.0.as_u128()))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self, Error> {
                parse($prefix, text).map(|bits| Self(Uuid::from_u128(bits)))
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

// Append only, in the alphabet's order.
ids! {
    /// Who pays.
    AccountId = "acc";
    /// An immutable edition of an app.
    AppVersionId = "apv";
    /// One row of the audit log.
    AuditId = "aud";
    /// The owner of machines.
    CenterId = "ctr";
    /// What a job cost: a set of postings that sums to zero.
    ChargeId = "chg";
    /// A file in a space.
    FileId = "fil";
    /// Tieline's process at a center.
    GatewayId = "gwy";
    /// Money set aside for a job that has not ended.
    HoldId = "hld";
    /// One life of a gateway's local state: a gateway that lost its disk starts a new one.
    IncarnationId = "inc";
    /// What the hub wants done at a center.
    IntentId = "int";
    /// A wish to run an app.
    JobId = "job";
    /// A one-time right to enrol a gateway.
    JoinTokenId = "jtk";
    /// One cluster with its scheduler.
    MachineId = "mac";
    /// One line of a charge, a top-up or an adjustment.
    PostingId = "pst";
    /// An immutable version of a price.
    PriceId = "prc";
    /// One request to the hub, for logs and the audit.
    RequestId = "req";
    /// One signed-in browser or shell.
    SessionId = "ses";
    /// A root of the global file tree.
    SpaceId = "spc";
    /// A form somebody filled in and kept.
    TemplateId = "tpl";
    /// The organisation above accounts.
    TenantId = "ten";
    /// A personal API token.
    TokenId = "tok";
    /// A file on its way in.
    UploadId = "upl";
    /// A person.
    UserId = "usr";
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LETTERS: usize = 26;

fn letters(bits: u128) -> String {
    (0..LETTERS).rev().map(|place| char::from(ALPHABET[(bits >> (5 * place)) as usize & 31])).collect()
}

fn parse(prefix: &'static str, text: &str) -> Result<u128, Error> {
    let wrong = || Error::invalid(format!("'{}' is not an id of the form {prefix}_…", shown(text)));
    let body = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).ok_or_else(wrong)?;
    if body.len() != LETTERS {
        return Err(wrong());
    }
    body.bytes().enumerate().try_fold(0u128, |bits, (index, letter)| {
        let value = ALPHABET.iter().position(|known| *known == letter.to_ascii_lowercase()).ok_or_else(wrong)?;
        // 26 letters carry 130 bits: the first may only use three.
        if index == 0 && value > 7 {
            return Err(wrong());
        }
        Ok(bits << 5 | value as u128)
    })
}

/// At most 64 characters of what somebody sent, for a message.
pub fn shown(text: &str) -> String {
    text.chars().take(64).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_id_survives_its_text(bytes: [u8; 16]) {
            let id = JobId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<JobId>().unwrap(), id);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,64}") {
            let _ = text.parse::<JobId>();
        }
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let user = UserId::fresh(Timestamp::from_micros(0), [7; 10]).to_string();
        let error = user.parse::<JobId>().unwrap_err();
        assert!(error.message().contains("job_"), "{error}");
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let early = JobId::fresh(Timestamp::from_micros(1_000_000), [255; 10]);
        let late = JobId::fresh(Timestamp::from_micros(2_000_000), [0; 10]);
        assert!(early < late && early.to_string() < late.to_string());
    }
}
