//! Names people choose, each with its own rule, so that a path or a newline can never pass for one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Error, Result, id::shown};

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident: $what:literal, $max:literal, $first:expr, $rest:expr, $rule:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self> {
                let (first, rest): (fn(char) -> bool, fn(char) -> bool) = ($first, $rest);
                let mut letters = text.chars();
                let fits = letters.next().is_some_and(first) && letters.all(rest) && text.len() <= $max;
                if !fits {
                    return Err(Error::invalid(format!("'{}' is not {}: {}, at most {} characters", shown(text), $what, $rule, $max)));
                }
                Ok(Self(text.to_owned()))
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
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

fn lower(letter: char) -> bool {
    letter.is_ascii_lowercase()
}
fn lower_or_digit(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit()
}

names! {
    /// What a person signs in with.
    UserName: "a user name", 32, lower, |c| lower_or_digit(c) || "._-".contains(c), "a lower-case letter, then lower-case letters, digits, '.', '_' or '-'";
    /// The name of an account; a person's own account has the person's name.
    AccountName: "an account's name", 64, lower, |c| lower_or_digit(c) || "._-".contains(c), "a lower-case letter, then lower-case letters, digits, '.', '_' or '-'";
    /// The short name of an app, as in `tieline run lammps`.
    AppName: "an app's name", 40, lower, |c| lower_or_digit(c) || c == '-', "a lower-case letter, then lower-case letters, digits or '-'";
    /// The short name of a center, as in `center/machine`.
    CenterName: "a center's name", 40, lower, |c| lower_or_digit(c) || c == '-', "a lower-case letter, then lower-case letters, digits or '-'";
    /// The name of a machine within its center.
    MachineName: "a machine's name", 40, lower_or_digit, |c| lower_or_digit(c) || "._-".contains(c), "lower-case letters, digits, '.', '_' or '-'";
    /// A queue or partition, as its scheduler spells it.
    QueueName: "a queue's name", 64, |c| c.is_ascii_alphanumeric() || c == '_', |c| c.is_ascii_alphanumeric() || "._-".contains(c), "letters, digits, '.', '_' or '-'";
    /// A login name on a machine. Only a gateway's user map makes one.
    LocalUser: "a login name", 32, |c| lower(c) || c == '_', |c| lower_or_digit(c) || "._-".contains(c), "a lower-case letter or '_', then lower-case letters, digits, '.', '_' or '-'";
}

/// A line a person wrote for people: a job's name, a remark, a center's title.
///
/// # Errors
/// Where it is empty, longer than `max` characters, or holds a control character such as a newline.
pub fn line(field: &str, text: &str, max: usize) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid("must not be empty").field(field));
    }
    if text.chars().count() > max {
        return Err(Error::invalid(format!("is {} characters long, at most {max} are allowed", text.chars().count())).field(field));
    }
    if let Some(control) = text.chars().find(|letter| letter.is_control()) {
        return Err(
            Error::invalid(format!("holds the control character {}, it must be one line of text", control.escape_debug())).field(field)
        );
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_be_paths_options_or_lines_are_refused() {
        for text in ["", "-n", "../x", "a/b", "a\nb", "root;", "A", "é", &"a".repeat(33)] {
            assert!(text.parse::<UserName>().is_err(), "{text:?}");
            assert!(text.parse::<LocalUser>().is_err(), "{text:?}");
        }
        assert!("alice.w-2".parse::<UserName>().is_ok());
    }

    #[test]
    fn a_line_is_trimmed_and_has_no_newline() {
        assert_eq!(line("name", "  水 run 1 ", 64).unwrap(), "水 run 1");
        assert_eq!(line("name", "a\nb", 64).unwrap_err().wrong_field(), Some("name"));
        assert!(line("name", "   ", 64).is_err());
        assert!(line("name", "abc", 2).is_err());
    }
}
