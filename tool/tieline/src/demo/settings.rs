//! The configuration files of the demonstration's hub and gateway, written anew at every start.

use std::thread::available_parallelism;

use serde::Serialize;
use tieline_model::{Error, LocalUser, Result};

use super::folder::{Folder, Ports};

/// The embedded center's short name.
pub const CENTER: &str = "demo";
/// Its only machine.
pub const MACHINE: &str = "workbench";
/// Programs of the apps that ship, looked for on the machine.
const PROGRAMS: [(&str, &[&str]); 4] =
    [("shell", &["sh"]), ("python", &["python3"]), ("lammps", &["mpirun", "lmp"]), ("gromacs", &["gmx"])];
/// The Debian packages that bring the programs of an app.
const PACKAGES: [(&str, &str); 4] = [("shell", "dash"), ("python", "python3"), ("lammps", "lammps openmpi-bin"), ("gromacs", "gromacs")];
/// Memory that is left to everything but jobs, in MiB.
const KEPT_BACK: u64 = 1024;

/// As whom one person's jobs run.
#[derive(Clone, Debug)]
pub struct Mapped {
    /// On the platform.
    pub user: String,
    /// On this machine.
    pub local: LocalUser,
}

#[derive(Serialize)]
struct UserMap {
    rule: Vec<MapRule>,
}

#[derive(Serialize)]
struct MapRule {
    user: String,
    local: LocalUser,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    allow_system: bool,
}

/// The Debian packages that bring what these apps need.
pub fn packages(apps: &[String]) -> String {
    let named = PACKAGES.iter().filter(|(app, _)| apps.iter().any(|wanted| wanted == app));
    named.map(|(_, packages)| *packages).collect::<Vec<_>>().join(" ")
}

/// Writes `hub.toml`, `gateway.toml` and the user map.
///
/// # Errors
/// Where the folder cannot be written to.
pub fn write(folder: &Folder, ports: &Ports, people: &[Mapped], allow_system: bool) -> Result<()> {
    folder.write_text("hub.toml", &text(&hub(folder, ports))?)?;
    folder.write_text("gateway.toml", &text(&gateway(folder, allow_system))?)?;
    let rule = |person: &Mapped| MapRule { user: person.user.clone(), local: person.local.clone(), allow_system };
    folder.write_text("user-map.toml", &text(&UserMap { rule: people.iter().map(rule).collect() })?)
}

fn hub(folder: &Folder, ports: &Ports) -> toml::Table {
    entries([
        ("state", folder.path("hub").display().to_string().into()),
        (
            "http",
            table([
                ("listen", format!("127.0.0.1:{}", ports.hub).into()),
                ("public_url", format!("http://127.0.0.1:{}", ports.hub).into()),
            ]),
        ),
        ("gateways", table([("listen", format!("127.0.0.1:{}", ports.gateways).into())])),
    ])
    .collect()
}

fn gateway(folder: &Folder, allow_system: bool) -> toml::Table {
    let cores = available_parallelism().map_or(1, |count| i64::try_from(count.get()).unwrap_or(1));
    let memory = i64::try_from(memory_mib().saturating_sub(KEPT_BACK).max(KEPT_BACK)).unwrap_or(i64::MAX);
    let app = |(app, programs): &(&str, &[&str])| {
        let programs: Vec<toml::Value> = programs.iter().map(|program| (*program).into()).collect();
        table([("app", (*app).into()), ("programs", programs.into())])
    };
    let mut site = vec![("kind", "local".into())];
    if allow_system {
        site.push(("allow_system", true.into()));
    }
    let machine = table([
        ("name", MACHINE.into()),
        ("title", "This machine".into()),
        (
            "description",
            "The embedded center of the demonstration: real processes under real limits, on the machine it was started on.".into(),
        ),
        ("organisation", "Demonstration".into()),
        ("driver", "fork".into()),
        ("site", table(site)),
        ("fork", table([("cores", cores.into()), ("memory_mib", memory.into())])),
        ("apps", PROGRAMS.iter().map(app).collect::<Vec<_>>().into()),
        ("pace", table([("young_poll_ms", 500.into()), ("poll_ms", 5000.into()), ("reading_seconds", 10.into())])),
    ]);
    entries([
        ("state", folder.path("gateway").display().to_string().into()),
        ("user_map", folder.path("user-map.toml").display().to_string().into()),
        ("machines", vec![machine].into()),
    ])
    .collect()
}

fn entries<const N: usize>(pairs: [(&str, toml::Value); N]) -> impl Iterator<Item = (String, toml::Value)> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value))
}

fn table<'a>(pairs: impl IntoIterator<Item = (&'a str, toml::Value)>) -> toml::Value {
    toml::Value::Table(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn text(value: &impl Serialize) -> Result<String> {
    toml::to_string(value).map_err(|error| Error::internal(format!("a configuration cannot be written: {error}")))
}

/// Memory of this machine in MiB, as the kernel says.
fn memory_mib() -> u64 {
    let info = rustix::system::sysinfo();
    info.totalram.saturating_mul(u64::from(info.mem_unit)) >> 20
}
