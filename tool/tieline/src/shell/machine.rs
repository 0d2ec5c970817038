//! `tieline machines` and `tieline machine …`: where jobs run, and whether they may.

use clap::Subcommand;
use tieline_model::text::plain;
use tieline_model::{MachineId, Result, Seconds, Timestamp};
use tieline_wire_api::Client;
use tieline_wire_api::machines::{HistoryQuery, Machine, Moment, NodeClass, Queue, Reading};

use super::ShellArgs;
use crate::exit::Exit;
use crate::output::{Column, Listing, Look, Record, bytes, count};

/// What one does with a machine.
#[derive(Subcommand, Debug)]
pub enum MachineCommand {
    /// Show a machine: what it is, its queues and their limits, its apps, how it was when it was last read
    Show {
        /// Its name or id
        machine: String,
    },
    /// Show how a machine was, in steps of five minutes
    History {
        /// Its name or id
        machine: String,
        /// From this moment on (RFC 3339); without it, the last day
        #[arg(long, value_name = "MOMENT")]
        since: Option<Timestamp>,
        /// Up to this moment (RFC 3339)
        #[arg(long, value_name = "MOMENT")]
        until: Option<Timestamp>,
    },
    /// Let jobs be placed on a machine; for its operators
    Enable {
        /// Its name or id
        machine: String,
    },
    /// Place nothing more on a machine; what runs there goes on; for its operators
    Disable {
        /// Its name or id
        machine: String,
    },
}

/// Lists machines.
///
/// # Errors
/// What the hub says.
pub async fn list(args: &ShellArgs) -> Result<Exit> {
    let page = args.client()?.list_machines().await?;
    let columns = [
        Column { title: "MACHINE", cell: |machine: &Machine, _: &Look| machine.name.to_string() },
        Column { title: "CENTER", cell: |machine, _| machine.center_name.to_string() },
        Column { title: "STATE", cell: |machine, _| state(machine).to_owned() },
        Column { title: "SCHEDULER", cell: |machine, _| machine.description.scheduler.clone() },
        Column { title: "FREE CORES", cell: |machine, _| read(machine, free) },
        Column { title: "RUNNING", cell: |machine, _| read(machine, running) },
        Column { title: "WAITING", cell: |machine, _| read(machine, waiting) },
        Column { title: "FREE DISK", cell: |machine, _| room(machine) },
        Column { title: "AS OF", cell: |machine, look| look.time_or_dash(machine.reading.as_ref().map(|reading| reading.as_of)) },
    ];
    let name = |machine: &Machine| machine.name.to_string();
    args.output().give(&Listing { items: page.items, next: page.next, columns: &columns, name, none: "no machines" })?;
    Ok(Exit::Done)
}

/// Does it.
///
/// # Errors
/// What the hub says.
pub async fn run(command: MachineCommand, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    match command {
        MachineCommand::Show { machine } => {
            let value = client.get_machine(&machine).await?;
            args.output().give(&Record { value, lines, name: |machine| machine.name.to_string() })?;
        }
        MachineCommand::History { machine, since, until } => {
            let items = client.machine_history(id(&client, &machine).await?, &HistoryQuery { since, until }).await?.items;
            let columns = [
                Column { title: "FROM", cell: |moment: &Moment, look: &Look| look.time(moment.at) },
                Column { title: "FREE CORES", cell: |moment, _| free(&moment.reading) },
                Column { title: "RUNNING", cell: |moment, _| running(&moment.reading) },
                Column { title: "WAITING", cell: |moment, _| waiting(&moment.reading) },
            ];
            let (name, none) = (|moment: &Moment| moment.at.to_string(), "nothing was read of it in that time");
            args.output().give(&Listing { items, next: None, columns: &columns, name, none })?;
        }
        MachineCommand::Enable { machine } => {
            let machine = client.set_machine_enabled(id(&client, &machine).await?, true).await?;
            args.done(&machine, &machine.name, format!("jobs may be placed on {}", machine.name))?;
        }
        MachineCommand::Disable { machine } => {
            let machine = client.set_machine_enabled(id(&client, &machine).await?, false).await?;
            args.done(&machine, &machine.name, format!("nothing more is placed on {}; what runs there goes on", machine.name))?;
        }
    }
    Ok(Exit::Done)
}

