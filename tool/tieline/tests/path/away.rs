//! What a person at a shell does not notice: a hub that is killed in between, and an upload that broke off.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use tieline_model::job::StateName;
use tieline_wire_api::Client;
use tieline_wire_api::client::Proof;
use tieline_wire_api::client::events::Told;
use tokio::time::{sleep, timeout};

use crate::platform::{PATIENCE, Platform, Shell, until};

/// A script that prints `first`, waits for a file, and prints `second`; with the file's path.
fn gated(platform: &Platform, shell: &Shell) -> (String, std::path::PathBuf) {
    let gate = platform.folder.path().join("gate");
    let text = format!("echo first\nwhile [ ! -e {} ]; do sleep 0.1; done\necho second", gate.display());
    (shell.script("gated.sh", &text), gate)
}

#[test]
fn who_waits_and_who_follows_stay_though_the_hub_is_killed() {
    let platform = Platform::start();
    let alice = platform.shell("alice");
    let (script, gate) = gated(&platform, &alice);
    let job = alice.run(&["run", "shell", "-f", &script, "--quiet"]).text();
    let mut follower = alice.beside(&["job", "logs", &job, "--follow", "--tail", "3"]);
    let waiter = alice.beside(&["job", "wait", &job, "--json"]);
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.next().is_some_and(|line| "first".ends_with(&line)));
    alice.until_state(&job, "running");
    platform.kill("hub");
    std::fs::write(&gate, "").unwrap();
    // Nothing is printed twice, and nothing is left out.
    assert_eq!((lines.next().as_deref(), lines.next()), (Some("second"), None));
    let mut talk = String::new();
    follower.stderr.take().unwrap().read_to_string(&mut talk).unwrap();
    assert!(follower.wait().unwrap().success(), "{talk}");
    let waited = waiter.wait_with_output().unwrap();
    let talk = String::from_utf8(waited.stderr).unwrap();
    assert!(waited.status.success() && talk.contains("is running") && talk.contains("is completed"), "{talk}");
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&waited.stdout).unwrap()["state"], "completed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn live_events_go_on_after_the_last_one_though_the_hub_is_killed() {
    let platform = Platform::start();
    let alice = platform.shell("alice");
    let token = alice.run(&["token", "create", "test", "--quiet"]).text();
    let client = Client::new(platform.url(), Proof::Token(token)).unwrap();
    let mut events = client.events();
    events.open().await.unwrap();
    let (script, gate) = gated(&platform, &alice);
    let job = alice.run(&["run", "shell", "-f", &script, "--quiet"]).text();
    let mut numbers = Vec::new();
    let mut breaks = 0;
    loop {
        match timeout(PATIENCE, events.next()).await.unwrap_or_else(|_| panic!("nothing is told after {numbers:?}")) {
            Ok(Told::Job(event)) => {
                assert_eq!(event.job.id.to_string(), job);
                numbers.push(event.number);
                if event.job.state == StateName::Running && !gate.exists() {
                    platform.kill("hub");
                    std::fs::write(&gate, "").unwrap();
                }
                if event.fact == "finished" {
                    break;
                }
            }
            Ok(Told::Reset) => panic!("nothing was lost"),
            Err(_) => {
                breaks += 1;
                assert!(breaks < 600, "no event came any more after {numbers:?}");
                sleep(Duration::from_millis(200)).await;
            }
        }
    }
    assert!(breaks > 0);
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(numbers, sorted, "each event is told once, in order");
    let shown = alice.run(&["job", "show", &job, "--json"]).json();
    let transitions = shown["attempts"][0]["transitions"].as_array().unwrap();
    let facts: Vec<u64> = transitions.iter().map(|step| step["fact"].as_u64().unwrap()).collect();
    let told_from = numbers[0];
    let missed: Vec<&u64> = facts.iter().filter(|fact| **fact >= told_from && !numbers.contains(fact)).collect();
    assert!(missed.is_empty(), "{missed:?} of {facts:?} were not told, but {numbers:?}");
}

#[test]
fn an_upload_that_was_killed_goes_on_in_the_next_command() {
    let platform = Platform::start();
    let alice = platform.shell("alice");
    let file = std::fs::File::create(alice.home.join("large.bin")).unwrap();
    file.set_len(400 << 20).unwrap();
    let incoming = platform.folder.path().join("demo/hub/blobs/incoming");
    let arrived = || -> u64 {
        let entries = std::fs::read_dir(&incoming).into_iter().flatten().filter_map(Result::ok);
        entries.filter_map(|entry| entry.metadata().ok()).map(|about| about.len()).sum()
    };
    let mut first = alice.beside(&["cp", "large.bin", "tl:large.bin"]);
    until("some of it is there", || arrived() > 1 << 20);
    first.kill().unwrap();
    first.wait().unwrap();
    let list = alice.home.join("config/uploads.json");
    assert_eq!(std::fs::metadata(&list).unwrap().permissions().mode() & 0o777, 0o600);
    let known: serde_json::Value = serde_json::from_slice(&std::fs::read(&list).unwrap()).unwrap();
    let id = known["uploads"][0]["id"].as_str().unwrap();
    assert!(incoming.join(id).metadata().unwrap().len() > 1 << 20);

    alice.run(&["cp", "large.bin", "tl:large.bin"]).text();
    // Had it begun anew, the bytes of the first would still lie there.
    assert_eq!(arrived(), 0);
    let known: serde_json::Value = serde_json::from_slice(&std::fs::read(&list).unwrap()).unwrap();
    assert_eq!(known["uploads"], serde_json::json!([]));
    assert_eq!(alice.run(&["ls", "--json"]).json()["items"][0]["size"], 400 << 20);
}
