//! What a person gave, checked against the manifest: all that is wrong is told at once.

mod files;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use tieline_model::{Error, Result, id::shown};

pub use files::{FileMeta, Input};

use crate::manifest::{Choice, Manifest, Parameter, ParameterType as Type, split};

/// The most errors told at once.
const ERRORS: usize = 50;

/// One checked value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Number(f64),
    /// A text, or a word of a choice.
    Text(String),
    /// Yes or no.
    Boolean(bool),
    /// A file in the job's folder.
    File(Input),
    /// Several files in the job's folder.
    Files(Vec<Input>),
}

/// Checked parameters, defaults filled in; in JSON a file is its path in the job's folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params(BTreeMap<String, Value>);

impl Params {
    /// The value of this parameter; none if nothing was given and there is no default.
    pub fn get(&self, id: &str) -> Option<&Value> {
        self.0.get(id)
    }

    /// Every file given, in a fixed order: what was given for it, and where it goes in the job's folder.
    pub fn inputs(&self) -> impl Iterator<Item = &Input> {
        self.0.values().flat_map(|value| match value {
            Value::File(input) => std::slice::from_ref(input),
            Value::Files(inputs) => inputs,
            Value::Integer(_) | Value::Number(_) | Value::Text(_) | Value::Boolean(_) => &[],
        })
    }

    /// As they travel to a gateway and into a script.
    pub fn to_json(&self) -> Map<String, Json> {
        let path = |input: &Input| Json::from(input.path.as_str());
        let json = |value: &Value| match value {
            Value::Integer(number) => Json::from(*number),
            Value::Number(number) => Json::from(*number),
            Value::Text(text) => Json::from(text.as_str()),
            Value::Boolean(yes) => Json::from(*yes),
            Value::File(input) => path(input),
            Value::Files(inputs) => inputs.iter().map(path).collect(),
        };
        self.0.iter().map(|(id, value)| (id.clone(), json(value))).collect()
    }

    /// Reads what [`Params::to_json`] wrote, and checks it again: a gateway trusts no text, not even the hub's.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn from_json(manifest: &Manifest, json: &Map<String, Json>) -> Result<Self> {
        let paths = json.values().flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice));
        let files = paths.filter_map(|path| Some((path.as_str()?.to_owned(), FileMeta { name: path.as_str()?.to_owned(), size: 0 })));
        check_params(manifest, json, &files.collect())
            .map_err(|errors| errors.into_iter().next().unwrap_or_else(|| Error::internal("parameters were refused without a reason")))
    }
}

/// Checks what a person gave. A file is given by any text that is a key of `files`.
///
/// # Errors
/// Everything that is wrong, each naming its field `params.…` and the limit; `TooLarge` for files that are.
pub fn check_params(manifest: &Manifest, given: &Map<String, Json>, files: &BTreeMap<String, FileMeta>) -> Result<Params, Vec<Error>> {
    let mut errors = Vec::new();
    for name in given.keys().filter(|name| manifest.parameter(name).is_none()) {
        let known: Vec<_> = manifest.parameters.iter().map(|parameter| parameter.id.as_str()).collect();
        let error = Error::invalid(format!("{} has no such parameter", manifest.id)).field(format!("params.{}", shown(name)));
        errors.push(if known.is_empty() { error } else { error.hint(format!("it has {}", known.join(", "))) });
    }
    let mut params = Params::default();
    for parameter in &manifest.parameters {
        match one(parameter, given.get(parameter.id.as_str()), files) {
            Ok(Some(value)) => {
                params.0.insert(parameter.id.to_string(), value);
            }
            Ok(None) => {}
            Err(error) => errors.push(error.field(field(parameter))),
        }
    }
    alternatives(manifest, &params, given, &mut errors);
    words(manifest, &params, &mut errors);
    files::collisions(manifest, &params, &mut errors);
    errors.truncate(ERRORS);
    if errors.is_empty() { Ok(params) } else { Err(errors) }
}

/// Turns texts into what the parameters want, as far as that is possible: for values typed on a command line, which are all
/// texts. What does not fit is left as it is, so that [`check_params`] can say so. A comma separates several files.
pub fn typed(manifest: &Manifest, texts: &BTreeMap<String, String>) -> Map<String, Json> {
    let value = |(name, text): (&String, &String)| {
        let kind = manifest.parameter(name).map(|parameter| parameter.kind);
        let read = match kind {
            Some(Type::Integer) => text.parse::<i64>().ok().map(Json::from),
            Some(Type::Number) => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Json::from),
            Some(Type::Boolean) => match text.as_str() {
                "true" | "yes" => Some(true.into()),
                "false" | "no" => Some(false.into()),
                _ => None,
            },
            Some(Type::Files) => Some(text.split(',').filter(|name| !name.is_empty()).collect()),
            Some(Type::Text | Type::Choice | Type::File) | None => None,
        };
        (name.clone(), read.unwrap_or_else(|| text.as_str().into()))
    };
    texts.iter().map(value).collect()
}

pub(crate) fn field(parameter: &Parameter) -> String {
    format!("params.{}", parameter.id)
}

fn one(parameter: &Parameter, given: Option<&Json>, files: &BTreeMap<String, FileMeta>) -> Result<Option<Value>> {
    match (given.filter(|value| !value.is_null()), parameter.kind) {
        (Some(value), Type::File | Type::Files) => files::given(parameter, value, files).map(Some),
        (Some(value), _) => plain(parameter, value).map(Some),
        (None, _) if parameter.required => Err(Error::invalid(format!("is missing; {} is needed", parameter.kind.noun()))),
        (None, Type::Boolean) if parameter.default.is_none() => Ok(Some(Value::Boolean(false))),
        (None, _) => parameter.default.as_ref().map(|default| plain(parameter, default)).transpose(),
    }
}

