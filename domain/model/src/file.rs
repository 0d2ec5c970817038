//! Files: a checksum, a path that cannot leave its root, and where a file lies.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Error, MachineId, Result, id::shown};

/// A SHA-256 digest, written in 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl FromStr for Sha256 {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::invalid(format!("'{}' is not a SHA-256 of 64 hexadecimal digits", shown(text)));
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}
impl Serialize for Sha256 {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A path below some root: relative, without `.`, `..`, empty parts, control characters or backslashes. It can be shown, logged and joined as it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(String);

impl RelPath {
    /// The longest path accepted, in bytes.
    pub const MAX: usize = 1024;

    /// The path as text, with `/` between its parts.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
    /// This path below another.
    ///
    /// # Errors
    /// Where the result is longer than [`RelPath::MAX`].
    pub fn below(&self, root: &Self) -> Result<Self> {
        format!("{root}/{self}").parse()
    }
}

impl FromStr for RelPath {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let fault = |why: &str| Err(Error::invalid(format!("'{}' is not a path below the folder: {why}", shown(text))).field("path"));
        if text.is_empty() {
            return fault("it is empty");
        }
        if text.len() > Self::MAX {
            return fault("it is longer than 1024 bytes");
        }
        if text.starts_with('/') {
            return fault("it starts at the root");
        }
        if text.chars().any(|letter| letter.is_control() || letter == '\\') {
            return fault("it holds a control character or a backslash");
        }
        for part in text.split('/') {
            match part {
                "" => return fault("a part of it is empty"),
                "." | ".." => return fault("a part of it is '.' or '..'"),
                long if long.len() > 255 => return fault("a part of it is longer than 255 bytes"),
                _ => {}
            }
        }
        Ok(Self(text.to_owned()))
    }
}
impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Debug for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
impl Serialize for RelPath {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}
impl<'de> Deserialize<'de> for RelPath {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Where the bytes of a file lie. A file has one or more of these; a transfer only adds one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "at")]
pub enum Location {
    /// In the hub's store, under its checksum.
    Hub {
        /// What the bytes hash to.
        sha256: Sha256,
    },
    /// On a machine, below the job's folder there.
    Machine {
        /// Which machine.
        machine: MachineId,
        /// The job's folder followed by the path below it, as the machine sees it.
        path: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_cannot_leave_its_root() {
        for text in ["", "/etc/passwd", "..", "a/../b", "a//b", "./a", "a/", "a\nb", "a\\b", "a\0"] {
            assert!(text.parse::<RelPath>().is_err(), "{text:?}");
        }
        assert_eq!("输入/in.lj".parse::<RelPath>().unwrap().file_name(), "in.lj");
    }

    proptest! {
        #[test]
        fn a_digest_survives_its_text(bytes: [u8; 32]) {
            prop_assert_eq!(Sha256(bytes).to_string().parse::<Sha256>().unwrap(), Sha256(bytes));
        }

        #[test]
        fn whatever_parses_joined_to_a_root_stays_below_it(text in "[a-z./]{0,12}") {
            if let Ok(path) = text.parse::<RelPath>() {
                let joined = std::path::Path::new("/root").join(path.as_str());
                prop_assert!(joined.components().all(|part| !matches!(part, std::path::Component::ParentDir)));
                prop_assert!(joined.starts_with("/root"));
            }
        }
    }
}
