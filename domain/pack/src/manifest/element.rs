//! The elements of a command: words with at most one hole each, and groups of words that depend on a parameter.

use std::fmt;
use std::str::FromStr;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tieline_model::{Error, Result, id::shown};

use super::parameter::ParameterId;
use super::words::by_text;

/// One element of a command.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Element {
    /// One argument, always.
    Word(Word),
    /// Arguments that depend on a parameter.
    When(When),
}

impl Element {
    /// The group, if it is one.
    pub fn group(&self) -> Option<&When> {
        match self {
            Self::Word(_) => None,
            Self::When(when) => Some(when),
        }
    }
}

/// By hand, because serde's own untagged enums do not say what is wrong inside.
impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Element;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an argument, or a group { if = \"…\", args = […] }")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Element, E> {
                text.parse().map(Element::Word).map_err(E::custom)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Element, A::Error> {
                When::deserialize(MapAccessDeserializer::new(map)).map(Element::When)
            }
        }
        from.deserialize_any(Either)
    }
}

/// Arguments that depend on a parameter: there if it has a value (`if`), or once for each word of a text (`each`).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Take `args` once if this parameter has a value; if it is yes, for a boolean.
    #[serde(rename = "if")]
    pub given: Option<ParameterId>,
    /// Instead: if it has this value.
    pub equals: Option<serde_json::Value>,
    /// Instead: if it does not.
    #[serde(default)]
    pub not: bool,
    /// Take `args` once for each word of this text, as `{word}`, or split at its first `=` as `{name}` and `{value}`.
    pub each: Option<ParameterId>,
    /// The arguments.
    pub args: Vec<Word>,
}

/// One argument: literal text with at most one hole `{name}`. `{{` and `}}` stand for the braces themselves.
#[derive(Clone, PartialEq, Eq)]
pub struct Word {
    text: String,
    before: String,
    hole: Option<String>,
    after: String,
}

by_text!(Word);

impl Word {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
    /// The name in its hole.
    pub fn hole(&self) -> Option<&str> {
        self.hole.as_deref()
    }
    /// Whether the hole is all of it.
    pub fn is_only_hole(&self) -> bool {
        self.hole.is_some() && self.before.is_empty() && self.after.is_empty()
    }
    /// The argument with this text in its hole.
    pub fn filled(&self, value: &str) -> String {
        match self.hole {
            Some(_) => format!("{}{value}{}", self.before, self.after),
            None => self.before.clone(),
        }
    }
}

impl FromStr for Word {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let wrong = |why: &str| Err(Error::invalid(format!("'{}' is not an argument: {why}", shown(text))));
        if text.contains(char::is_control) {
            return wrong("it holds a control character");
        }
        let (mut before, mut hole, mut after) = (String::new(), None, String::new());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let literal = if hole.is_some() { &mut after } else { &mut before };
            literal.push_str(&rest[..at]);
            let brace = &rest[at..];
            if let Some(tail) = brace.strip_prefix("{{") {
                literal.push('{');
                rest = tail;
            } else if let Some(tail) = brace.strip_prefix("}}") {
                literal.push('}');
                rest = tail;
            } else if brace.starts_with('}') {
                return wrong("a '}' has no '{' before it; write '}}' for the brace itself");
            } else if hole.is_some() {
                return wrong("it holds more than one '{…}'");
            } else if let Some((name, tail)) = brace[1..].split_once('}') {
                hole = Some(name.parse::<ParameterId>()?.to_string());
                rest = tail;
            } else {
                return wrong("a '{' has no '}' after it; write '{{' for the brace itself");
            }
        }
        if hole.is_some() {
            after.push_str(rest)
        } else {
            before.push_str(rest)
        }
        Ok(Self { text: text.to_owned(), before, hole, after })
    }
}

/// The words of a text: separated by white space; quotes of either kind hold a word together.
///
/// # Errors
/// Where a quote is not closed.
pub(crate) fn split(text: &str) -> Result<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None::<char>);
    for letter in text.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, _) if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    if let Some(open) = quote {
        return Err(Error::invalid(format!("a quote {open} is not closed")));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_one_hole_or_none() {
        let word: Word = "--out={name}.gro".parse().unwrap();
        assert_eq!((word.hole(), word.filled("a b")), (Some("name"), "--out=a b.gro".to_owned()));
        assert_eq!("{{x}}".parse::<Word>().unwrap().filled("unused"), "{x}");
        for text in ["{a}{b}", "{", "}", "{a", "a}", "{A}", "{}", "a\nb"] {
            assert!(text.parse::<Word>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn quotes_hold_a_word_together() {
        assert_eq!(split(r#"a  'b c' d"e f"g '' "#).unwrap(), ["a", "b c", "de fg", ""]);
        assert_eq!(split("  ").unwrap(), Vec::<String>::new());
        assert!(split("it's").is_err());
    }
}
