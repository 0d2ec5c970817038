//! The smaller commands: each by what it changes, in words and as JSON.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::Value;

use crate::platform::{Platform, command};

#[test]
fn a_job_is_renamed_noted_put_away_and_brought_back() {
    let platform = Platform::start();
    let alice = platform.shell("alice");
    let script = alice.script("hello.sh", "true");
    let job = alice.run(&["run", "shell", "-f", &script, "--wait", "--quiet"]).text();
    assert_eq!(alice.run(&["job", "rename", &job, "the first", "--json"]).json()["name"], "the first");
    let noted = alice.run(&["job", "note", &job, "keep this"]);
    assert!(noted.text().is_empty() && noted.talk().contains("'keep this'"), "{}", noted.talk());
    let shown = alice.run(&["job", "show", &job]).text();
    assert!(shown.contains("the first") && shown.contains("keep this"), "{shown}");
    alice.run(&["job", "note", &job]).text();
    assert_eq!(alice.run(&["job", "show", &job, "--json"]).json()["remark"], "");

    assert_eq!(alice.run(&["job", "delete", &job, "--json"]).json()["deleted"], true);
    assert_eq!(alice.run(&["jobs"]).text(), "no jobs");
    assert_eq!(alice.run(&["jobs", "--deleted", "--quiet"]).text(), job);
    assert_eq!(alice.run(&["job", "restore", &job[job.len() - 8..], "--quiet"]).text(), job);
    assert_eq!(alice.run(&["jobs", "--quiet"]).text(), job);
    assert_eq!(platform.shell("bob").run(&["job", "rename", &job, "mine"]).status(), 5);

    let scripts = alice.run(&["job", "scripts", &job, "--json"]).json();
    assert!(scripts["items"].is_array(), "{scripts}");
    let endless = alice.script("long.sh", "sleep 1000");
    let running = alice.run(&["run", "shell", "-f", &endless, "--quiet"]).text();
    let refused = alice.run(&["job", "delete", &running]);
    assert!(refused.status() == 6 && refused.talk().contains("cancel it first"), "{}", refused.talk());
    alice.run(&["job", "cancel", &running, "--json"]).json();
}

#[test]
fn a_wish_is_checked_without_making_a_job() {
    let platform = Platform::start();
    let alice = platform.shell("alice");
    let script = alice.script("hello.sh", "true");
    let fits = alice.run(&["run", "shell", "-f", &script, "--check"]).text();
    assert!(fits.contains("workbench") && fits.contains("chosen"), "{fits}");
    assert_eq!(alice.run(&["run", "shell", "-f", &script, "--check", "--cores", "5000"]).status(), 6);
    assert_eq!(alice.run(&["run", "shell", "--check"]).status(), 2);
    assert_eq!(alice.run(&["jobs"]).text(), "no jobs");
}

#[test]
fn an_operator_keeps_jobs_away_from_a_machine_and_lets_them_come_again() {
    let platform = Platform::start();
    let (alice, olivia) = (platform.shell("alice"), platform.shell("olivia"));
    assert_eq!(alice.run(&["machine", "disable", "workbench"]).status(), 4);
    assert_eq!(olivia.run(&["machine", "disable", "workbench", "--json"]).json()["enabled"], false);
    assert!(alice.run(&["machines"]).text().contains("disabled"));
    let script = alice.script("hello.sh", "true");
    assert_eq!(alice.run(&["run", "shell", "-f", &script, "--check"]).status(), 6);
    olivia.run(&["machine", "enable", "workbench"]).text();
    alice.run(&["run", "shell", "-f", &script, "--wait"]).text();
    let shown = alice.run(&["machine", "show", "workbench"]).text();
    assert!(shown.contains("batch (default)") && shown.contains("ready"), "{shown}");
    assert!(!alice.run(&["machine", "history", "workbench", "--quiet"]).text().is_empty());
    assert_eq!(alice.run(&["machine", "show", "nowhere"]).status(), 5);

    let gateway = olivia.run(&["center", "gateways", "--quiet"]).text();
    assert_eq!(olivia.run(&["center", "revoke", &gateway, "--json"]).json()["revoked"], true);
    assert_eq!(olivia.run(&["center", "readmit", &gateway, "--json"]).json()["revoked"], false);
    assert_eq!(alice.run(&["center", "gateways"]).status(), 4);
    assert_eq!(alice.run(&["center", "show", "demo", "--json"]).json()["name"], "demo");
    assert_eq!(platform.shell("admin").run(&["user", "show", "alice", "--json"]).json()["name"], "alice");
}