/// Checks a value that is not a file. The error names no field yet.
pub(crate) fn plain(parameter: &Parameter, value: &Json) -> Result<Value> {
    let wrong = || Error::invalid(format!("must be {}, not {}", parameter.kind.noun(), what(value)));
    match parameter.kind {
        Type::Integer => {
            let number = value.as_i64().ok_or_else(wrong)?;
            let fits = |bound: &Option<serde_json::Number>, fits: fn(i64, i64) -> bool| {
                bound.as_ref().and_then(serde_json::Number::as_i64).is_none_or(|bound| fits(number, bound))
            };
            if !fits(&parameter.min, |number, min| number >= min) || !fits(&parameter.max, |number, max| number <= max) {
                return Err(out_of_range(parameter, &number.to_string()));
            }
            Ok(Value::Integer(number))
        }
        Type::Number => {
            let number = value.as_f64().filter(|number| number.is_finite()).ok_or_else(wrong)?;
            let bound = |bound: &Option<serde_json::Number>, other| bound.as_ref().and_then(serde_json::Number::as_f64).unwrap_or(other);
            if number < bound(&parameter.min, f64::MIN) || number > bound(&parameter.max, f64::MAX) {
                return Err(out_of_range(parameter, &number.to_string()));
            }
            Ok(Value::Number(number))
        }
        Type::Boolean => value.as_bool().map(Value::Boolean).ok_or_else(wrong),
        Type::Choice => {
            let word = value.as_str().ok_or_else(wrong)?;
            if !parameter.choices.iter().any(|choice| choice.value() == word) {
                let known: Vec<_> = parameter.choices.iter().map(Choice::value).collect();
                return Err(Error::invalid(format!("'{}' is not one of {}", shown(word), known.join(", "))));
            }
            Ok(Value::Text(word.to_owned()))
        }
        Type::Text => text(parameter, value.as_str().ok_or_else(wrong)?).map(|text| Value::Text(text.to_owned())),
        Type::File | Type::Files => Err(Error::invalid("must be a file")),
    }
}

fn text<'a>(parameter: &Parameter, text: &'a str) -> Result<&'a str> {
    let (fewest, most) = parameter.counts();
    let length = text.chars().count() as u64;
    if length < fewest || length > most {
        return Err(Error::invalid(format!("has {length} characters, {fewest} to {most} are allowed")));
    }
    if let Some(control) = text.chars().find(|letter| letter.is_control()) {
        return Err(Error::invalid(format!("holds the control character {}, it must be one line of text", control.escape_debug())));
    }
    match &parameter.pattern {
        Some(pattern) if !pattern.matches(text) => Err(Error::invalid(format!("'{}' does not look like {pattern}", shown(text)))),
        _ => Ok(text),
    }
}

fn out_of_range(parameter: &Parameter, number: &str) -> Error {
    let range = match (&parameter.min, &parameter.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "any".to_owned(),
    };
    Error::invalid(format!("{number} is out of range, {range}"))
}

/// What somebody sent instead, in a few words.
pub(crate) fn what(value: &Json) -> String {
    match value {
        Json::Null => "nothing".to_owned(),
        Json::Bool(yes) => yes.to_string(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => format!("the text '{}'", shown(text)),
        Json::Array(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}

/// Exactly one set of alternatives must be given, whole.
fn alternatives(manifest: &Manifest, params: &Params, given: &Map<String, Json>, errors: &mut Vec<Error>) {
    // A value that was refused is told already; it still counts as given.
    let has = |id: &crate::ParameterId| params.get(id.as_str()).is_some() || given.get(id.as_str()).is_some_and(|value| !value.is_null());
    let Some(first) = manifest.alternatives.first().and_then(|set| set.first()) else { return };
    let whole = manifest.alternatives.iter().filter(|set| set.iter().all(has)).count();
    let stray = manifest.alternatives.iter().filter(|set| set.iter().any(has) && !set.iter().all(has)).count();
    if whole == 1 && stray == 0 {
        return;
    }
    let sets: Vec<_> = manifest.alternatives.iter().map(|set| set.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")).collect();
    let named = manifest.alternatives.iter().flatten().find(|id| !has(id)).unwrap_or(first);
    let what = if whole + stray == 0 { "is missing" } else { "does not fit the others" };
    errors.push(Error::invalid(format!("{what}: give exactly one of these sets: {}", sets.join("; or "))).field(format!("params.{named}")));
}

/// Texts that a command takes word by word must be words.
fn words(manifest: &Manifest, params: &Params, errors: &mut Vec<Error>) {
    for when in manifest.run.command.iter().filter_map(crate::Element::group) {
        let Some(id) = &when.each else { continue };
        let Some(Value::Text(text)) = params.get(id.as_str()) else { continue };
        let pairs = when.args.iter().any(|word| matches!(word.hole(), Some("name" | "value")));
        let wrong = match split(text) {
            Err(error) => Some(error),
            Ok(words) => words
                .iter()
                .find(|word| pairs && word.split_once('=').is_none_or(|(name, _)| name.is_empty()))
                .map(|word| Error::invalid(format!("'{}' is not of the form name=value", shown(word)))),
        };
        errors.extend(wrong.map(|error| error.field(format!("params.{id}"))));
    }
}
