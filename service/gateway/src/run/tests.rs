//! The whole gateway against a hub in this process, over real mutual TLS, with real processes on this very machine.

mod gone;
mod hub;
mod killed;
mod own;
mod slurm;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tieline_model::job::{AttemptKey, JobFact, Phase, State, StateName};
use tieline_model::machine::{Description, Reading, Storage};
use tieline_model::{Id, JobId};
use tieline_pack::{Entry, Package};
use tieline_testkit::link::Link;
use tieline_wire_gateway::v1;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, StoragePath};
use crate::io::files::sha256;
use crate::io::fork::tests::{somebody, supervisor};
use crate::io::identity::Identity;
use hub::Hub;

const MANIFEST: &str = r#"
id = "shell"
name = "Shell"
version = "1.0.0"
title = { en = "Shell", zh = "Shell" }
description = { en = "Runs a script.", zh = "Shell" }
kind = "tool"
deployment = "pre-deployed"

[[parameter]]
id = "script"
type = "file"
label = { en = "Script", zh = "Script" }
required = true

[run]
command = ["sh", "{script}"]

[[output]]
pattern = "*.out"
bring = true

[requires]
programs = ["sh"]
"#;

struct Gateway {
    token: CancellationToken,
    running: JoinHandle<tieline_model::Result<()>>,
}

impl Gateway {
    async fn stop(self) {
        self.token.cancel();
        self.running.await.unwrap().unwrap();
    }
}

struct World {
    hub: Arc<Hub>,
    folder: tempfile::TempDir,
    config: Config,
    package: v1::PackageRef,
}

impl World {
    async fn new() -> Self {
        let hub = Hub::start().await;
        let control = format!("https://{}", hub.address);
        Self::joined(hub, control, false).await
    }

    async fn joined(hub: Arc<Hub>, control: String, old: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let account = somebody().await;
        std::fs::create_dir(folder.path().join("jobs")).unwrap();
        let map = format!("[[rule]]\nuser = \"alice\"\nlocal = \"{}\"\nallow_system = true\n", account.name);
        std::fs::write(folder.path().join("users.toml"), map).unwrap();
        let text = format!(
            r#"
state = "{root}/state"
user_map = "{root}/users.toml"
supervisor = []
limits = {{ ballast_mib = 1 }}
[[machines]]
name = "here"
title = "Here"
driver = "fork"
site = {{ kind = "local", job_root = "{root}/jobs/{{user}}", allow_system = true }}
fork = {{ cores = 2, memory_mib = 1024, kill_grace_ms = 200 }}
apps = [{{ app = "shell", programs = ["sh"] }}, {{ app = "lammps", programs = ["sh", "no-such-program"] }}]
pace = {{ young_poll_ms = 200, reading_seconds = 1, backoff = {{ first_ms = 50, longest_ms = 500 }} }}
"#,
            root = folder.path().display()
        );
        let file = folder.path().join("gateway.toml");
        std::fs::write(&file, text).unwrap();
        let mut config = Config::load(&file, []).unwrap();
        config.supervisor = supervisor();
        hub.identity(control, old).save(&config.state).unwrap();
        let manifest = Entry { path: "app.toml".parse().unwrap(), executable: false, bytes: MANIFEST.into() };
        let archive = Package::from_files([manifest]).unwrap().to_archive().unwrap();
        let sum = hub.content(&archive);
        let package = v1::PackageRef { app: "shell".into(), version: "1.0.0".into(), sha256: sum.0.to_vec(), size: archive.len() as u64 };
        Self { hub, folder, config, package }
    }

    fn start(&self) -> Gateway {
        let token = CancellationToken::new();
        let running = tokio::spawn(super::run(self.config.clone(), token.clone()));
        Gateway { token, running }
    }

