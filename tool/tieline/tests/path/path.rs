//! What a researcher does on a good day, and what they get wrong.

use crate::platform::{Platform, Shell, command};

#[test]
fn a_researcher_runs_a_script_and_has_its_output() {
    let platform = Platform::start();
    let alice = platform.shell("alice");
    let apps = alice.run(&["apps", "--quiet"]).text();
    assert!(apps.lines().any(|app| app == "shell") && apps.lines().any(|app| app == "lammps"), "{apps}");

    let script = alice.script("hello.sh", "echo hello | tee hello.txt; echo careful >&2");
    let ran = alice.run(&["run", "shell", "-f", &script, "--name", "first", "--wait", "--download", "results", "--json"]);
    let job = ran.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(std::fs::read_to_string(alice.home.join("results/hello.txt")).unwrap(), "hello\n");

    assert_eq!(alice.run(&["job", "logs", &job]).text(), "hello");
    assert_eq!(alice.run(&["job", "logs", &job, "--stderr"]).text(), "careful");
    let outputs = alice.run(&["job", "outputs", &job, "--quiet"]).text();
    assert!(outputs.lines().any(|path| path == "hello.txt"), "{outputs}");
    let shown = alice.run(&["job", "show", &job[job.len() - 8..], "--json"]).json();
    assert_eq!((shown["id"].as_str(), shown["state"].as_str()), (Some(&*job), Some("completed")));
    alice.run(&["cp", &format!("tl:{job}/hello.txt"), "copy.txt"]).text();
    assert_eq!(std::fs::read_to_string(alice.home.join("copy.txt")).unwrap(), "hello\n");
    assert_snapshot("jobs", &alice.run(&["jobs"]).text());

    // Another person does not even learn that it exists.
    let bob = platform.shell("bob");
    assert_eq!(bob.run(&["job", "show", &job]).status(), 5);
    assert_eq!(bob.run(&["jobs"]).text(), "no jobs");
}

#[test]
fn a_job_that_fails_or_is_cancelled_says_so_by_its_status() {
    let platform = Platform::start();
    let alice = platform.shell("alice");
    let script = alice.script("bad.sh", "exit 3");
    let failed = alice.run(&["run", "shell", "-f", &script, "--wait"]);
    assert_eq!(failed.status(), 1, "{}", failed.talk());
    assert!(failed.talk().contains("exit code 3"), "{}", failed.talk());

    let script = alice.script("long.sh", "sleep 1000");
    let job = alice.run(&["run", "shell", "-f", &script, "--quiet"]).text();
    alice.until_state(&job, "running");
    alice.run(&["job", "cancel", &job]).text();
    alice.until_state(&job, "canceled");
    // Once more changes nothing.
    alice.run(&["job", "cancel", &job]).text();
    assert_eq!(alice.run(&["job", "show", &job, "--json"]).json()["state"], "canceled");
}

#[test]
fn what_is_typed_wrong_is_said_with_its_field_and_makes_nothing() {
    let platform = Platform::start();
    let alice = platform.shell("alice");
    let script = alice.script("hello.sh", "true");
    let wrong: [(&[&str], i32, &str); 6] = [
        (&["run", "nothere"], 5, "no app 'nothere'"),
        (&["run", "shell"], 2, "files.script"),
        (&["run", "shell", "-f", &script, "-p", "nope=1"], 2, "params.nope"),
        (&["run", "shell", "-f", "script=absent.sh"], 2, "absent.sh"),
        (&["run", "shell", "-f", &script, "--cores", "0"], 2, "cores"),
        (&["job", "show", "zzzzzzzz"], 5, "zzzzzzzz"),
    ];
    for (args, status, words) in wrong {
        let done = alice.run(args);
        assert_eq!(done.status(), status, "{args:?}: {}", done.talk());
        assert!(done.talk().contains(words), "{args:?}: {}", done.talk());
        assert_eq!(done.printed(), "", "{args:?}");
    }
    assert_eq!(alice.run(&["jobs", "--quiet"]).text(), "");

    let stranger = Shell { home: platform.folder.path().to_owned() };
    let done = stranger.with_input(&["login", "--url", platform.url(), "--user", "alice", "--password-stdin"], "wrong");
    assert_eq!(done.status(), 3, "{}", done.talk());
    assert_eq!(stranger.run(&["jobs", "--url", platform.url()]).status(), 3);
    assert_eq!(stranger.run(&["version", "--url", "http://127.0.0.1:1"]).status(), 8);
}

