//! A real Slurm to be measured beside: one with a long queue, and one that is submitted to.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use futures::future::try_join_all;
use tieline_testkit::slurm::{Cluster, SlurmOptions};

use crate::figure::say;

/// Who has submitted it all.
const USER: &str = "tlb1";

/// A Slurm that holds many jobs.
#[derive(Debug)]
pub struct Queue(Cluster);

impl Queue {
    /// Starts one and submits jobs that wait until somebody releases them.
    pub async fn fill(jobs: usize) -> Result<Self> {
        say(format!("filling a Slurm with {jobs} jobs"));
        let cluster = Cluster::start(SlurmOptions { users: vec![USER.to_owned()], ..SlurmOptions::default() }).await?;
        let array = format!("--array=1-{jobs}");
        let said = cluster
            .command_as(
                USER,
                &["sbatch", "--parsable", "--hold", "--cpus-per-task=1", "--time=10", "--output=/dev/null", &array, "--wrap", "true"],
            )
            .await?;
        let number = said.trim().to_owned();
        // An array is one row until its tasks differ: each is given a name of its own, as jobs of people have.
        let orders = (1..=jobs).fold(String::new(), |mut all, task| {
            let _ = writeln!(all, "update JobId={number}_{task} JobName=run-{task}");
            all
        });
        let mut scontrol = Command::new("scontrol")
            .env("SLURM_CONF", cluster.conf())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("starting scontrol")?;
        let mut input = scontrol.stdin.take().context("scontrol takes no orders")?;
        let written = tokio::task::spawn_blocking(move || {
            input.write_all(orders.as_bytes())?;
            drop(input);
            scontrol.wait()
        });
        written.await??;
        let queue = Self(cluster);
        let held = queue.held().await?;
        if held != jobs {
            bail!("the Slurm holds {held} jobs instead of {jobs}");
        }
        Ok(queue)
    }

    async fn held(&self) -> Result<usize> {
        Ok(self.0.command(&["squeue", "-h", "-o", "%i"]).await?.lines().count())
    }

    /// Asks for the queue twice on each core at once, `count` times in all; gives the milliseconds of each.
    pub async fn pages(&self, count: usize) -> Result<Vec<f64>> {
        let asked = (0..count).map(|_| async {
            let begun = Instant::now();
            let page = self.0.command(&["squeue", "--json"]).await?;
            if page.len() < 1000 {
                bail!("squeue --json gave no jobs");
            }
            Ok(begun.elapsed().as_secs_f64() * 1000.0)
        });
        try_join_all(asked).await
    }
}
