//! The gateway as a process of its own, killed again and again. Each job writes one line to a file outside Tieline: that file
//! is the judge.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};

use tieline_model::job::StateName;
use tokio_util::sync::CancellationToken;

use super::World;
use crate::config::Config;

const ENTRY: &str = "run::tests::killed::the_gateway_of_these_tests";
const JOBS: u8 = 12;

/// Not a test of anything: with the variable set, this process is the gateway.
#[test]
fn the_gateway_of_these_tests() {
    let Ok(file) = std::env::var("TIELINE_TEST_GATEWAY") else { return };
    let config = Config::load(file.as_ref(), []).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(crate::run::run(config, CancellationToken::new())).unwrap();
}

struct Gateway(Child);

impl Gateway {
    fn start(file: &std::path::Path) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", ENTRY, "--nocapture", "--test-threads", "1"])
            .env("TIELINE_TEST_GATEWAY", file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        Self(child.unwrap())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_is_killed_again_and_again_loses_no_job_and_runs_none_twice() {
    let world = World::new().await;
    let judge = world.folder.path().join("judge");
    std::fs::write(&judge, "").unwrap();
    std::fs::set_permissions(&judge, std::fs::Permissions::from_mode(0o666)).unwrap();
    let file = world.folder.path().join("gateway.toml");
    std::fs::write(&file, toml::to_string(&world.config).unwrap()).unwrap();
    let mut gateway = Gateway::start(&file);
    let mut keys = vec![];
    for number in 1..=JOBS {
        let script = format!("echo {number} >>{}; sleep 0.3; exit 0\n", judge.display());
        keys.push(world.run(number, "alice", &script).await);
    }
    // Each time a few more facts have arrived, wherever the jobs are then.
    for round in 1..=8 {
        let enough = |hub: &super::Hub| (hub.kept.lock().unwrap().facts.len() >= round * 9).then_some(());
        world.hub.until("more facts", enough).await;
        drop(gateway);
        gateway = Gateway::start(&file);
    }
    for key in keys {
        assert_eq!(world.ended(key).await.name(), StateName::Completed, "{:?}", world.hub.facts(key));
    }
    let mut lines = BTreeMap::new();
    for line in std::fs::read_to_string(&judge).unwrap().lines() {
        *lines.entry(line.parse::<u8>().unwrap()).or_insert(0) += 1;
    }
    assert_eq!(lines, (1..=JOBS).map(|number| (number, 1)).collect());
}
