//! Looks at one machine: what it is when the gateway starts and now and then, how it is every half minute and after changes. Its file
//! systems are asked beside that, for one whose server is gone lets whoever asks wait.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tieline_model::Result;
use tieline_model::machine::{Deployment, Description, Reading, Storage};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::Wires;
use crate::config::App;
use crate::io::center::Machine;
use crate::io::output::output;
use crate::io::site::{Command, Site};
use crate::io::storage;

/// How often a machine is described again.
const DESCRIBED_FOR: Duration = Duration::from_secs(600);
/// The shortest time between two readings.
const SHORTEST: Duration = Duration::from_secs(1);
/// Looks for programs; prints where each is found, or an empty line.
const LOOK: &str = r#"for program do command -v -- "$program" || echo; done"#;

pub(super) async fn run(wires: Wires, machine: Arc<Machine>) -> Result<()> {
    let (told, rooms) = watch::channel(vec![]);
    tokio::select! {
        () = wires.token.cancelled() => Ok(()),
        done = look(&wires, &machine, rooms) => done,
        never = measure(&machine, &told) => match never {},
    }
}

/// Asks all file systems how much room they have, each time at once.
async fn measure(machine: &Machine, told: &watch::Sender<Vec<Storage>>) -> Infallible {
    loop {
        let next = Instant::now() + rhythm(machine);
        let asked = machine.config.storage.iter().map(|named| storage::ask(&*machine.site, named));
        told.send_replace(join_all(asked).await);
        sleep_until(next).await;
    }
}

fn rhythm(machine: &Machine) -> Duration {
    Duration::from_secs(machine.config.pace.reading_seconds.max(1))
}

async fn look(wires: &Wires, machine: &Machine, mut rooms: watch::Receiver<Vec<Storage>>) -> Result<()> {
    let name = &machine.config.name;
    let mut wanted = wires.board.wanted();
    let mut described: Option<Instant> = None;
    let mut last: Option<Reading> = None;
    loop {
        if described.is_none_or(|at| at.elapsed() >= DESCRIBED_FOR) {
            match describe(machine).await {
                Ok(description) => {
                    wires.board.describe(name, &description)?;
                    described = Some(Instant::now());
                }
                Err(error) => tracing::warn!(machine = %name, %error, "a machine cannot be described"),
            }
        }
        let mut trouble = wires.center.user_map.trouble();
        match machine.driver.read().await.and_then(Reading::checked) {
            Ok(reading) => last = Some(reading),
            Err(error) => {
                tracing::warn!(machine = %name, %error, "a machine cannot be read");
                trouble = Some(error.to_string());
            }
        }
        if let Some(reading) = &mut last {
            reading.trouble = trouble.or(reading.trouble.take());
        }
        let asked = Instant::now();
        loop {
            if let Some(reading) = &last {
                let rooms = rooms.borrow_and_update();
                wires.board.read(name, &Reading { storage: [&reading.storage[..], &rooms[..]].concat(), ..reading.clone() })?;
            }
            tokio::select! {
                () = sleep_until(asked + rhythm(machine)) => break,
                _ = wanted.changed() => break sleep_until(asked + SHORTEST).await,
                Ok(()) = rooms.changed() => {}
            }
        }
        wanted.mark_unchanged();
    }
}

async fn describe(machine: &Machine) -> Result<Description> {
    let mut description = machine.driver.describe().await?;
    for app in &machine.config.apps {
        description.deployments.push(probe(&*machine.site, app).await?);
    }
    Ok(description)
}

async fn probe(site: &dyn Site, app: &App) -> Result<Deployment> {
    if app.programs.is_empty() {
        return Ok(Deployment { app: app.app.clone(), ready: true, note: String::new() });
    }
    let printed = output(site, None, Command::shell(LOOK, app.programs.iter().cloned())).await?.stdout;
    let mut lines = printed.lines();
    let found: Vec<_> = app.programs.iter().map(|program| (program, lines.next().unwrap_or_default())).collect();
    let missing: Vec<_> = found.iter().filter(|(_, place)| place.is_empty()).map(|(program, _)| program.as_str()).collect();
    let note = if missing.is_empty() {
        found.iter().map(|(_, place)| *place).collect::<Vec<_>>().join(", ")
    } else {
        format!("not found on this machine: {}", missing.join(", "))
    };
    Ok(Deployment { app: app.app.clone(), ready: missing.is_empty(), note })
}
