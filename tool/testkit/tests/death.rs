//! A test process that is killed takes everything that it started with it.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tieline_testkit::slurm::{Cluster, SlurmOptions};
use tieline_testkit::wait_until;

const ROLE: &str = "TIELINE_TESTKIT_VICTIM";

#[tokio::test]
async fn a_killed_test_process_leaves_no_slurm_behind() {
    if std::env::var_os(ROLE).is_some() {
        be_the_victim().await;
    }
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_killed_test_process_leaves_no_slurm_behind", "--nocapture"])
        .env(ROLE, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    let folder = lines.map_while(Result::ok).find_map(|line| line.split_once("folder=").map(|(_, folder)| folder.to_owned())).unwrap();
    assert!(mentioned(&folder));
    victim.kill().unwrap();
    victim.wait().unwrap();
    wait_until("everything is gone", Duration::from_secs(30), async || !mentioned(&folder) && !Path::new(&folder).exists()).await.unwrap();
}

async fn be_the_victim() {
    let cluster = Cluster::start(SlurmOptions { nodes: 1, ..SlurmOptions::default() }).await.unwrap();
    println!("folder={}", cluster.conf().parent().unwrap().display());
    std::future::pending::<()>().await;
}

/// Whether any process has the folder in its arguments or its environment.
fn mentioned(folder: &str) -> bool {
    let holds = |file: &Path| std::fs::read(file).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(folder));
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes.map(|entry| entry.path()).any(|process| holds(&process.join("cmdline")) || holds(&process.join("environ")))
}
