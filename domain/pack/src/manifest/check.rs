//! Whether a well-formed manifest holds together: names exist once, defaults fit, every hole of the command can be filled.

use std::collections::BTreeSet;

use serde_json::Number;

use super::{Element, Manifest, Parameter, ParameterType as Type, When, Word};
use crate::command::BUILTINS;
use crate::params;

/// What is wrong and under which key; items of lists are counted from 1.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) path: Vec<String>,
    pub(super) why: String,
}

type Checked = Result<(), Fault>;

fn fault<const N: usize>(path: [&str; N], why: impl Into<String>) -> Checked {
    Err(Fault { path: path.map(str::to_owned).to_vec(), why: why.into() })
}

/// Names that may not be parameters, because they mean something else in a command.
const RESERVED: [&str; 3] = ["word", "name", "value"];

pub(super) fn check(manifest: &Manifest) -> Checked {
    texts(manifest)?;
    for (index, parameter) in manifest.parameters.iter().enumerate() {
        let place = (index + 1).to_string();
        let earlier = &manifest.parameters[..index];
        if earlier.iter().any(|other| other.id == parameter.id) {
            return fault(["parameter", &place, "id"], format!("there are two parameters '{}'", parameter.id));
        }
        one_parameter(manifest, parameter)
            .map_err(|(key, why)| Fault { path: ["parameter", &place, key].map(str::to_owned).to_vec(), why })?;
    }
    alternatives(manifest)?;
    run(manifest)?;
    rest(manifest)
}

fn texts(manifest: &Manifest) -> Checked {
    if manifest.name.trim().is_empty() {
        return fault(["name"], "must not be empty");
    }
    for (key, text) in [("title", &manifest.title), ("description", &manifest.description)] {
        if text.en.trim().is_empty() || text.zh.trim().is_empty() {
            return fault([key], "must not be empty in either language");
        }
    }
    if let Some(image) = &manifest.image
        && ![".svg", ".png", ".jpg", ".jpeg"].iter().any(|end| image.as_str().ends_with(end))
    {
        return fault(["image"], format!("'{image}' does not end in .svg, .png, .jpg or .jpeg"));
    }
    for (index, group) in manifest.groups.iter().enumerate() {
        if manifest.groups[..index].iter().any(|other| other.id == group.id) {
            return fault(["group", &(index + 1).to_string(), "id"], format!("there are two groups '{}'", group.id));
        }
    }
    Ok(())
}

fn one_parameter(manifest: &Manifest, parameter: &Parameter) -> Result<(), (&'static str, String)> {
    let refuse = |key: &'static str, why: &str| Err((key, format!("of parameter '{}' {why}", parameter.id)));
    let kind = parameter.kind;
    if BUILTINS.contains(&parameter.id.as_str()) || RESERVED.contains(&parameter.id.as_str()) {
        return refuse("id", "is a word that commands keep for themselves");
    }
    if parameter.label.en.trim().is_empty() || parameter.label.zh.trim().is_empty() {
        return refuse("label", "is empty in one language");
    }
    if let Some(group) = &parameter.group
        && !manifest.groups.iter().any(|known| known.id == *group)
    {
        return refuse("group", &format!("names the group '{group}', which does not exist"));
    }
    if parameter.required && parameter.default.is_some() {
        return refuse("default", "cannot be used, because it is required");
    }
    if parameter.pattern.is_some() && kind != Type::Text {
        return refuse("pattern", "is for texts only");
    }
    if parameter.choices.is_empty() == (kind == Type::Choice) {
        return refuse("choices", "must be there for a choice, and for nothing else");
    }
    let words: BTreeSet<_> = parameter.choices.iter().map(super::Choice::value).collect();
    if words.len() != parameter.choices.len() || words.contains("") {
        return refuse("choices", "holds a word twice, or an empty one");
    }
    if !matches!(kind, Type::File | Type::Files) && (parameter.max_size.is_some() || !parameter.extensions.is_empty()) {
        return refuse(if parameter.max_size.is_some() { "max_size" } else { "extensions" }, "is for files only");
    }
    if parameter.extensions.iter().any(|end| !end.starts_with('.') || end.len() < 2 || *end != end.to_lowercase()) {
        return refuse("extensions", "must each be a dot and lower-case letters, such as .tpr");
    }
    bounds(parameter)?;
    let Some(default) = &parameter.default else { return Ok(()) };
    if matches!(kind, Type::File | Type::Files) {
        return refuse("default", "cannot be given for files");
    }
    match params::plain(parameter, default) {
        Ok(_) => Ok(()),
        Err(error) => refuse("default", error.message()),
    }
}

fn bounds(parameter: &Parameter) -> Result<(), (&'static str, String)> {
    let numeric = matches!(parameter.kind, Type::Integer | Type::Number);
    let counted = matches!(parameter.kind, Type::Text | Type::Files);
    for (key, bound) in [("min", &parameter.min), ("max", &parameter.max), ("step", &parameter.step)] {
        let Some(bound) = bound else { continue };
        if !(numeric || counted && key != "step") {
            return Err((key, format!("means nothing for {}", parameter.kind.noun())));
        }
        let whole = if counted { bound.is_u64() } else { bound.is_i64() };
        if parameter.kind != Type::Number && !whole {
            return Err((key, format!("{bound} must be a whole number")));
        }
    }
    if parameter.step.as_ref().and_then(Number::as_f64).is_some_and(|step| step <= 0.0) {
        return Err(("step", "must be more than 0".to_owned()));
    }
    let number = |bound: &Option<Number>| bound.as_ref().and_then(Number::as_f64);
    match (number(&parameter.min), number(&parameter.max)) {
        (Some(min), Some(max)) if min > max => Err(("max", format!("{max} is less than the min {min}"))),
        _ => Ok(()),
    }
}

