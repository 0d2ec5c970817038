//! Files a person gives: which, how large, and the path each gets in the job's folder.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use tieline_model::{Error, RelPath, Result, id::shown};

use super::{Params, Value, field, what};
use crate::manifest::{Manifest, Parameter, ParameterType as Type};

/// Names in the job's folder that the program's output gets.
const OWN: [&str; 2] = ["stdout.txt", "stderr.txt"];

/// What the caller knows of a file somebody gave.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FileMeta {
    /// Its name, without a folder.
    pub name: String,
    /// Its bytes.
    pub size: u64,
}

/// A file somebody gave, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The text that was given for it.
    pub given: String,
    /// Where it lies in the job's folder.
    pub path: RelPath,
}

/// Checks the value of a file parameter. The error names no field yet.
pub(super) fn given(parameter: &Parameter, value: &Json, files: &BTreeMap<String, FileMeta>) -> Result<Value> {
    let wrong = |value: &Json| Error::invalid(format!("must be {}, not {}", parameter.kind.noun(), what(value)));
    if parameter.kind == Type::File {
        return one(parameter, value.as_str().ok_or_else(|| wrong(value))?, files).map(Value::File);
    }
    let list = value.as_array().ok_or_else(|| wrong(value))?;
    let (fewest, most) = parameter.counts();
    let count = list.len() as u64;
    if count < fewest || count > most || parameter.required && count == 0 {
        return Err(Error::invalid(format!("has {count} files, {} to {most} are allowed", fewest.max(u64::from(parameter.required)))));
    }
    let inputs = list.iter().map(|item| one(parameter, item.as_str().ok_or_else(|| wrong(item))?, files));
    inputs.collect::<Result<_>>().map(Value::Files)
}

fn one(parameter: &Parameter, given: &str, files: &BTreeMap<String, FileMeta>) -> Result<Input> {
    let meta = files.get(given).ok_or_else(|| Error::invalid(format!("there is no file '{}'", shown(given))))?;
    if let Some(limit) = parameter.max_size
        && meta.size > limit.0
    {
        return Err(Error::too_large(format!(
            "'{}' has {} bytes, at most {} ({limit}) are allowed",
            shown(&meta.name),
            meta.size,
            limit.0
        )));
    }
    let lower = meta.name.to_lowercase();
    if !parameter.extensions.is_empty() && !parameter.extensions.iter().any(|end| lower.ends_with(end)) {
        return Err(Error::invalid(format!("'{}' does not end in {}", shown(&meta.name), parameter.extensions.join(" or "))));
    }
    Ok(Input { given: given.to_owned(), path: safe_name(&meta.name)? })
}

/// A file's name as a path in the job's folder: never hidden, never an option, never in another folder.
fn safe_name(name: &str) -> Result<RelPath> {
    let refuse = |why: &str| Error::invalid(format!("the file's name '{}' {why}", shown(name))).hint("rename the file");
    let path: RelPath = name.parse().map_err(|_| refuse("cannot be used on a machine"))?;
    if name.contains('/') {
        return Err(refuse("holds a folder"));
    }
    if OWN.contains(&name) {
        return Err(refuse("is that of the program's own output"));
    }
    if name.starts_with(['-', '.']) {
        return Err(refuse("starts with '-' or '.'"));
    }
    Ok(path)
}

/// No two files may get the same path, and none that of a file the package brings.
pub(super) fn collisions(manifest: &Manifest, params: &Params, errors: &mut Vec<Error>) {
    let mut taken = BTreeSet::new();
    for parameter in &manifest.parameters {
        let inputs = match params.get(parameter.id.as_str()) {
            Some(Value::File(input)) => std::slice::from_ref(input),
            Some(Value::Files(inputs)) => inputs.as_slice(),
            _ => continue,
        };
        for Input { path, .. } in inputs {
            if manifest.run.stage.iter().any(|pattern| pattern.matches(path)) {
                errors.push(Error::invalid(format!("'{path}' is the name of a file the package brings")).field(field(parameter)));
            } else if !taken.insert(path) {
                errors.push(Error::invalid(format!("two files are named '{path}'")).field(field(parameter)));
            }
        }
    }
}
