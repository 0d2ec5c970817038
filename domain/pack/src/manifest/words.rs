//! The small words a manifest is written in: texts in two languages, versions, patterns, amounts of bytes, durations.

use std::fmt;
use std::str::FromStr;

use globset::{GlobBuilder, GlobMatcher};
use regex::Regex;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tieline_model::{Error, RelPath, Result, id::shown};

/// A text in both languages of the pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

macro_rules! by_text {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
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
pub(crate) use by_text;

by_text!(Version, PathPattern, TextPattern);

/// The edition of a package: letters, digits, `.`, `_`, `+` and `-`, at most 40, beginning with a letter or digit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(String);

impl Version {
    /// As its author writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl FromStr for Version {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let fits = text.starts_with(|letter: char| letter.is_ascii_alphanumeric())
            && text.len() <= 40
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte));
        if !fits {
            return Err(Error::invalid(format!("'{}' is not a version such as 1.2.0, at most 40 characters", shown(text))).field("version"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// Which files: `*` and `?` stay within a folder, `**` does not.
#[derive(Clone)]
pub struct PathPattern {
    text: String,
    matcher: GlobMatcher,
}

impl PathPattern {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
    /// Whether it names this file.
    pub fn matches(&self, path: &RelPath) -> bool {
        self.matcher.is_match(path.as_str())
    }
}
impl FromStr for PathPattern {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let wrong = |why: String| Error::invalid(format!("'{}' is not a file pattern: {why}", shown(text)));
        if text.is_empty() || text.starts_with('/') || text.split('/').any(|part| part == "..") {
            return Err(wrong("it must name files below the folder".to_owned()));
        }
        let glob = GlobBuilder::new(text).literal_separator(true).backslash_escape(false).build();
        let glob = glob.map_err(|error| wrong(error.kind().to_string()))?;
        Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() })
    }
}

/// What a text must look like, from its first to its last character.
#[derive(Clone)]
pub struct TextPattern {
    text: String,
    whole: Regex,
}

impl TextPattern {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
    /// Anchored at both ends, for a JSON Schema.
    pub fn anchored(&self) -> String {
        format!("^(?:{})$", self.text)
    }
    /// Whether the whole of this text fits.
    pub fn matches(&self, text: &str) -> bool {
        self.whole.is_match(text)
    }
}
impl FromStr for TextPattern {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let whole = Regex::new(&format!(r"\A(?:{text})\z"));
        let whole = whole.map_err(|error| Error::invalid(format!("'{}' is not a regular expression: {error}", shown(text))))?;
        Ok(Self { text: text.to_owned(), whole })
    }
}

/// A number of bytes, written as a number or with K, M, G, T for powers of 1024.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Bytes(pub u64);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(u64),
            Text(String),
        }
        match Either::deserialize(from)? {
            Either::Number(number) => Ok(Self(number)),
            Either::Text(text) => parse_bytes(&text)
                .map(Self)
                .ok_or_else(|| serde::de::Error::custom(format!("'{}' is not a size such as 500M or 2G", shown(&text)))),
        }
    }
}

/// `1536` as `1536 bytes`, whole multiples of 1024 with their unit.
impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")]
            .into_iter()
            .find(|(bits, _)| self.0 > 0 && self.0.is_multiple_of(1 << bits));
        match unit {
            Some((bits, unit)) => write!(f, "{} {unit}", self.0 >> bits),
            None => write!(f, "{} bytes", self.0),
        }
    }
}

fn parse_bytes(text: &str) -> Option<u64> {
    let units = [("K", 10), ("M", 20), ("G", 30), ("T", 40)];
    let (digits, bits) = units.into_iter().find_map(|(unit, bits)| text.strip_suffix(unit).map(|rest| (rest, bits))).unwrap_or((text, 0));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(1 << bits)
}

/// Durations as people write them: `30m`, `2h`, `HH:MM:SS`.
pub(super) mod duration {
    use serde::{Deserialize, Deserializer, Serializer};
    use tieline_model::Seconds;

    pub fn serialize<S: Serializer>(time: &Option<Seconds>, to: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => to.collect_str(time),
            None => to.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Seconds>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
    }
}