fn alternatives(manifest: &Manifest) -> Checked {
    if manifest.alternatives.len() == 1 {
        return fault(["alternatives"], "needs at least two sets");
    }
    for set in &manifest.alternatives {
        if set.is_empty() {
            return fault(["alternatives"], "holds an empty set");
        }
        for id in set {
            match manifest.parameter(id.as_str()) {
                None => return fault(["alternatives"], format!("names '{id}', which is not a parameter")),
                Some(parameter) if parameter.required || parameter.default.is_some() || parameter.kind == Type::Boolean => {
                    return fault(["alternatives"], format!("names '{id}', which always has a value"));
                }
                Some(_) => {}
            }
        }
    }
    Ok(())
}

fn run(manifest: &Manifest) -> Checked {
    let command = ["run", "command"];
    match manifest.run.command.first() {
        None => return fault(command, "must not be empty"),
        Some(Element::Word(word)) if word.hole().is_none_or(|hole| hole == "package") && !word.as_str().is_empty() => {}
        Some(_) => return fault(command, "must begin with the program's name, which no parameter may choose"),
    }
    for (index, element) in manifest.run.command.iter().enumerate() {
        let checked = match element {
            Element::Word(word) => hole(manifest, word, None, true),
            Element::When(when) => group(manifest, when),
        };
        checked.map_err(|why| Fault { path: vec!["run".into(), "command".into(), (index + 1).to_string()], why })?;
    }
    for (name, word) in &manifest.run.env {
        if !name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
            || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            return fault(["run", "env", name], "is not the name of an environment variable");
        }
        hole(manifest, word, None, false).map_err(|why| Fault { path: vec!["run".into(), "env".into(), name.clone()], why })?;
    }
    Ok(())
}

fn group(manifest: &Manifest, when: &When) -> Result<(), String> {
    let (id, each) = match (&when.given, &when.each) {
        (Some(id), None) => (id, false),
        (None, Some(id)) => (id, true),
        _ => return Err("a group has either 'if' or 'each'".to_owned()),
    };
    let parameter = manifest.parameter(id.as_str()).ok_or_else(|| format!("'{id}' is not a parameter"))?;
    if each && (when.not || when.equals.is_some()) {
        return Err("'each' goes with neither 'equals' nor 'not'".to_owned());
    }
    if each && parameter.kind != Type::Text {
        return Err(format!("'each' needs a text, and '{id}' is {}", parameter.kind.noun()));
    }
    if let Some(value) = &when.equals {
        if matches!(parameter.kind, Type::File | Type::Files) {
            return Err(format!("'equals' cannot compare the files of '{id}'"));
        }
        params::plain(parameter, value).map_err(|error| format!("'equals' of '{id}' {}", error.message()))?;
    }
    when.args.iter().try_for_each(|word| hole(manifest, word, Some(when), true))
}

/// Whether the hole of a word can always be filled where the word stands.
fn hole(manifest: &Manifest, word: &Word, within: Option<&When>, lists: bool) -> Result<(), String> {
    let Some(name) = word.hole() else { return Ok(()) };
    let each = within.is_some_and(|when| when.each.is_some());
    if BUILTINS.contains(&name) || each && RESERVED.contains(&name) {
        return Ok(());
    }
    let parameter = manifest.parameter(name).ok_or_else(|| format!("'{{{name}}}' is neither a parameter nor a builtin"))?;
    if parameter.kind == Type::Files && !(lists && word.is_only_hole()) {
        return Err(format!("'{{{name}}}' stands for several files, so it must be an argument of its own"));
    }
    let always = parameter.required || parameter.default.is_some() || parameter.kind == Type::Boolean;
    let implied = within.filter(|when| !when.not).and_then(|when| when.given.as_ref()).is_some_and(|given| {
        given == &parameter.id || manifest.alternatives.iter().any(|set| set.contains(given) && set.contains(&parameter.id))
    });
    if !always && !implied {
        return Err(format!("'{name}' may have no value here: give it a default, require it, or write {{ if = \"{name}\", args = […] }}"));
    }
    Ok(())
}

fn rest(manifest: &Manifest) -> Checked {
    let plain = |text: &str, more: &[u8]| {
        !text.is_empty() && !text.starts_with('-') && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
    };
    if let Some(module) = manifest.run.modules.iter().find(|module| !plain(module, b"._+-/")) {
        return fault(["run", "modules"], format!("'{module}' is not a module's name"));
    }
    if let Some(program) = manifest.requires.programs.iter().find(|program| !plain(program, b"._+-")) {
        return fault(["requires", "programs"], format!("'{program}' is not a program's name"));
    }
    for rule in &manifest.recommend.rules {
        let numeric = manifest.parameter(rule.parameter.as_str()).is_some_and(|known| matches!(known.kind, Type::Integer | Type::Number));
        if !numeric {
            return fault(["recommend", "rule"], format!("'{}' is not a parameter that is a number", rule.parameter));
        }
    }
    let counts = [("recommend", manifest.recommend.cores), ("limits", manifest.limits.cores), ("limits", manifest.limits.nodes)];
    match counts.into_iter().find(|(_, count)| *count == Some(0)) {
        Some((key, _)) => fault([key], "must not be 0"),
        None => Ok(()),
    }
}
