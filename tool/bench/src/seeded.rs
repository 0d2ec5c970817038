//! A hub that has been in use for years. Its folder is made once and kept in the cache; each measurement works on a copy.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use tieline_model::{JobId, Timestamp};
use tieline_store_hub::seeding::{Seed, fill};
use tieline_store_hub::{Store, machines};
use tieline_testkit::port::{self, Port};
use tieline_wire_api::Client;
use tieline_wire_api::client::Proof;
use tieline_wire_api::people::{CreateUser, SignIn};

use crate::figure::say;
use crate::platform::sign_in;
use crate::play::{self, Credentials, Gateway, MACHINE};
use crate::process::{Process, once};

const PASSWORD: &str = "only for measurements";
/// Jobs that wait for their gateway.
const OPEN: u64 = 10_000;

/// How large it is to be, and where it is kept.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The program.
    pub program: PathBuf,
    /// The folder that outlives this run.
    pub cache: PathBuf,
    /// People.
    pub people: u64,
    /// Jobs.
    pub jobs: u64,
}

/// What is kept beside the folder.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    credentials: Credentials,
    machine: tieline_model::MachineId,
    now: i64,
}

/// A running hub.
#[derive(Debug)]
pub struct Hub {
    process: Process,
    ports: [Port; 2],
    _folder: TempDir,
    seed: Seed,
    credentials: Credentials,
}

impl Hub {
    /// Starts one on a copy of the kept folder, which is made where it is missing.
    pub async fn start(wanted: &Wanted) -> Result<Self> {
        std::fs::create_dir_all(&wanted.cache)?;
        let kept = wanted.cache.join(format!("hub-{}-{}", wanted.people, wanted.jobs));
        if !kept.join("kept.json").exists() {
            make(wanted, &kept).await?;
        }
        let about: Kept = serde_json::from_str(&std::fs::read_to_string(kept.join("kept.json"))?)?;
        let folder = tempfile::Builder::new().prefix("run-").tempdir_in(&wanted.cache)?;
        once(Path::new("cp"), &["-a", &text(&kept.join("hub")), &text(&folder.path().join("hub"))], "")?;
        let seed = seed(wanted, &about)?;
        let (process, ports) = launch(&wanted.program, folder.path()).await?;
        Ok(Self { process, ports, seed, credentials: about.credentials, _folder: folder })
    }

    /// `127.0.0.1:PORT` for people.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.ports[0].number())
    }

    /// The process's number.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Its gateway, connected.
    pub async fn gateway(&self) -> Result<Gateway> {
        Gateway::connect(&self.credentials, self.ports[1].number()).await
    }

    /// The jobs that wait for their gateway.
    pub fn open_jobs(&self) -> impl Iterator<Item = JobId> + '_ {
        (self.seed.jobs - self.seed.open + 1..=self.seed.jobs).map(|number| self.seed.job(number))
    }

    /// Access tokens of so many people, evenly over all of them.
    pub async fn people(&self, count: u64) -> Result<Arc<Vec<String>>> {
        let client = Client::new(&format!("http://{}", self.address()), Proof::Nobody)?;
        let mut tokens = Vec::new();
        for number in 0..count {
            let name = format!("p{}", 1 + number * (self.seed.people / count).max(1));
            tokens.push(client.sign_in(&SignIn { name, password: PASSWORD.to_owned() }).await?.access_token);
        }
        Ok(Arc::new(tokens))
    }
}

/// Makes the folder: a hub's own beginnings, through the hub, and years of jobs by the store.
async fn make(wanted: &Wanted, kept: &Path) -> Result<()> {
    say(format!("seeding {} people and {} jobs into {}", wanted.people, wanted.jobs, kept.display()));
    let begun = Instant::now();
    let _ = std::fs::remove_dir_all(kept);
    std::fs::create_dir_all(kept)?;
    let (process, ports) = launch(&wanted.program, kept).await?;
    let administrator = sign_in(&format!("http://127.0.0.1:{}", ports[0].number()), "admin", PASSWORD).await?;
    let template =
        CreateUser { name: "template".parse()?, display_name: "Template".to_owned(), password: PASSWORD.to_owned(), roles: Vec::new() };
    administrator.create_user(&template).await?;
    let credentials = Credentials::enrol(&administrator).await?;
    let gateway = Gateway::connect(&credentials, ports[1].number()).await?;
    gateway.describe().await?;
    tieline_testkit::wait_until("the machine is known", crate::process::PATIENCE, async || {
        administrator
            .list_machines()
            .await
            .is_ok_and(|all| all.items.iter().any(|one| one.name.as_str() == MACHINE && one.reading.is_some()))
    })
    .await?;
    drop((gateway, process));
    let store = Store::connect(&format!("sqlite:{}", kept.join("hub/hub.sqlite").display())).await?;
    let machine = machines::find(store.read(), MACHINE).await?.id;
    let about = Kept { credentials, machine, now: play::now().micros() };
    let seed = seed(wanted, &about)?;
    fill(&store, &seed, |done| {
        if done % 200_000 == 0 {
            say(format!("{done} jobs"));
        }
    })
    .await?;
    store.close().await?;
    std::fs::write(kept.join("kept.json"), serde_json::to_string(&about)?)?;
    let size = std::fs::metadata(kept.join("hub/hub.sqlite"))?.len() >> 20;
    say(format!("seeded in {} s, {size} MiB", begun.elapsed().as_secs()));
    Ok(())
}

fn seed(wanted: &Wanted, about: &Kept) -> Result<Seed> {
    Ok(Seed {
        people: wanted.people,
        jobs: wanted.jobs,
        open: OPEN.min(wanted.jobs),
        template: "template".parse()?,
        gateway: about.credentials.gateway,
        machine: about.machine,
        now: Timestamp::from_micros(about.now),
    })
}

async fn launch(program: &Path, folder: &Path) -> Result<(Process, [Port; 2])> {
    let ports = [port::take()?, port::take()?];
    let [people, gateways] = [ports[0].number(), ports[1].number()];
    let config = format!(
        "state = {:?}\n[http]\nlisten = \"127.0.0.1:{people}\"\npublic_url = \"http://127.0.0.1:{people}\"\n\
         [gateways]\nlisten = \"127.0.0.1:{gateways}\"\n",
        text(&folder.join("hub"))
    );
    let file = folder.join("hub.toml");
    std::fs::write(&file, config)?;
    once(program, &["hub", "init", "--config", &text(&file), "--administrator", "admin", "--password-stdin"], PASSWORD)?;
    let log = folder.join("log");
    let mut process = Process::start(program, &["hub", "run", "--config", &text(&file)], &log)?;
    let client = Client::new(&format!("http://127.0.0.1:{people}"), Proof::Nobody)?;
    tieline_testkit::wait_until("the hub answers", crate::process::PATIENCE, async || client.version().await.is_ok())
        .await
        .with_context(|| std::fs::read_to_string(&log).unwrap_or_default())?;
    process.must_live(&log)?;
    Ok((process, ports))
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