async fn id(client: &Client, machine: &str) -> Result<MachineId> {
    if let Ok(id) = machine.parse() {
        return Ok(id);
    }
    Ok(client.get_machine(machine).await?.id)
}

fn lines(machine: &Machine, look: &Look) -> Vec<(&'static str, String)> {
    let about = &machine.description;
    let version = about.scheduler_version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    let app = |app: &tieline_wire_api::machines::Deployment| app.app.to_string();
    let mut lines = vec![
        ("machine", machine.name.to_string()),
        ("center", machine.center_name.to_string()),
        ("title", about.title.clone()),
        ("about", about.description.clone()),
        ("state", state(machine).to_owned()),
        ("scheduler", format!("{}{version}", about.scheduler)),
        ("nodes", about.node_classes.iter().map(nodes).collect::<Vec<_>>().join("\n")),
        ("queues", about.queues.iter().map(queue).collect::<Vec<_>>().join("\n")),
        ("apps", about.deployments.iter().map(app).collect::<Vec<_>>().join(", ")),
        ("last seen", look.time(machine.last_seen_at)),
    ];
    if let Some(reading) = &machine.reading {
        lines.extend([("free cores", free(reading)), ("running", running(reading)), ("waiting", waiting(reading))]);
        lines.push(("as of", look.time(reading.as_of)));
        lines.extend(reading.trouble.clone().map(|trouble| ("trouble", trouble)));
    }
    lines
}

fn nodes(class: &NodeClass) -> String {
    let gpus = match (class.gpus, &class.gpu_model) {
        (0, _) => String::new(),
        (number, Some(model)) => format!(", {} ({model})", count(number, "GPU")),
        (number, None) => format!(", {}", count(number, "GPU")),
    };
    let memory = bytes(class.memory_mib << 20);
    format!("{} × {}: {}, {memory}{gpus}", class.nodes, class.name, count(class.cores, "core"))
}

fn queue(queue: &Queue) -> String {
    let most = [
        queue.max_nodes.map(|nodes| count(nodes, "node")),
        queue.max_cores.map(|cores| count(cores, "core")),
        queue.max_memory_mib.map(|memory| format!("{} a node", bytes(memory << 20))),
        queue.max_time_s.map(|time: Seconds| time.to_string()),
    ];
    let most: Vec<String> = most.into_iter().flatten().collect();
    let limits = if most.is_empty() { String::new() } else { format!(", a job at most {}", most.join(", ")) };
    format!("{}{}: {}{limits}", queue.name, if queue.default { " (default)" } else { "" }, count(queue.cores, "core"))
}

fn free(reading: &Reading) -> String {
    format!("{} of {}", reading.cores.idle, reading.cores.total)
}

fn running(reading: &Reading) -> String {
    reading.queues.iter().map(|queue| queue.running).sum::<u32>().to_string()
}

fn waiting(reading: &Reading) -> String {
    reading.queues.iter().map(|queue| queue.waiting).sum::<u32>().to_string()
}

fn state(machine: &Machine) -> &'static str {
    match (machine.enabled, machine.connected, machine.stale) {
        (false, _, _) => "disabled",
        (true, false, _) => "away",
        (true, true, true) => "stale",
        (true, true, false) => "ready",
    }
}

fn read(machine: &Machine, what: fn(&Reading) -> String) -> String {
    machine.reading.as_ref().map_or_else(|| "-".to_owned(), what)
}

/// What each file system has left.
fn room(machine: &Machine) -> String {
    let known = machine.description.storage.iter().filter_map(|storage| {
        let (free, total) = (storage.free_bytes?, storage.total_bytes?);
        Some(format!("{}: {} of {}", plain(&storage.name, 40), bytes(free), bytes(total)))
    });
    let lines = known.collect::<Vec<_>>().join("\n");
    if lines.is_empty() { "-".to_owned() } else { lines }
}
