//! Slurm and OpenSSH as the testkit starts them do what tests rely on.

use std::time::Duration;

use tieline_testkit::slurm::{Cluster, SlurmOptions};
use tieline_testkit::sshd::{Server, SshOptions};
use tieline_testkit::{users, wait_until};

#[tokio::test]
async fn slurm_runs_a_job_that_is_submitted_over_ssh() {
    let cluster = Cluster::start(SlurmOptions::default()).await.unwrap();
    let server = Server::start(["tlu1"], SshOptions::for_slurm(&cluster.conf())).await.unwrap();
    let id = server.run("tlu1", "sbatch --parsable -o /dev/null --wrap 'id -un'").await.unwrap();
    let id = id.trim();
    wait_until("the job is over", Duration::from_secs(60), async || {
        cluster.command(&["scontrol", "show", "job", id]).await.is_ok_and(|said| said.contains("JobState=COMPLETED"))
    })
    .await
    .unwrap();
    let record = std::fs::read_to_string(cluster.completion_file()).unwrap();
    assert!(record.contains(&format!("JobId={id} UserId=tlu1")), "{record}");
}

#[tokio::test]
async fn slurm_with_accounting_knows_what_a_job_used() {
    let cluster = Cluster::start(SlurmOptions { nodes: 1, accounting: true, ..SlurmOptions::default() }).await.unwrap();
    let id = cluster.command_as("tlu2", &["sbatch", "--parsable", "-n2", "-o", "/dev/null", "--wrap", "exit 3"]).await.unwrap();
    let id = id.trim();
    let mut said = String::new();
    wait_until("sacct shows the end", Duration::from_secs(60), async || {
        let ask = ["sacct", "-n", "-X", "-P", "-j", id, "-o", "State,ExitCode,AllocCPUS,Account,User"];
        said = cluster.command(&ask).await.unwrap_or_default();
        said.starts_with("FAILED")
    })
    .await
    .unwrap();
    assert_eq!(said.trim(), "FAILED|3:0|2|tieline|tlu2");
}

#[tokio::test]
async fn a_slurm_controller_that_was_stopped_takes_up_its_jobs_again() {
    let cluster = Cluster::start(SlurmOptions { nodes: 1, ..SlurmOptions::default() }).await.unwrap();
    let id = cluster.command_as("tlu1", &["sbatch", "--parsable", "-H", "-o", "/dev/null", "--wrap", "true"]).await.unwrap();
    cluster.stop_controller().await.unwrap();
    assert!(cluster.command(&["squeue", "-h"]).await.is_err());
    cluster.start_controller().await.unwrap();
    let queue = cluster.command(&["squeue", "-h", "-o", "%i %T"]).await.unwrap();
    assert_eq!(queue.trim(), format!("{} PENDING", id.trim()));
}

#[tokio::test]
async fn nothing_of_slurm_outlives_its_cluster() {
    let cluster = Cluster::start(SlurmOptions { nodes: 1, users: vec!["tlu3".to_owned()], ..SlurmOptions::default() }).await.unwrap();
    cluster.command_as("tlu3", &["sbatch", "-o", "/dev/null", "--wrap", "sleep 98765"]).await.unwrap();
    let sleeps = async || users::commands_of("tlu3").iter().any(|line| line.contains("sleep 98765"));
    wait_until("the job runs", Duration::from_secs(60), sleeps).await.unwrap();
    let folder = cluster.conf().parent().unwrap().to_owned();
    drop(cluster);
    assert!(!sleeps().await);
    assert!(!folder.exists());
}
