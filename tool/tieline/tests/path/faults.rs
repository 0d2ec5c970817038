//! What a platform survives: processes killed at once, and being stopped and started.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use tieline_testkit::slurm::SlurmOptions;

use crate::center::Center;
use crate::platform::{Platform, until};
use crate::slurm::{Shown, Site};
use crate::storm::{self, Strength};
use crate::world::World;

#[test]
fn a_job_runs_once_though_hub_and_gateway_are_killed_and_all_is_there_after_a_restart() {
    let mut platform = Platform::start();
    let alice = platform.shell("alice");
    let judge = platform.folder.path().join("judge");
    std::fs::write(&judge, "").unwrap();
    std::fs::set_permissions(&judge, Permissions::from_mode(0o666)).unwrap();
    let gate = platform.folder.path().join("gate");

    let (judge_path, gate_path) = (judge.display(), gate.display());
    let text = format!("echo began >> {judge_path}\nwhile [ ! -e {gate_path} ]; do sleep 0.1; done\necho ended >> {judge_path}");
    let script = alice.script("judged.sh", &text);
    let job = alice.run(&["run", "shell", "-f", &script, "--quiet"]).text();
    until("the job began", || std::fs::read_to_string(&judge).unwrap() == "began\n");
    platform.kill("gateway");
    platform.kill("hub");
    platform.kill("gateway");
    std::fs::write(&gate, "").unwrap();
    alice.until_state(&job, "completed");
    assert_eq!(std::fs::read_to_string(&judge).unwrap(), "began\nended\n");

    assert_eq!(platform.restart(), Some(0));
    let jobs = alice.run(&["jobs", "--json"]).json();
    assert_eq!((jobs["items"].as_array().unwrap().len(), jobs["items"][0]["id"].as_str()), (1, Some(&*job)));
    let script = alice.script("after.sh", "echo after >> after.txt");
    alice.run(&["run", "shell", "-f", &script, "--wait"]).text();
    assert_eq!(std::fs::read_to_string(&judge).unwrap(), "began\nended\n");
}

/// A machine of the built-in scheduler, in a hurry.
pub fn on_fork(job_root: &str) -> String {
    format!(
        "driver = \"fork\"\nsite = {{ kind = \"local\", job_root = \"{job_root}\" }}\n\
         fork = {{ cores = 8, memory_mib = 16000, kill_grace_ms = 1000 }}\n\
         pace = {{ young_poll_ms = 300, poll_ms = 1000, reading_seconds = 10, backoff = {{ first_ms = 200, longest_ms = 2000 }} }}\n"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_root_many_jobs_run_once_and_are_charged_once_whatever_breaks() {
    let mut center = Center::join(World::calm().with_clocks(), true, on_fork).await.open();
    let strength = Strength { seed: 20_260_417, jobs: 200, at_once: 6 }.or_environment("TIELINE_FAULT_JOBS");
    storm::weather(&mut center, None, strength).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_slurm_over_ssh_many_jobs_run_once_and_are_charged_once_whatever_breaks() {
    let mut site = Site::start_in(World::calm().with_clocks(), true, Shown::Certificates, SlurmOptions::default()).await;
    let strength = Strength { seed: 19_750_403, jobs: 20, at_once: 2 }.or_environment("TIELINE_FAULT_SLURM_JOBS");
    storm::weather(&mut site.center, Some((&site.cluster, &site.login)), strength).await;
}
