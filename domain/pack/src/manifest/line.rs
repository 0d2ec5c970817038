//! Where in `app.toml` something is wrong: the key and its line.

use tieline_model::Error;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::check::Fault;

/// What the TOML reader found.
pub(super) fn of_syntax(text: &str, error: &toml::de::Error) -> Error {
    let offset = error.span().map_or(text.len(), |span| span.start);
    let key = DeTable::parse(text).ok().map(|table| key_at(table.get_ref(), offset)).unwrap_or_default();
    told(&key, line_of(text, offset), error.message().trim_end())
}

/// What the check of a well-formed manifest found.
pub(super) fn of_fault(text: &str, fault: &Fault) -> Error {
    let offset = DeTable::parse(text).map_or(0, |table| offset_of(table.get_ref(), &fault.path));
    told(&fault.path.join("."), line_of(text, offset), &fault.why)
}

fn told(key: &str, line: usize, why: &str) -> Error {
    let place = if key.is_empty() { format!("app.toml, line {line}") } else { format!("app.toml, line {line}, '{key}'") };
    Error::invalid(format!("{place}: {why}")).field(key)
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}

/// The path of the deepest key whose value, or whose own text, holds this offset.
fn key_at(table: &DeTable<'_>, offset: usize) -> String {
    let mut path = Vec::new();
    descend(table, offset, &mut path);
    path.join(".")
}

fn descend(table: &DeTable<'_>, offset: usize, path: &mut Vec<String>) {
    for key in table.keys() {
        if key.span().contains(&offset) {
            path.push(key.get_ref().to_string());
            return;
        }
    }
    for (key, value) in table.iter() {
        path.push(key.get_ref().to_string());
        if within(value, offset, path) {
            return;
        }
        path.pop();
    }
}

fn within(value: &Spanned<DeValue<'_>>, offset: usize, path: &mut Vec<String>) -> bool {
    let depth = path.len();
    match value.get_ref() {
        DeValue::Table(table) => {
            descend(table, offset, path);
            path.len() > depth || value.span().contains(&offset)
        }
        DeValue::Array(array) => {
            for (index, item) in array.iter().enumerate() {
                path.push((index + 1).to_string());
                if within(item, offset, path) {
                    return true;
                }
                path.pop();
            }
            value.span().contains(&offset)
        }
        _ => value.span().contains(&offset),
    }
}

/// Where the deepest part of this path that exists begins.
fn offset_of(table: &DeTable<'_>, path: &[String]) -> usize {
    let Some((first, rest)) = path.split_first() else { return 0 };
    let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref() == first) else { return 0 };
    below(value, rest).unwrap_or(key.span().start)
}

fn below(value: &Spanned<DeValue<'_>>, path: &[String]) -> Option<usize> {
    let (first, rest) = path.split_first()?;
    match value.get_ref() {
        DeValue::Table(table) => {
            let (key, value) = table.iter().find(|(key, _)| key.get_ref() == first)?;
            Some(below(value, rest).unwrap_or(key.span().start))
        }
        DeValue::Array(array) => {
            let item = array.get(first.parse::<usize>().ok()?.checked_sub(1)?)?;
            Some(below(item, rest).unwrap_or(item.span().start))
        }
        _ => None,
    }
}