#[test]
fn a_space_is_kept_in_order_and_a_session_is_ended_from_elsewhere() {
    let platform = Platform::start();
    let alice = platform.shell("alice");
    std::fs::write(alice.home.join("a.txt"), "a").unwrap();
    assert_eq!(alice.run(&["cp", "a.txt", "tl:in/a.txt", "--json"]).json()["size"], 1);
    assert_eq!(alice.run(&["mv", "tl:in/a.txt", "tl:out/", "--quiet"]).text(), "tl:out/a.txt");
    assert_eq!(alice.run(&["quota", "--json"]).json()["files"], 1);
    let wrong = alice.run(&["rm", "out/a.txt"]);
    assert!(wrong.status() == 2 && wrong.talk().contains("tl:out/a.txt"), "{}", wrong.talk());
    alice.run(&["rm", "tl:out/a.txt"]).text();
    assert_eq!(alice.run(&["rm", "tl:out/a.txt"]).status(), 5);
    assert_eq!(alice.run(&["ls"]).text(), "no files");

    let sessions = alice.run(&["session", "list", "--json"]).json();
    let current: Vec<&Value> = sessions["items"].as_array().unwrap().iter().filter(|one| one["current"] == true).collect();
    assert_eq!(current.len(), 1, "{sessions}");
    alice.run(&["session", "revoke", current[0]["id"].as_str().unwrap()]).text();
    assert_eq!(alice.run(&["whoami"]).status(), 3);
}

#[test]
fn bench_hands_over_to_the_program_beside_it_and_says_how_to_build_it() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("tieline");
    std::fs::copy(env!("CARGO_BIN_EXE_tieline"), &program).unwrap();
    let run = || Command::new(&program).args(["bench", "stream", "--rounds", "1", "--help"]).output().unwrap();
    let missing = run();
    let words = String::from_utf8(missing.stderr).unwrap();
    assert!(missing.status.code() == Some(5) && words.contains("cargo build --release -p tieline -p tieline-bench"), "{words}");

    let bench = folder.path().join("tieline-bench");
    std::fs::write(&bench, "#!/bin/sh\necho \"$@\"\nexit 7\n").unwrap();
    std::fs::set_permissions(&bench, std::fs::Permissions::from_mode(0o755)).unwrap();
    let done = run();
    let wanted = format!("--tieline {} stream --rounds 1 --help\n", program.display());
    assert_eq!((done.status.code(), String::from_utf8(done.stdout).unwrap()), (Some(7), wanted));
}

#[test]
fn a_shell_can_complete_commands() {
    let folder = tempfile::tempdir().unwrap();
    let script = command(&["completions", "bash"]).output().unwrap().stdout;
    std::fs::write(folder.path().join("tieline.bash"), &script).unwrap();
    let ask = "source ./tieline.bash; COMP_WORDS=(tieline job res); COMP_CWORD=2; _tieline tieline res job; echo \"${COMPREPLY[@]}\"";
    let answer = Command::new("bash").args(["-c", ask]).current_dir(folder.path()).output().unwrap();
    assert_eq!(String::from_utf8(answer.stdout).unwrap(), "restore\n", "{}", String::from_utf8_lossy(&answer.stderr));
    for shell in ["zsh", "fish"] {
        assert!(String::from_utf8(command(&["completions", shell]).output().unwrap().stdout).unwrap().contains("restore"), "{shell}");
    }
}
