//! `tieline apps` and `tieline app show`: what one can run.

use std::collections::BTreeMap;

use clap::Subcommand;
use tieline_model::Result;
use tieline_wire_api::apps::{App, AppDetail};

use super::ShellArgs;
use crate::exit::Exit;
use crate::output::{Column, Listing, Look, Record};

/// What one can ask about an app.
#[derive(Subcommand, Debug)]
pub enum AppCommand {
    /// Show an app: its parameters, editions, and where it is ready
    Show {
        /// Its short name
        app: String,
    },
}

/// Lists the apps.
///
/// # Errors
/// What the hub says.
pub async fn list(args: &ShellArgs) -> Result<Exit> {
    let page = args.client()?.list_apps().await?;
    let columns = [
        Column { title: "APP", cell: |app: &App, _: &Look| app.app.to_string() },
        Column { title: "VERSION", cell: |app, _| app.version.clone() },
        Column { title: "TITLE", cell: |app, _| spoken(&app.title) },
        Column { title: "READY ON", cell: |app, _| ready_on(app) },
    ];
    let name = |app: &App| app.app.to_string();
    args.output().give(&Listing { items: page.items, next: page.next, columns: &columns, name, none: "no apps" })?;
    Ok(Exit::Done)
}

/// Answers about one app.
///
/// # Errors
/// What the hub says.
pub async fn run(command: AppCommand, args: &ShellArgs) -> Result<Exit> {
    let AppCommand::Show { app } = command;
    let value = args.client()?.get_app(&app).await?;
    args.output().give(&Record { value, lines, name: |detail| detail.app.app.to_string() })?;
    Ok(Exit::Done)
}

fn lines(detail: &AppDetail, look: &Look) -> Vec<(&'static str, String)> {
    let app = &detail.app;
    let machine = |machine: &tieline_wire_api::apps::AppMachine| match machine.ready {
        true => format!("{}  ready  {}", machine.name, machine.note),
        false => format!("{}  not ready: {}", machine.name, machine.note),
    };
    let edition = |edition: &tieline_wire_api::apps::AppEdition| {
        format!("{}{}  {}", edition.version, if edition.current { " (current)" } else { "" }, look.time(edition.created_at))
    };
    vec![
        ("app", app.app.to_string()),
        ("title", spoken(&app.title)),
        ("about", spoken(&app.description)),
        ("version", app.version.clone()),
        ("kind", app.kind.clone()),
        ("parameters", parameters(detail)),
        ("machines", app.machines.iter().map(machine).collect::<Vec<_>>().join("\n")),
        ("editions", detail.versions.iter().map(edition).collect::<Vec<_>>().join("\n")),
    ]
}

/// The parameters as `tieline run` takes them, from the form.
fn parameters(detail: &AppDetail) -> String {
    let Some(form) = form(detail) else { return String::new() };
    let Some(properties) = form.get("properties").and_then(|value| value.as_object()) else { return String::new() };
    let required =
        |name: &str| form.get("required").and_then(|list| list.as_array()).is_some_and(|list| list.iter().any(|known| known == name));
    let line = |(name, schema): (&String, &serde_json::Value)| {
        let text = |key: &str| schema.get(key).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
        let default = schema.get("default").map(|value| format!(", default {value}")).unwrap_or_default();
        let need = if required(name) { ", required" } else { "" };
        format!("{name} ({}{need}{default})  {}", kind(schema), text("title"))
    };
    properties.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What a parameter takes, in a word; a choice shows what there is.
fn kind(schema: &serde_json::Value) -> String {
    let widget = schema.pointer("/x-ui/widget").and_then(|value| value.as_str()).unwrap_or_default();
    let choices = schema.get("enum").and_then(|value| value.as_array());
    match (widget, choices) {
        ("file" | "files", _) => widget.to_owned(),
        (_, Some(choices)) => choices.iter().filter_map(|choice| choice.as_str()).collect::<Vec<_>>().join(" | "),
        _ => match schema.get("type").and_then(|value| value.as_str()) {
            Some("string") => "text".to_owned(),
            other => other.unwrap_or("text").to_owned(),
        },
    }
}

/// The form in the language of the shell.
pub fn form(detail: &AppDetail) -> Option<&serde_json::Value> {
    detail.form.get("en").or_else(|| detail.form.values().next())
}

fn ready_on(app: &App) -> String {
    let names: Vec<String> = app.machines.iter().filter(|machine| machine.ready).map(|machine| machine.name.to_string()).collect();
    if names.is_empty() { "-".to_owned() } else { names.join(", ") }
}

/// A text in the language of the shell.
fn spoken(texts: &BTreeMap<String, String>) -> String {
    texts.get("en").or_else(|| texts.values().next()).cloned().unwrap_or_default()
}
