//! `tieline demo`: a whole platform on one machine, as processes of their own that are started again when they die.

mod announce;
mod child;
mod folder;
mod people;
mod settings;
mod setup;

use std::path::PathBuf;

use clap::Args;
use tieline_model::{Error, LocalUser, Result};
use tokio_util::sync::CancellationToken;

use crate::exit::Exit;
use crate::signals;
use crate::talk::say;
use announce::Ready;
use child::{Kept, Plan};
use folder::{Folder, Ports};
use people::Person;
use settings::Mapped;
use setup::Setup;

/// Where the demonstration lives.
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// The folder for everything it keeps
    #[arg(long, default_value = "demo-data", value_name = "DIR")]
    dir: PathBuf,
    /// The port of 127.0.0.1 where people and programs come in
    #[arg(long, default_value_t = 8700, value_name = "P", value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    /// A file to write when everything is ready, as JSON
    #[arg(long, value_name = "FILE")]
    ready: Option<PathBuf>,
}

/// Starts it and stays in front.
///
/// # Errors
/// What the person has to mend, such as a port that is taken.
pub async fn run(args: DemoArgs) -> Result<Exit> {
    let stop = signals::stop()?;
    let folder = Folder::open(&args.dir)?;
    let ports = folder.ports(args.port)?;
    let people = people::people(&folder)?;
    let is_root = rustix::process::geteuid().is_root();
    let mapped = mapped(&people, is_root).await?;
    let allow_system = !is_root && rustix::process::geteuid().as_raw() < 1000;
    settings::write(&folder, &ports, &mapped, allow_system)?;
    let mut kept = Vec::new();
    let result = tokio::select! {
        result = start(&folder, &ports, &people, &mut kept) => result,
        () = stop.cancelled() => Err(Error::unavailable("stopped before everything was ready")),
    };
    let result = match result {
        Ok(ready) => stay(&args, &ready, &people, &mapped, &stop).await,
        Err(error) => Err(error),
    };
    // The gateway first: it tells the hub all it knows while the hub still listens.
    while let Some(process) = kept.pop() {
        process.stop().await;
    }
    if let Some(file) = &args.ready {
        // Nothing is ready any more; a file that is gone already says the same.
        let _ = std::fs::remove_file(file);
    }
    result.map(|()| Exit::Done)
}

async fn stay(args: &DemoArgs, ready: &Ready, people: &[Person], mapped: &[Mapped], stop: &CancellationToken) -> Result<()> {
    announce::print(ready, people, mapped)?;
    if let Some(file) = &args.ready {
        announce::file(file, ready, people)?;
    }
    stop.cancelled().await;
    Ok(())
}

/// Starts the hub, completes the platform through it, and starts the embedded center's gateway.
async fn start(folder: &Folder, ports: &Ports, people: &[Person], kept: &mut Vec<Kept>) -> Result<Ready> {
    let (administrator, others) = people.split_first().ok_or_else(|| Error::internal("the demonstration has no people"))?;
    let url = format!("http://127.0.0.1:{}", ports.hub);
    let (hub, gateway) = (folder.path("hub.toml").display().to_string(), folder.path("gateway.toml").display().to_string());
    let init = ["hub", "init", "--config", &hub, "--administrator", &administrator.name, "--password-stdin"].map(str::to_owned);
    child::once(&init, &format!("{}\n", administrator.password)).await?;
    kept.push(Kept::start(plan("hub", &["hub", "run", "--config", &hub], folder))?);
    let setup = Setup::begin(&url, administrator).await?;
    let joined = folder.path("gateway/identity/identity.json").exists();
    let (center, token) = setup.center(!joined).await?;
    setup.people(others, center).await?;
    if let (false, Some(token)) = (joined, token) {
        let join = ["gateway", "join", "--config", &gateway, "--hub", &url, "--token", &token].map(str::to_owned);
        child::once(&join, "").await?;
    }
    kept.push(Kept::start(plan("gateway", &["gateway", "run", "--config", &gateway], folder))?);
    setup.machine().await?;
    setup.money(others.iter().filter(|person| person.is_researcher())).await?;
    let (apps, lacking) = setup.apps().await?;
    Ok(Ready { url, apps, lacking })
}

fn plan(name: &'static str, args: &[&str], folder: &Folder) -> Plan {
    Plan { name, args: args.iter().map(|text| (*text).to_owned()).collect(), log: folder.path(&format!("log/{name}.log")) }
}

/// As whom the researchers' jobs run: login names of their own where we are root, else the person who started this.
async fn mapped(people: &[Person], is_root: bool) -> Result<Vec<Mapped>> {
    let researchers: Vec<&Person> = people.iter().filter(|person| person.is_researcher()).collect();
    if is_root {
        let named = researchers.iter().map(|person| Ok(Mapped { user: person.name.clone(), local: people::local_user(&person.name)? }));
        let mapped = named.collect::<Result<Vec<_>>>()?;
        let users: Vec<LocalUser> = mapped.iter().map(|mapped| mapped.local.clone()).collect();
        people::ensure_local_users(&users).await?;
        return Ok(mapped);
    }
    let own = people::own_login().await?;
    say(format!("not started as root: all jobs run as {own}, who can read all of their files; start it as root to keep people apart"));
    Ok(researchers.iter().map(|person| Mapped { user: person.name.clone(), local: own.clone() }).collect())
}
