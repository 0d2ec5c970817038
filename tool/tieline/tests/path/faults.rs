//! What a platform survives: processes killed at once, and being stopped and started.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use crate::platform::{Platform, until};

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