    async fn run(&self, number: u8, user: &str, script: &str) -> AttemptKey {
        let key = key(number);
        let sum = self.hub.content(script.as_bytes());
        let run = v1::RunAttempt {
            machine: "here".into(),
            person: Some(person(user)),
            package: Some(self.package.clone()),
            params: r#"{"script":"job.sh"}"#.into(),
            inputs: vec![v1::Input { path: "job.sh".into(), sha256: sum.0.to_vec(), size: script.len() as u64 }],
            wish: Some(v1::Wish { nodes: 1, cores: 1, memory_mib: 0, gpus: 0, seconds: 600 }),
            name: "test".into(),
            output_cap: 1 << 20,
            ..v1::RunAttempt::default()
        };
        self.hub.order(intent(number, 1, v1::intent::Body::Run(run))).await;
        key
    }

    async fn ended(&self, key: AttemptKey) -> State {
        self.hub.until(&format!("{key} ends"), |hub| Some(hub.state(key)).filter(State::is_final)).await
    }

    async fn reaches(&self, key: AttemptKey, state: StateName) {
        self.hub.until(&format!("{key} is {state}"), |hub| (hub.state(key).name() == state).then_some(())).await;
    }

    fn job_folder(&self, key: AttemptKey) -> PathBuf {
        let user = std::fs::read_dir(self.folder.path().join("jobs")).unwrap().next().unwrap().unwrap();
        user.path().join(key.tag())
    }
}

/// The package of these tests with these scripts, as the hub has it.
fn pack(hub: &Hub, scripts: &[(&str, &str)]) -> v1::PackageRef {
    let entry =
        |path: String, text: &str| Entry { executable: path.starts_with("scripts/"), path: path.parse().unwrap(), bytes: text.into() };
    let scripts = scripts.iter().map(|(name, text)| entry(format!("scripts/{name}"), text));
    let archive = Package::from_files(scripts.chain([entry("app.toml".into(), MANIFEST)])).unwrap().to_archive().unwrap();
    let sum = hub.content(&archive);
    v1::PackageRef { app: "shell".into(), version: "1.0.0".into(), sha256: sum.0.to_vec(), size: archive.len() as u64 }
}

fn key(number: u8) -> AttemptKey {
    AttemptKey { job: JobId::from_bytes([number; 16]), number: 1 }
}

fn person(user: &str) -> v1::Person {
    v1::Person { user: user.into(), account: "acc".into(), roles: vec!["user".into()] }
}

fn intent(number: u8, kind: u8, body: v1::intent::Body) -> v1::Intent {
    let mut id = [number; 16];
    id[0] = kind;
    v1::Intent { id: id.to_vec(), job: key(number).job.bytes().to_vec(), attempt: 1, kept_before: false, body: Some(body) }
}

/// What the hub was told last of the machine's file systems.
fn storage(hub: &Hub) -> Vec<Storage> {
    let body = hub.kept.lock().unwrap().readings.get("here").cloned();
    body.map(|body| serde_json::from_str::<Reading>(&body).unwrap().storage).unwrap_or_default()
}

