//! Money: an integer of micro-units with a currency. Floating point never touches it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Error, Result, id::shown};

/// Micro-units in one unit of a currency.
pub const MICROS: i64 = 1_000_000;

/// A currency by its ISO 4217 letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Renminbi, the default.
    pub const CNY: Self = Self(*b"CNY");

    /// The three letters.
    pub fn letters(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letters())
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letters())
    }
}
impl FromStr for Currency {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        match text.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|letter| letter.is_ascii_uppercase()) => Ok(Self([*a, *b, *c])),
            _ => Err(Error::invalid(format!("'{}' is not a currency of three capital letters such as CNY", shown(text)))),
        }
    }
}
impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.letters())
    }
}
impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A sum of money, negative where it is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Millionths of the currency's unit.
    pub micros: i64,
    /// Which currency.
    pub currency: Currency,
}

impl Money {
    /// Nothing, in this currency.
    pub const fn zero(currency: Currency) -> Self {
        Self { micros: 0, currency }
    }
    /// This many millionths.
    pub const fn from_micros(micros: i64, currency: Currency) -> Self {
        Self { micros, currency }
    }
    /// The sum of both, or an error where the currencies differ or the number overflows.
    pub fn plus(self, other: Self) -> Result<Self> {
        if self.currency != other.currency {
            return Err(Error::invalid(format!("{} and {} cannot be added", self.currency, other.currency)));
        }
        let micros = self.micros.checked_add(other.micros).ok_or_else(|| Error::invalid("the sum is too large to be written"))?;
        Ok(Self { micros, ..self })
    }
    /// The same sum, owed instead of had.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { micros: self.micros.saturating_neg(), currency: self.currency }
    }
    /// Reads a decimal number with at most six places, such as `12.5`, as a sum in `currency`.
    pub fn parse(text: &str, currency: Currency) -> Result<Self> {
        let wrong = || Error::invalid(format!("'{}' is not a sum such as 12.50 with at most six decimal places", shown(text)));
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(places) || places.len() > 6 || digits.ends_with('.') {
            return Err(wrong());
        }
        let micros = format!("{whole}{places:0<6}").parse::<i64>().map_err(|_| wrong())?;
        Ok(Self { micros: if negative { -micros } else { micros }, currency })
    }
}

/// `12.50 CNY`: two places at least, six where they are needed.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.micros < 0 { "-" } else { "" };
        let (whole, rest) = (self.micros.unsigned_abs() / MICROS.unsigned_abs(), self.micros.unsigned_abs() % MICROS.unsigned_abs());
        let places = format!("{rest:06}");
        let kept = places.trim_end_matches('0').len().max(2);
        write!(f, "{sign}{whole}.{} {}", &places[..kept], self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_sum_survives_its_text(micros in -9_000_000_000_000_000i64..9_000_000_000_000_000) {
            let sum = Money::from_micros(micros, Currency::CNY);
            let text = sum.to_string();
            let number = text.strip_suffix(" CNY").unwrap();
            prop_assert_eq!(Money::parse(number, Currency::CNY).unwrap(), sum);
        }
    }

    #[test]
    fn what_is_not_a_sum_is_refused() {
        for text in ["", "-", ".5", "1.", "1.2345678", "1e3", "1,5", "NaN", "99999999999999999999"] {
            assert!(Money::parse(text, Currency::CNY).is_err(), "{text}");
        }
    }

    #[test]
    fn sums_of_two_currencies_do_not_add() {
        let euro = "EUR".parse().unwrap();
        assert!(Money::zero(Currency::CNY).plus(Money::zero(euro)).is_err());
    }
}
