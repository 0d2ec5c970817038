//! `tieline center …` and `tieline machines`: where jobs can run.

use clap::Subcommand;
use tieline_model::Result;
use tieline_model::text::plain;
use tieline_wire_api::Client;
use tieline_wire_api::centers::{Center, CenterCreated, CreateCenter, JoinToken};
use tieline_wire_api::machines::Machine;

use super::ShellArgs;
use crate::exit::Exit;
use crate::output::{self, Column, Listing, Look, Record};
use crate::talk::say;

/// What an administrator does with centers.
#[derive(Subcommand, Debug)]
pub enum CenterCommand {
    /// Add a center; shows the token its first gateway enrols with
    Add {
        /// Its short name
        name: String,
        /// A line for people
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
        /// A paragraph for people
        #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
        description: String,
        /// Whose it is
        #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
        organisation: String,
        /// Whom to ask
        #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
        contact: String,
    },
    /// List centers
    List,
    /// Show a token for one more gateway of a center
    Token {
        /// The center's id or name
        center: String,
    },
}

/// Does it.
///
/// # Errors
/// What the hub says.
pub async fn run(command: CenterCommand, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    match command {
        CenterCommand::Add { name, title, description, organisation, contact } => {
            let value = client.create_center(&CreateCenter { name: name.parse()?, title, description, organisation, contact }).await?;
            invite(&client.key(), &value.join);
            let lines = |made: &CenterCreated, look: &Look| {
                vec![
                    ("center", made.center.name.to_string()),
                    ("id", made.center.id.to_string()),
                    ("join token", made.join.token.clone()),
                    ("good until", look.time(made.join.expires_at)),
                ]
            };
            args.output().give(&Record { value, lines, name: |made| made.join.token.clone() })?;
        }
        CenterCommand::List => {
            let page = client.list_centers().await?;
            let columns = [
                Column { title: "CENTER", cell: |center: &Center, _: &Look| center.name.to_string() },
                Column { title: "TITLE", cell: |center, _| center.title.clone() },
                Column { title: "CONNECTED", cell: |center, _| if center.connected { "yes" } else { "no" }.to_owned() },
                Column { title: "SINCE", cell: |center, look| look.time(center.created_at) },
                Column { title: "ID", cell: |center, _| center.id.to_string() },
            ];
            let name = |center: &Center| center.name.to_string();
            args.output().give(&Listing { items: page.items, next: page.next, columns: &columns, name, none: "no centers" })?;
        }
        CenterCommand::Token { center } => {
            let value = client.create_join_token(&center).await?;
            invite(&client.key(), &value);
            let lines =
                |join: &JoinToken, look: &Look| vec![("join token", join.token.clone()), ("good until", look.time(join.expires_at))];
            args.output().give(&Record { value, lines, name: |join| join.token.clone() })?;
        }
    }
    Ok(Exit::Done)
}

/// Lists machines.
///
/// # Errors
/// What the hub says.
pub async fn machines(args: &ShellArgs) -> Result<Exit> {
    let page = args.client()?.list_machines().await?;
    let columns = [
        Column { title: "MACHINE", cell: |machine: &Machine, _: &Look| machine.name.to_string() },
        Column { title: "CENTER", cell: |machine, _| machine.center_name.to_string() },
        Column { title: "STATE", cell: |machine, _| state(machine).to_owned() },
        Column { title: "SCHEDULER", cell: |machine, _| machine.description.scheduler.clone() },
        Column {
            title: "FREE CORES",
            cell: |machine, _| read(machine, |reading| format!("{} of {}", reading.cores.idle, reading.cores.total)),
        },
        Column {
            title: "RUNNING",
            cell: |machine, _| read(machine, |reading| reading.queues.iter().map(|queue| queue.running).sum::<u32>().to_string()),
        },
        Column {
            title: "WAITING",
            cell: |machine, _| read(machine, |reading| reading.queues.iter().map(|queue| queue.waiting).sum::<u32>().to_string()),
        },
        Column { title: "FREE DISK", cell: |machine, _| room(machine) },
        Column { title: "AS OF", cell: |machine, look| look.time_or_dash(machine.reading.as_ref().map(|reading| reading.as_of)) },
    ];
    let name = |machine: &Machine| machine.name.to_string();
    args.output().give(&Listing { items: page.items, next: page.next, columns: &columns, name, none: "no machines" })?;
    Ok(Exit::Done)
}

/// A center's id, of its id or name.
///
/// # Errors
/// `NotFound` where there is no such center.
pub async fn id(client: &Client, text: &str) -> Result<String> {
    Ok(client.get_center(text).await?.id.to_string())
}

fn invite(hub: &str, join: &JoinToken) {
    say(format!("at the center, within 15 minutes: tieline gateway join --hub {hub} --token {}", join.token));
}

fn state(machine: &Machine) -> &'static str {
    match (machine.enabled, machine.connected, machine.stale) {
        (false, _, _) => "disabled",
        (true, false, _) => "away",
        (true, true, true) => "stale",
        (true, true, false) => "ready",
    }
}

/// What each file system has left.
fn room(machine: &Machine) -> String {
    let known = machine.description.storage.iter().filter_map(|storage| {
        let (free, total) = (storage.free_bytes?, storage.total_bytes?);
        Some(format!("{}: {} of {}", plain(&storage.name, 40), output::bytes(free), output::bytes(total)))
    });
    let lines = known.collect::<Vec<_>>().join("\n");
    if lines.is_empty() { "-".to_owned() } else { lines }
}

fn read(machine: &Machine, what: fn(&tieline_wire_api::machines::Reading) -> String) -> String {
    machine.reading.as_ref().map_or_else(|| "-".to_owned(), what)
}