fn is_file(path: &Path) -> Option<()> {
    path.exists().then_some(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_goes_all_the_way_and_its_files_are_read_listed_brought_and_removed() {
    let world = World::new().await;
    let gateway = world.start();
    let key = world.run(5, "alice", "echo water; mkdir sub; echo ice >sub/a.dat; echo steam >r.out\n").await;
    let state = world.ended(key).await;
    assert_eq!(state.name(), StateName::Completed, "{:?}", world.hub.facts(key));
    let facts = world.hub.facts(key);
    let brought = |name: &str| {
        facts.iter().find_map(|fact| match fact {
            JobFact::Output { path, brought, .. } if path.as_str() == name => Some(*brought),
            _ => None,
        })
    };
    assert_eq!(brought("stdout.txt"), Some(Some(sha256(b"water\n"))));
    assert_eq!(brought("r.out"), Some(Some(sha256(b"steam\n"))));
    assert_eq!(brought("sub/a.dat"), Some(None), "what is not declared stays where it is");
    assert_eq!(brought("job.sh"), None, "an input is not an output");
    assert!(facts.iter().any(|fact| matches!(fact, JobFact::Ended { usage: Some(_), .. })));
    assert_eq!(world.hub.kept.lock().unwrap().outputs["stdout.txt"], b"water\n");

    let job = key.job.bytes().to_vec();
    let range = v1::ReadRange { job: job.clone(), attempt: 1, path: "stdout.txt".into(), offset: -3, length: 0 };
    world.hub.ask(v1::Question { id: 7, machine: String::new(), body: Some(v1::question::Body::Read(range)) }).await;
    let (head, bytes) = world.hub.until("the range", |hub| hub.kept.lock().unwrap().reads.get(&7).cloned()).await;
    assert_eq!((head.size, bytes.as_slice()), (6, &b"er\n"[..]));
    let folder = v1::ListFolder { job: job.clone(), attempt: 1, path: "sub".into() };
    world.hub.ask(v1::Question { id: 8, machine: String::new(), body: Some(v1::question::Body::List(folder)) }).await;
    let answer = world.hub.until("the listing", |hub| hub.kept.lock().unwrap().answers.get(&8).cloned()).await;
    let Some(v1::answer::Body::Folder(folder)) = answer.body else { panic!("{answer:?}") };
    assert_eq!(folder.entries.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(), ["sub/a.dat"]);

    world.hub.order(intent(5, 3, v1::intent::Body::Purge(v1::PurgeAttempt {}))).await;
    let purged = |hub: &Hub| hub.facts(key).contains(&JobFact::Purged).then_some(());
    world.hub.until("the folder goes", purged).await;
    assert!(!world.job_folder(key).exists());
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_link_a_restart_and_orders_said_twice_run_the_job_once() {
    let hub = Hub::start().await;
    let link = Link::to(hub.address).await.unwrap();
    let world = World::joined(Arc::clone(&hub), format!("https://{}", link.address()), false).await;
    let gateway = world.start();
    let script = "echo ran >>judge; while [ ! -e go ]; do sleep 0.1; done; echo done\n";
    let key = world.run(6, "alice", script).await;
    world.reaches(key, StateName::Running).await;
    world.run(6, "alice", script).await;
    world.hub.until("it writes", |_| is_file(&world.job_folder(key).join("judge"))).await;
    link.cut();
    gateway.stop().await;
    let gateway = world.start();
    std::fs::write(world.job_folder(key).join("go"), "").unwrap();
    world.hub.until("it ends", |_| is_file(&world.job_folder(key).join(".tieline/exit"))).await;
    link.mend();
    assert_eq!(world.ended(key).await.name(), StateName::Completed);
    assert_eq!(std::fs::read_to_string(world.job_folder(key).join("judge")).unwrap(), "ran\n");
    let lives: std::collections::HashSet<_> = hub.kept.lock().unwrap().hellos.iter().map(|hello| hello.incarnation.clone()).collect();
    assert_eq!(lives.len(), 1);
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_ends_a_running_job_and_one_that_comes_first_keeps_it_from_running() {
    let world = World::new().await;
    let gateway = world.start();
    let cancel = || v1::intent::Body::Cancel(v1::CancelAttempt { reason: "enough".into() });
    let running = world.run(1, "alice", "sleep 1000\n").await;
    world.reaches(running, StateName::Running).await;
    world.hub.order(intent(1, 2, cancel())).await;
    world.hub.order(intent(1, 2, cancel())).await;
    assert_eq!(world.ended(running).await.name(), StateName::Canceled);
    world.hub.order(intent(2, 2, cancel())).await;
    assert_eq!(world.ended(key(2)).await.name(), StateName::Canceled);
    let never = world.run(2, "alice", "echo ran >judge\n").await;
    let after = world.run(3, "alice", "true\n").await;
    assert_eq!(world.ended(after).await.name(), StateName::Completed);
    assert!(!world.job_folder(never).exists());
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_the_map_does_not_name_runs_nothing_and_reads_why() {
    let world = World::new().await;
    let gateway = world.start();
    let key = world.run(1, "mallory", "true\n").await;
    let State::Failed { phase, reason } = world.ended(key).await else { panic!("{:?}", world.hub.facts(key)) };
    assert_eq!(phase, Phase::StageIn);
    assert!(reason.contains("no rule") && reason.contains("mallory"), "{reason}");
    world.hub.ask(v1::Question { id: 1, machine: "here".into(), body: Some(v1::question::Body::Map(person("mallory"))) }).await;
    let answer = world.hub.until("the refusal", |hub| hub.kept.lock().unwrap().answers.get(&1).cloned()).await;
    assert!(matches!(&answer.body, Some(v1::answer::Body::Refusal(refusal)) if refusal.code == "not_mapped"), "{answer:?}");
    // The map counts as it is now.
    let map = std::fs::read_to_string(&world.config.user_map).unwrap();
    std::fs::write(&world.config.user_map, map.replace("alice", "mallory")).unwrap();
    let key = world.run(2, "mallory", "true\n").await;
    assert_eq!(world.ended(key).await.name(), StateName::Completed);
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_hub_is_told_what_the_machine_is_and_how() {
    let mut world = World::new().await;
    let named = |path: &str| StoragePath { title: "more".to_owned(), path: path.to_owned() };
    world.config.machines[0].storage = vec![named("/tmp"), named("/no/such/folder")];
    let gateway = world.start();
    let body = world.hub.until("a description", |hub| hub.kept.lock().unwrap().descriptions.get("here").cloned()).await;
    let description: Description = serde_json::from_str(&body).unwrap();
    let ready: Vec<_> = description.deployments.iter().map(|one| (one.app.as_str(), one.ready)).collect();
    assert_eq!(ready, [("shell", true), ("lammps", false)]);
    assert!(description.deployments[1].note.contains("no-such-program"), "{description:?}");
    let key = world.run(1, "alice", "sleep 1000\n").await;
    world.reaches(key, StateName::Running).await;
    let busy = |hub: &Hub| {
        let body = hub.kept.lock().unwrap().readings.get("here").cloned()?;
        let reading: Reading = serde_json::from_str(&body).unwrap();
        (reading.cores.allocated == 1 && reading.cores.total == 2).then_some(())
    };
    world.hub.until("a reading with one core in use", busy).await;
    let as_of = |hub: &Hub| storage(hub).iter().map(|one| one.as_of).collect::<Vec<_>>();
    let first = world.hub.until("the room of all its file systems", |hub| Some(as_of(hub)).filter(|told| told.len() == 3)).await;
    assert!(first[0].is_some() && first[1].is_some() && first[2].is_none(), "one that is not there has no room: {first:?}");
    let fresh = |hub: &Hub| as_of(hub).into_iter().zip(&first).take(2).all(|(now, before)| now > *before).then_some(());
    world.hub.until("readings bring the room anew", fresh).await;
    world.hub.order(intent(1, 2, v1::intent::Body::Cancel(v1::CancelAttempt::default()))).await;
    assert_eq!(world.ended(key).await.name(), StateName::Canceled);
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_in_the_last_third_of_its_life_is_renewed_and_used() {
    let hub = Hub::start().await;
    let control = format!("https://{}", hub.address);
    let world = World::joined(Arc::clone(&hub), control, true).await;
    let before = Identity::load(&world.config.state).unwrap();
    let gateway = world.start();
    hub.until("the renewal", |hub| (hub.kept.lock().unwrap().renewed > 0).then_some(())).await;
    hub.until("the new identity", |_| (Identity::load(&world.config.state).unwrap() != before).then_some(())).await;
    let key = world.run(1, "alice", "true\n").await;
    assert_eq!(world.ended(key).await.name(), StateName::Completed);
    let after = Identity::load(&world.config.state).unwrap();
    assert!(after.key_pem != before.key_pem && after.gateway == before.gateway);
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_packages_own_scripts_run_and_what_they_wrote_is_told() {
    const INITIALIZE: &str = r#"#!/bin/sh
cat >/dev/null
echo "preparing" >&2
"$TIELINE_SSH" sh -c 'echo made >"$1/made.txt"' sh "$TIELINE_REMOTE_DIR" </dev/null || exit 75
printf '{"remote_dir":"%s","staged":[],"free_bytes":null}\n' "$TIELINE_REMOTE_DIR"
"#;
    const FINALIZE: &str = "#!/bin/sh\ncat >/dev/null\necho '{\"outputs\":[],\"freed_bytes\":0,\"leftover\":[]}'\n";
    const PRE_SUBMIT: &str = "#!/bin/sh\ncat >/dev/null\necho '{\"ok\":false,\"errors\":[{\"code\":\"wet\",\"msg\":\"too wet\"}]}'\n";
    let mut world = World::new().await;
    world.package = pack(&world.hub, &[("initialize", INITIALIZE), ("finalize", FINALIZE), ("pre-submit", PRE_SUBMIT)]);
    let helper = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("tieline-gateway-helper");
    assert!(helper.is_file(), "build {} first: cargo build -p tieline-gateway --bins", helper.display());
    world.config.helper = Some(helper);
    let gateway = world.start();
    let key = world.run(9, "alice", "cat made.txt\n").await;
    let state = world.ended(key).await;
    assert_eq!(state.name(), StateName::Completed, "{:?}", world.hub.facts(key));
    assert_eq!(world.hub.kept.lock().unwrap().outputs["stdout.txt"], b"made\n");
    let ran: Vec<_> = world
        .hub
        .facts(key)
        .into_iter()
        .filter_map(|fact| match fact {
            JobFact::ScriptRan { script, status, log, .. } => Some((script.file(), status, log)),
            _ => None,
        })
        .collect();
    assert_eq!(ran, [("initialize", 0, "preparing\n".to_owned()), ("finalize", 0, String::new())]);
    let ask = v1::PreSubmit {
        machine: "here".into(),
        person: Some(person("alice")),
        package: Some(world.package.clone()),
        params: "{}".into(),
        wish: Some(v1::Wish { nodes: 1, cores: 1, memory_mib: 0, gpus: 0, seconds: 60 }),
        ..v1::PreSubmit::default()
    };
    world.hub.ask(v1::Question { id: 3, machine: "here".into(), body: Some(v1::question::Body::PreSubmit(ask)) }).await;
    let answer = world.hub.until("the answer", |hub| hub.kept.lock().unwrap().answers.get(&3).cloned()).await;
    assert!(matches!(&answer.body, Some(v1::answer::Body::PreSubmitted(said)) if said.body.contains("too wet")), "{answer:?}");
    gateway.stop().await;
}

/// Answers one request for a certificate over plain HTTP.
async fn enrolment(hub: Arc<Hub>) -> (String, JoinHandle<serde_json::Value>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut text = String::new();
        let body: serde_json::Value = loop {
            let mut chunk = [0; 4096];
            let read = stream.read(&mut chunk).await.unwrap();
            text.push_str(std::str::from_utf8(&chunk[..read]).unwrap());
            let parsed = text.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str(body).ok());
            if let Some(body) = parsed {
                break body;
            }
        };
        assert!(text.starts_with("POST /api/v1/gateways/enroll "), "{text}");
        let identity = hub.identity(format!("https://{}", hub.address), false);
        let answer = serde_json::json!({
            "gateway": identity.gateway, "center": identity.center, "control": identity.control,
            "certificate_pem": hub.sign(body["csr_pem"].as_str().unwrap()), "authority_pem": identity.authority_pem,
        })
        .to_string();
        let head = format!("HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", answer.len());
        stream.write_all(format!("{head}{answer}").as_bytes()).await.unwrap();
        body
    });
    (url, served)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_joined_is_let_in_and_another_hub_than_the_tokens_is_not_believed() {
    let world = World::new().await;
    let ours = crate::io::identity::fingerprint(&world.hub.authority.pem()).unwrap();
    let (url, _served) = enrolment(Arc::clone(&world.hub)).await;
    let other = format!("secret.{}", "00".repeat(32));
    let error = crate::join::join(&url, &other, &world.config.state, true).await.unwrap_err();
    assert!(error.message().contains("authority"), "{error}");
    let (url, served) = enrolment(Arc::clone(&world.hub)).await;
    let token = format!("secret.{ours}");
    crate::join::join(&url, &token, &world.config.state, true).await.unwrap();
    assert_eq!(served.await.unwrap()["token"], "secret", "the fingerprint is not the hub's business");
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(world.config.state.join("identity/identity.json")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
    let gateway = world.start();
    let key = world.run(1, "alice", "true\n").await;
    assert_eq!(world.ended(key).await.name(), StateName::Completed);
    gateway.stop().await;
}
