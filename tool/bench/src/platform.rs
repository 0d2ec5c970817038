//! A whole demonstration for one measurement: hub and gateway as processes of their own, and people who are signed in.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use sha2::Digest;
use tempfile::TempDir;
use tieline_model::job::StateName;
use tieline_model::{FileId, JobId, Sha256};
use tieline_testkit::port::{self, Port};
use tieline_wire_api::Client;
use tieline_wire_api::client::Proof;
use tieline_wire_api::jobs::{CreateJob, JobDetail};
use tieline_wire_api::people::SignIn;

use crate::process::{PATIENCE, Process, child_of};

/// How often a job is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// A running demonstration.
#[derive(Debug)]
pub struct Platform {
    process: Process,
    folder: TempDir,
    _ports: (Port, Port),
    ready: Value,
}

impl Platform {
    /// Starts one from nothing.
    pub fn start(program: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        // Jobs run as other users.
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        let ports = neighbours()?;
        let path = |name: &str| folder.path().join(name).display().to_string();
        let (log, ready) = (folder.path().join("log"), folder.path().join("ready.json"));
        let port = ports.0.number().to_string();
        let args = ["demo", "--dir", &path("demo"), "--port", &port, "--ready", &path("ready.json")];
        let mut process = Process::start(program, &args, &log)?;
        let end = Instant::now() + PATIENCE;
        while !ready.exists() {
            process.must_live(&log)?;
            if Instant::now() > end {
                bail!("the demonstration is not ready after {} s", PATIENCE.as_secs());
            }
            std::thread::sleep(LOOK);
        }
        let ready = serde_json::from_str(&std::fs::read_to_string(ready)?)?;
        Ok(Self { process, folder, _ports: ports, ready })
    }

    /// The address.
    pub fn url(&self) -> Result<&str> {
        self.ready["url"].as_str().context("the demonstration named no address")
    }

    /// The folder of everything.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The number of the process `hub` or `gateway`.
    pub fn pid(&self, name: &str) -> Result<u32> {
        child_of(self.process.id(), name)
    }

    /// Somebody who has signed in.
    pub async fn person(&self, name: &str) -> Result<Client> {
        let users = self.ready["users"].as_array().context("the demonstration has no people")?;
        let user = users.iter().find(|user| user["name"] == name).with_context(|| format!("there is no {name}"))?;
        sign_in(self.url()?, name, user["password"].as_str().unwrap_or_default()).await
    }
}

/// Signs somebody in.
pub async fn sign_in(url: &str, name: &str, password: &str) -> Result<Client> {
    let who = SignIn { name: name.to_owned(), password: password.to_owned() };
    let proof = Client::new(url, Proof::Nobody)?.sign_in(&who).await?;
    Ok(Client::new(url, Proof::Token(proof.access_token))?)
}

/// Brings a script into somebody's space.
pub async fn script(client: &Client, folder: &Path, name: &str, text: &str) -> Result<FileId> {
    let path = folder.join(name);
    let text = format!("#!/bin/sh\n{text}\n");
    std::fs::write(&path, &text)?;
    let sha256 = Sha256(sha2::Sha256::digest(text.as_bytes()).into());
    Ok(client.upload(&path, &name.parse()?, text.len() as u64, sha256, &|_| ()).await?)
}

/// A wish to run a script on one core.
pub fn wish(script: FileId, machine: Option<&str>) -> CreateJob {
    CreateJob {
        app: "shell".to_owned(),
        files: [("script".to_owned(), vec![script])].into(),
        machine: machine.map(str::to_owned),
        cores: Some(1),
        time_s: Some(600),
        ..CreateJob::default()
    }
}

/// Waits until a job is in a state that fits, and gives what it is then.
pub async fn until(client: &Client, job: JobId, what: &str, fits: impl Fn(StateName) -> bool) -> Result<JobDetail> {
    let end = Instant::now() + PATIENCE;
    loop {
        let found = client.get_job(job).await?;
        if fits(found.job.state) {
            return Ok(found);
        }
        if found.job.state.is_final() || Instant::now() > end {
            bail!("{job} is {} and not {what}", found.job.state);
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Two ports side by side: the demonstration takes the next one for its gateways.
fn neighbours() -> Result<(Port, Port)> {
    let mut first = port::take()?;
    loop {
        let second = port::take()?;
        if second.number() == first.number() + 1 {
            return Ok((first, second));
        }
        first = second;
    }
}