#[test]
fn shells_that_renew_one_session_at_the_same_time_all_stay_signed_in() {
    let platform = Platform::start();
    let alice = platform.shell("alice");
    let file = alice.home.join("config/credentials.json");
    let mut kept: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    kept["hubs"][platform.url()]["expires_at"] = "2020-01-01T00:00:00Z".into();
    std::fs::write(&file, kept.to_string()).unwrap();
    let names: Vec<String> = std::thread::scope(|scope| {
        let shells: Vec<_> = (0..6).map(|_| scope.spawn(|| alice.run(&["whoami", "--quiet"]).text())).collect();
        shells.into_iter().map(|shell| shell.join().unwrap()).collect()
    });
    assert_eq!(names, ["alice"; 6]);
    assert_eq!(alice.run(&["whoami", "--quiet"]).text(), "alice");
}

#[test]
fn a_second_demonstration_says_what_is_taken() {
    let platform = Platform::start();
    let dir = platform.folder.path().join("other");
    let start = |dir: &str, port: u16| command(&["demo", "--dir", dir, "--port", &port.to_string()]).output().unwrap();
    let taken = start(dir.to_str().unwrap(), platform.port());
    let words = String::from_utf8(taken.stderr).unwrap();
    assert_eq!(taken.status.code(), Some(6), "{words}");
    assert!(words.contains(&format!("port {}", platform.port())) && words.contains("--port"), "{words}");
    let same = start(platform.folder.path().join("demo").to_str().unwrap(), platform.port());
    let words = String::from_utf8(same.stderr).unwrap();
    assert!(words.contains("another demonstration runs in"), "{words}");
}

#[test]
fn an_administrator_adds_a_center_people_and_money() {
    let platform = Platform::start();
    let admin = platform.shell("admin");
    admin.run(&["center", "add", "east", "--title", "East"]).text();
    assert!(admin.run(&["center", "token", "east", "--quiet"]).text().contains('.'));
    let add = ["user", "add", "carol", "--role", "center-operator:east", "--password-stdin", "--json"];
    let carol = admin.with_input(&add, "a long pass of hers 7").json();
    assert!(carol["roles"][1].as_str().unwrap().starts_with("center-operator:ctr_"), "{carol}");
    admin.run(&["account", "add", "fluids", "--owner", "alice"]).text();
    admin.run(&["account", "member", "fluids", "bob"]).text();
    admin.run(&["topup", "fluids", "12.50"]).text();

    let bob = platform.shell("bob");
    let script = bob.script("hello.sh", "true");
    bob.run(&["run", "shell", "-f", &script, "--account", "fluids", "--wait"]).text();
    let fluids = bob.run(&["account", "show", "fluids", "--json"]).json();
    let kinds: Vec<&str> = fluids["charges"].as_array().unwrap().iter().map(|charge| charge["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["charge", "top_up"]);

    let token = bob.run(&["token", "create", "nightly", "--quiet"]).text();
    let whoami = || command(&["whoami", "--quiet", "--url", platform.url()]).env("TIELINE_TOKEN", &token).output().unwrap();
    assert_eq!(String::from_utf8(whoami().stdout).unwrap(), "bob\n");
    bob.run(&["token", "revoke", "nightly"]).text();
    assert_eq!(whoami().status.code(), Some(3));
    assert_eq!(bob.run(&["audit"]).status(), 4);
    let actions = admin.run(&["audit", "--action", "account.create", "--json"]).json();
    assert_eq!(actions["items"].as_array().unwrap().len(), 1);
}

fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"job_[0-9a-z]{26}", "[job]");
    settings.add_filter(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "[time]");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
