//! One thing an app asks of a person.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Number;
use tieline_model::{Error, Result, id::shown};

use super::words::{Bytes, Text, TextPattern, by_text};

/// The name of a parameter: a lower-case letter, then lower-case letters, digits or `_`, at most 40.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParameterId(String);

use serde::{Deserializer, Serializer};
use std::fmt;
by_text!(ParameterId);

impl ParameterId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl FromStr for ParameterId {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let fits = text.starts_with(|letter: char| letter.is_ascii_lowercase())
            && text.len() <= 40
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !fits {
            return Err(Error::invalid(format!(
                "'{}' is not a parameter's name: a lower-case letter, then lower-case letters, digits or '_', at most 40 characters",
                shown(text)
            )));
        }
        Ok(Self(text.to_owned()))
    }
}

/// What sort of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterType {
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// One line of text.
    Text,
    /// One of a few words.
    Choice,
    /// Yes or no.
    Boolean,
    /// A file the person gives.
    File,
    /// Several files.
    Files,
}

impl ParameterType {
    /// What to call such a value in a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Choice => "one of the choices",
            Self::Boolean => "true or false",
            Self::File => "the name of a file",
            Self::Files => "a list of names of files",
        }
    }
}

/// One thing an app asks of a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name in requests and in the command.
    pub id: ParameterId,
    /// What sort of value.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// Its name for people.
    pub label: Text,
    /// What it does, for people.
    pub help: Option<Text>,
    /// Whether a job cannot be without it.
    #[serde(default)]
    pub required: bool,
    /// What it is if nothing is said.
    pub default: Option<serde_json::Value>,
    /// Smallest number; fewest characters of a text; fewest files.
    pub min: Option<Number>,
    /// Largest number; most characters of a text; most files.
    pub max: Option<Number>,
    /// The form's step between numbers.
    pub step: Option<Number>,
    /// What a whole text must look like.
    pub pattern: Option<TextPattern>,
    /// The words of a choice.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// Most bytes of each file.
    pub max_size: Option<Bytes>,
    /// How a file's name may end; empty means any.
    #[serde(default)]
    pub extensions: Vec<String>,
    /// Whether the form hides it at first.
    #[serde(default)]
    pub advanced: bool,
    /// Which part of the form it belongs to.
    pub group: Option<ParameterId>,
}

impl Parameter {
    /// Most characters of a text whose manifest names no limit.
    pub const TEXT: u64 = 4096;
    /// Most files of a list whose manifest names no limit.
    pub const FILES: u64 = 64;

    /// The fewest and the most characters of a text, or files of a list.
    pub fn counts(&self) -> (u64, u64) {
        let most = if self.kind == ParameterType::Files { Self::FILES } else { Self::TEXT };
        let bound = |number: &Option<Number>, other| number.as_ref().and_then(Number::as_u64).unwrap_or(other);
        (bound(&self.min, 0), bound(&self.max, most))
    }
}

/// One word of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Choice {
    /// A word that needs no translation.
    Word(String),
    /// A word with a name for people.
    Labelled(Labelled),
}

/// A word with a name for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labelled {
    /// The word.
    pub value: String,
    /// Its name.
    pub label: Text,
}

impl Choice {
    /// The word itself.
    pub fn value(&self) -> &str {
        match self {
            Self::Word(value) => value,
            Self::Labelled(labelled) => &labelled.value,
        }
    }
}
