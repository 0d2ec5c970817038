//! What the person in front reads, and what programs find in the ready file.

use std::path::Path;

use serde::Serialize;
use tieline_model::{Error, Result};

use super::folder;
use super::people::Person;
use super::settings::{CENTER, MACHINE, Mapped};
use crate::output;

#[derive(Serialize)]
struct Ready<'a> {
    url: &'a str,
    users: &'a [Person],
    centers: Vec<Center>,
}

#[derive(Serialize)]
struct Center {
    name: &'static str,
    machines: Vec<&'static str>,
}

/// Writes the file that says that everything is ready, whole or not at all.
///
/// # Errors
/// Where it cannot be written.
pub fn ready(file: &Path, url: &str, people: &[Person]) -> Result<()> {
    let ready = Ready { url, users: people, centers: vec![Center { name: CENTER, machines: vec![MACHINE] }] };
    let text = serde_json::to_vec_pretty(&ready).map_err(|error| Error::internal(error.to_string()))?;
    folder::write(file, &text)
}

/// Prints the address, the people, and what to try.
///
/// # Errors
/// Where stdout cannot be written to.
pub fn print(url: &str, people: &[Person], mapped: &[Mapped]) -> Result<()> {
    let mut text = format!("Tieline is ready at {url}\n\n");
    for person in people {
        let runs = mapped.iter().find(|mapped| mapped.user == person.name).map(|mapped| format!(", jobs run as {}", mapped.local));
        text.push_str(&format!("  {:<8} {}  {}{}\n", person.name, person.password, person.roles.join(", "), runs.unwrap_or_default()));
    }
    let tried = people.iter().find(|person| person.name == "alice").map(|person| person.password.as_str()).unwrap_or_default();
    text.push_str(&format!(
        "\nThe center '{CENTER}' has one machine, '{MACHINE}': the one you sit at. Try, in another terminal:

  echo {tried} | tieline login --url {url} --user alice --password-stdin
  tieline apps
  tieline machines
  printf '#!/bin/sh\\necho hello from $(hostname) | tee hello.txt\\n' > hello.sh
  tieline run shell -f script=hello.sh --wait --download results
  tieline jobs

Ctrl-C stops everything; the same command starts it again with the same data."
    ));
    output::print(&text)
}
