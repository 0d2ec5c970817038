//! The argument vector a job runs. No shell reads it, and no value of a parameter can change the other arguments.

use std::collections::BTreeMap;

use tieline_model::{Error, Resources, Result};

use crate::manifest::{Element, Manifest, When, Word, split};
use crate::params::{Params, Value};

/// What a command may name besides parameters.
pub(crate) const BUILTINS: [&str; 6] = ["cores", "nodes", "cores_per_node", "gpus", "package", "job"];

/// Where a command runs.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// What the job gets.
    pub resources: &'a Resources,
    /// The folder with the content of the package's `files/` on the machine, absolute: `{package}`.
    pub package: &'a str,
    /// The job's folder on the machine, absolute: `{job}`. The command runs in it.
    pub job: &'a str,
}

/// The program and its arguments.
///
/// # Errors
/// `Invalid` where a value is missing, which neither a parsed manifest nor checked parameters allow.
pub fn command(manifest: &Manifest, params: &Params, setting: &Setting<'_>) -> Result<Vec<String>> {
    let mut arguments = Vec::new();
    for element in &manifest.run.command {
        match element {
            Element::Word(word) => arguments.extend(filled(word, params, setting)?),
            Element::When(when) => group(when, params, setting, &mut arguments)?,
        }
    }
    Ok(arguments)
}

/// The environment variables the manifest sets.
///
/// # Errors
/// As [`command`].
pub fn environment(manifest: &Manifest, params: &Params, setting: &Setting<'_>) -> Result<BTreeMap<String, String>> {
    let value = |(name, word): (&String, &Word)| Ok((name.clone(), filled(word, params, setting)?.concat()));
    manifest.run.env.iter().map(value).collect()
}

fn group(when: &When, params: &Params, setting: &Setting<'_>, arguments: &mut Vec<String>) -> Result<()> {
    let Some(id) = &when.each else {
        if holds(when, params) {
            for word in &when.args {
                arguments.extend(filled(word, params, setting)?);
            }
        }
        return Ok(());
    };
    let Some(Value::Text(text)) = params.get(id.as_str()) else { return Ok(()) };
    for item in split(text)? {
        let (name, value) = item.split_once('=').unwrap_or((&item, ""));
        for word in &when.args {
            match word.hole() {
                Some("word") => arguments.push(word.filled(&item)),
                Some("name") => arguments.push(word.filled(name)),
                Some("value") => arguments.push(word.filled(value)),
                _ => arguments.extend(filled(word, params, setting)?),
            }
        }
    }
    Ok(())
}

fn holds(when: &When, params: &Params) -> bool {
    let value = when.given.as_ref().and_then(|id| params.get(id.as_str()));
    let given = match (value, &when.equals) {
        (None, _) => false,
        (Some(Value::Integer(number)), Some(wanted)) => wanted.as_i64() == Some(*number),
        (Some(Value::Number(number)), Some(wanted)) => wanted.as_f64() == Some(*number),
        (Some(Value::Text(text)), Some(wanted)) => wanted.as_str() == Some(text),
        (Some(Value::Boolean(yes)), Some(wanted)) => wanted.as_bool() == Some(*yes),
        (Some(Value::File(_) | Value::Files(_)), Some(_)) => false,
        (Some(Value::Boolean(yes)), None) => *yes,
        (Some(Value::Files(inputs)), None) => !inputs.is_empty(),
        (Some(Value::Integer(_) | Value::Number(_) | Value::Text(_) | Value::File(_)), None) => true,
    };
    given != when.not
}

/// One argument; several only where the whole of it stands for several files.
fn filled(word: &Word, params: &Params, setting: &Setting<'_>) -> Result<Vec<String>> {
    let Some(name) = word.hole() else { return Ok(vec![word.filled("")]) };
    if let Some(value) = builtin(name, setting) {
        return Ok(vec![word.filled(&value)]);
    }
    let missing = || Error::invalid("has no value, and the command needs one").field(format!("params.{name}"));
    Ok(match params.get(name).ok_or_else(missing)? {
        Value::Integer(number) => vec![word.filled(&number.to_string())],
        Value::Number(number) => vec![word.filled(&number.to_string())],
        Value::Text(text) => vec![word.filled(text)],
        Value::Boolean(yes) => vec![word.filled(&yes.to_string())],
        Value::File(input) => vec![word.filled(input.path.as_str())],
        Value::Files(inputs) => inputs.iter().map(|input| word.filled(input.path.as_str())).collect(),
    })
}

fn builtin(name: &str, setting: &Setting<'_>) -> Option<String> {
    let resources = setting.resources;
    match name {
        "cores" => Some(resources.cores.to_string()),
        "nodes" => Some(resources.nodes.to_string()),
        "cores_per_node" => Some(resources.cores_per_node().to_string()),
        "gpus" => Some(resources.gpus.to_string()),
        "package" => Some(setting.package.to_owned()),
        "job" => Some(setting.job.to_owned()),
        _ => None,
    }
}
