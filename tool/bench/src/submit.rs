//! From the moment a person asks for a job to the moment they see it run: on the embedded center, and on a real Slurm
//! behind a real ssh, there beside `sbatch` and `squeue` on the same cluster.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use tieline_model::job::StateName;
use tieline_model::{Currency, FileId};
use tieline_testkit::slurm::{Cluster, SlurmOptions};
use tieline_testkit::sshd::{Server, SshOptions};
use tieline_testkit::wait_until;
use tieline_wire_api::Client;
use tieline_wire_api::centers::CreateCenter;
use tieline_wire_api::jobs::CancelJob;
use tieline_wire_api::money::SetPrice;

use crate::figure::{Figure, median, say};
use crate::platform::{Platform, script, until, wish};
use crate::process::{PATIENCE, Process, once};

const SERVICE: &str = "tlb0";
const USER: &str = "tlb1";
/// The machine's name.
const MACHINE: &str = "slurm";

/// Measures on the embedded center.
pub async fn fork(program: &Path, rounds: usize) -> Result<()> {
    let platform = Platform::start(program)?;
    let alice = platform.person("alice").await?;
    let script = script(&alice, platform.folder(), "wait.sh", "sleep 100").await?;
    let times = ours(&alice, script, None, rounds).await?;
    Figure::of("submit", "submit to RUNNING on fork", "s", &times).target(1.0).print()
}

/// Measures on Slurm.
pub async fn slurm(program: &Path, rounds: usize) -> Result<()> {
    let cluster = Cluster::start(SlurmOptions { users: [SERVICE, USER].map(str::to_owned).to_vec(), ..SlurmOptions::default() }).await?;
    let server = Server::start([SERVICE, USER], SshOptions::for_slurm(&cluster.conf())).await?;
    let platform = Platform::start(program)?;
    let _gateway = join(program, &platform, &cluster, &server).await?;
    let alice = platform.person("alice").await?;
    let script = script(&alice, platform.folder(), "wait.sh", "sleep 100").await?;
    let (mut ours_times, mut theirs, mut calls) = (Vec::new(), Vec::new(), Vec::new());
    // In turns, so that both meet the same machine.
    for _ in 0..rounds {
        ours_times.extend(ours(&alice, script, Some(MACHINE), 1).await?);
        let (call, running) = sbatch(&cluster).await?;
        calls.push(call);
        theirs.push(running);
    }
    say(format!("sbatch itself returns after {:.3} s", median(&calls)));
    let beyond = median(&ours_times) - median(&calls);
    Figure::of("submit", "submit to RUNNING on Slurm", "s", &ours_times).against("sbatch to RUNNING", &theirs).print()?;
    let beyond = Figure { rounds, ..Figure::of("submit", "submit to RUNNING on Slurm beyond sbatch's own time", "s", &[beyond]) };
    beyond.target(3.0).print()
}

/// Seconds from asking to seeing it run, of one job after the other.
async fn ours(client: &Client, script: FileId, machine: Option<&str>, rounds: usize) -> Result<Vec<f64>> {
    let mut times = Vec::new();
    for _ in 0..rounds {
        let begun = Instant::now();
        let job = client.create_job(&wish(script, machine)).await?.id;
        until(client, job, "running", |state| state == StateName::Running).await?;
        times.push(begun.elapsed().as_secs_f64());
        client.cancel_job(job, &CancelJob::default()).await?;
        until(client, job, "canceled", StateName::is_final).await?;
    }
    say(format!("submit to RUNNING on {}: {times:.2?} s", machine.unwrap_or("fork")));
    Ok(times)
}

/// Seconds until `sbatch` returned, and until `squeue` said that the job runs.
async fn sbatch(cluster: &Cluster) -> Result<(f64, f64)> {
    let begun = Instant::now();
    let words = ["sbatch", "--parsable", "--output=/dev/null", "--cpus-per-task=1", "--time=10", "--wrap", "sleep 100"];
    let number = cluster.command_as(USER, &words).await?.trim().to_owned();
    let call = begun.elapsed().as_secs_f64();
    while cluster.command(&["squeue", "-h", "-j", &number, "-o", "%T"]).await?.trim() != "RUNNING" {
        if begun.elapsed() > PATIENCE {
            bail!("Slurm's job {number} does not start");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let running = begun.elapsed().as_secs_f64();
    cluster.command(&["scancel", &number]).await?;
    cluster.wait_idle().await?;
    Ok((call, running))
}

/// Adds the Slurm to the platform as a center of its own, with a gateway that reaches it through ssh.
async fn join(program: &Path, platform: &Platform, cluster: &Cluster, server: &Server) -> Result<Process> {
    let admin = platform.person("admin").await?;
    let center = CreateCenter {
        name: "measured".parse()?,
        title: None,
        description: String::new(),
        organisation: String::new(),
        contact: String::new(),
    };
    let token = admin.create_center(&center).await?.join.token;
    let config = configure(platform.folder(), cluster, server)?.display().to_string();
    once(program, &["gateway", "join", "--config", &config, "--hub", platform.url()?, "--token", &token], "")?;
    let gateway = Process::start(program, &["gateway", "run", "--config", &config], &platform.folder().join("slurm.log"))?;
    wait_until("the Slurm is read", PATIENCE, async || {
        admin.list_machines().await.is_ok_and(|all| all.items.iter().any(|one| one.name.as_str() == MACHINE && one.reading.is_some()))
    })
    .await?;
    let price = SetPrice {
        machine: MACHINE.to_owned(),
        queue: None,
        account: None,
        currency: Currency::CNY,
        core_hour: 1,
        node_hour: 0,
        gpu_hour: 0,
    };
    admin.set_price(&price).await?;
    Ok(gateway)
}

fn configure(folder: &Path, cluster: &Cluster, server: &Server) -> Result<PathBuf> {
    let keys = folder.join("keys");
    std::fs::create_dir(&keys)?;
    for user in [SERVICE, USER] {
        std::fs::copy(server.key_file(user), keys.join(user))?;
    }
    let map = folder.join("slurm-map.toml");
    std::fs::write(&map, format!("[[rule]]\nuser = \"alice\"\nlocal = \"{USER}\"\n"))?;
    let config = format!(
        "state = {state:?}
user_map = {map:?}
[[machines]]
name = \"{MACHINE}\"
title = \"Slurm\"
driver = \"slurm\"
site = {{ kind = \"ssh\", host = \"127.0.0.1\", port = {port}, host_keys = [{host_key:?}], service_user = \"{SERVICE}\", keys = {{ folder = {keys:?} }} }}
slurm = {{ conf = {conf:?} }}
apps = [{{ app = \"shell\", programs = [\"sh\"] }}]
",
        state = folder.join("slurm-gateway"),
        port = server.port(),
        host_key = server.host_key(),
        conf = cluster.conf(),
    );
    let file = folder.join("slurm-gateway.toml");
    std::fs::write(&file, config)?;
    Ok(file)
}
