//! What the person in front reads, and what programs find in the ready file.

use std::path::Path;

use serde::Serialize;
use tieline_model::{Error, Result};

use super::folder;
use super::people::Person;
use super::settings::{self, CENTER, MACHINE, Mapped};
use crate::output;

/// The platform, once it is there.
#[derive(Debug)]
pub struct Ready {
    /// Its address.
    pub url: String,
    /// The apps whose programs are on this machine.
    pub apps: Vec<String>,
    /// The others.
    pub lacking: Vec<String>,
}

#[derive(Serialize)]
struct File<'a> {
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
pub fn file(file: &Path, ready: &Ready, people: &[Person]) -> Result<()> {
    let ready = File { url: &ready.url, users: people, centers: vec![Center { name: CENTER, machines: vec![MACHINE] }] };
    let text = serde_json::to_vec_pretty(&ready).map_err(|error| Error::internal(error.to_string()))?;
    folder::write(file, &text)
}

/// Prints the address, the people, and what to try.
///
/// # Errors
/// Where stdout cannot be written to.
pub fn print(ready: &Ready, people: &[Person], mapped: &[Mapped]) -> Result<()> {
    let url = &ready.url;
    let mut text = format!("Tieline is ready at {url}\n\n");
    for person in people {
        let runs = mapped.iter().find(|mapped| mapped.user == person.name).map(|mapped| format!(", jobs run as {}", mapped.local));
        text.push_str(&format!("  {:<8} {}  {}{}\n", person.name, person.password, person.roles.join(", "), runs.unwrap_or_default()));
    }
    let tried = people.iter().find(|person| person.name == "alice").map(|person| person.password.as_str()).unwrap_or_default();
    let more = match settings::packages(&ready.lacking) {
        packages if packages.is_empty() => String::new(),
        packages => format!(
            " For {}, run as root: apt-get install --no-install-recommends {packages}\nand start this again.",
            ready.lacking.join(" and ")
        ),
    };
    text.push_str(&format!(
        "\nThe center '{CENTER}' has one machine, '{MACHINE}': the one you sit at. Its apps:
{}.{more} Try, in another terminal:

  echo {tried} | tieline login --url {url} --user alice --password-stdin
  tieline apps
  tieline machines
  printf '#!/bin/sh\\necho hello from $(hostname) | tee hello.txt\\n' > hello.sh
  tieline run shell -f script=hello.sh --wait --download results
  tieline jobs

Ctrl-C stops everything; the same command starts it again with the same data.",
        ready.apps.join(", ")
    ));
    output::print(&text)
}
