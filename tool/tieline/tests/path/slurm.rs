//! A researcher on a real Slurm behind a real ssh: hub, gateway, scheduler and login node are all processes of their own.

use std::fs::Permissions;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use tieline_testkit::slurm::{Cluster, SlurmOptions};
use tieline_testkit::sshd::{Server, SshOptions};
use tieline_testkit::{users, wait_until};

use crate::center::{Center, GIFT, MACHINE};
use crate::platform::{PATIENCE, Shell, until};
use crate::world::World;

/// The login that polls for everybody.
const SERVICE: &str = "tlu3";
const USERS: [&str; 3] = [SERVICE, "tlu1", "tlu2"];

/// What a machine is shown to let the gateway in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// A plain key for each local user.
    Keys,
    /// Certificates of the gateway's own authority.
    Certificates,
}

/// A cluster with its login node.
pub struct Site {
    /// The platform.
    pub center: Center,
    /// Slurm.
    pub cluster: Cluster,
    /// Its login node.
    pub login: Server,
    _keys: TempDir,
}

impl Site {
    /// Starts everything: one node of four cores.
    pub async fn start(shown: Shown, options: SlurmOptions) -> Self {
        Self::start_in(World::calm(), false, shown, options).await
    }

    /// Starts everything in this world, with the gateway's state on a small disk where wanted.
    pub async fn start_in(world: World, small_disk: bool, shown: Shown, options: SlurmOptions) -> Self {
        let options = SlurmOptions { nodes: 1, cores_per_node: 4, users: USERS.map(str::to_owned).to_vec(), ..options };
        let cluster = Cluster::start(options).await.unwrap();
        let login = Server::start(USERS, SshOptions::default()).await.unwrap();
        let keys = tempfile::tempdir().unwrap();
        let keys_field = match shown {
            Shown::Certificates => "\"authority\"".to_owned(),
            Shown::Keys => format!("{{ folder = \"{}\" }}", keys.path().display()),
        };
        let joined = Center::join(world, small_disk, |job_root| {
            format!(
                "driver = \"slurm\"\nslurm = {{ conf = \"{}\" }}\npace = {{ young_poll_ms = 500, poll_ms = 2000, reading_seconds = 5, \
                 backoff = {{ first_ms = 500, longest_ms = 5000 }} }}\n[machines.site]\nkind = \"ssh\"\nhost = \"127.0.0.1\"\nport = {}\n\
                 host_keys = [\"{}\"]\nservice_user = \"{SERVICE}\"\nkeys = {keys_field}\njob_root = \"{job_root}\"\n",
                cluster.conf().display(),
                login.port(),
                login.host_key()
            )
        })
        .await;
        for user in USERS {
            match shown {
                Shown::Keys => copy_key(&login.key_file(user), &keys.path().join(user)),
                Shown::Certificates => {
                    login.revoke(user).unwrap();
                    login.authorize(user, &joined.authority_line(user)).unwrap();
                }
            }
        }
        Self { center: joined.open(), cluster, login, _keys: keys }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_plain_keys_and_without_accounting_a_researcher_has_their_way_over_ssh() {
    let mut site = Site::start(Shown::Keys, forgetful(false)).await;
    walk(&site);
    an_end_that_nobody_saw_is_known(&mut site, "bracket").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_gateways_own_certificates_and_accounting_a_researcher_has_their_way_over_ssh() {
    let mut site = Site::start(Shown::Certificates, forgetful(true)).await;
    walk(&site);
    an_end_that_nobody_saw_is_known(&mut site, "accounting").await;
}

/// A Slurm whose queue soon forgets what is over.
fn forgetful(accounting: bool) -> SlurmOptions {
    SlurmOptions { accounting, min_job_age: 2, ..SlurmOptions::default() }
}

fn walk(site: &Site) {
    let (alice, bob) = (site.center.shell("alice"), site.center.shell("bob"));
    an_app_computes(&alice);
    each_is_their_own_user(&alice, &bob);
    a_failure_says_so(&alice);
    a_running_job_is_followed_and_one_behind_it_waits(&alice, site.center.folder.path());
    a_running_job_is_cancelled(&alice);
    the_statement_adds_up(&alice);
}

fn an_app_computes(alice: &Shell) {
    let melt = concat!("input=", env!("CARGO_MANIFEST_DIR"), "/../../packages/lammps/examples/in.melt");
    let ran = alice.run(&["run", "lammps", "-f", melt, "--machine", MACHINE, "--cores", "2", "--wait", "--download", "melt", "--json"]);
    assert_eq!(ran.json()["state"], "completed");
    let log = std::fs::read_to_string(alice.home.join("melt/log.lammps")).unwrap();
    assert!(log.contains("Loop time of") && log.contains("500 atoms"), "{log}");
    assert!(std::fs::metadata(alice.home.join("melt/stdout.txt")).is_ok_and(|about| about.len() > 0));
}

fn each_is_their_own_user(alice: &Shell, bob: &Shell) {
    for (shell, local) in [(alice, "tlu1"), (bob, "tlu2")] {
        let script = shell.script("who.sh", "id -un | tee who.txt; echo careful >&2");
        let job = shell.run(&["run", "shell", "-f", &script, "--wait", "--quiet"]).text();
        assert_eq!(shell.run(&["job", "logs", &job]).text(), local);
        assert_eq!(shell.run(&["job", "logs", &job, "--stderr"]).text(), "careful");
        let outputs = shell.run(&["job", "outputs", &job, "--quiet"]).text();
        assert!(outputs.lines().any(|path| path == "who.txt"), "{outputs}");
        shell.run(&["job", "outputs", &job, "--download", "who"]).text();
        assert_eq!(std::fs::read_to_string(shell.home.join("who/who.txt")).unwrap(), format!("{local}\n"));
    }
}

fn a_failure_says_so(alice: &Shell) {
    let script = alice.script("bad.sh", "exit 3");
    let failed = alice.run(&["run", "shell", "-f", &script, "--wait"]);
    assert_eq!(failed.status(), 1, "{}", failed.talk());
    assert!(failed.talk().contains("exit code 3"), "{}", failed.talk());
}

fn a_running_job_is_followed_and_one_behind_it_waits(alice: &Shell, folder: &Path) {
    let gate = folder.join("gate");
    let text = format!("echo first\nwhile [ ! -e {} ]; do sleep 0.1; done\necho second", gate.display());
    let script = alice.script("gated.sh", &text);
    let job = alice.run(&["run", "shell", "-f", &script, "--cores", "4", "--quiet"]).text();
    alice.until_state(&job, "running");
    let mut follower = alice.beside(&["job", "logs", &job, "--follow"]);
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(lines.next().as_deref(), Some("first"));
    assert_eq!(state(alice, &job), "running");

    let behind = alice.script("behind.sh", "true");
    let waiting = alice.run(&["run", "shell", "-f", &behind, "--cores", "4", "--quiet"]).text();
    alice.until_state(&waiting, "queued");
    let mut why = Value::Null;
    until("Slurm's reason is told", || {
        why = alice.run(&["job", "explain", &waiting, "--json"]).json();
        let sentence = why["sentence"].as_str().unwrap();
        sentence.contains("Resources") || sentence.contains("Priority")
    });
    alice.run(&["job", "cancel", &waiting]).text();
    alice.until_state(&waiting, "canceled");

    std::fs::write(&gate, "").unwrap();
    assert_eq!((lines.next().as_deref(), lines.next()), (Some("second"), None));
    assert!(follower.wait().unwrap().success());
    alice.until_state(&job, "completed");
}

fn a_running_job_is_cancelled(alice: &Shell) {
    let mark = format!("7{}", std::process::id());
    let script = alice.script("long.sh", &format!("sleep {mark}"));
    let job = alice.run(&["run", "shell", "-f", &script, "--quiet"]).text();
    alice.until_state(&job, "running");
    let sleeps = || users::commands_of("tlu1").iter().any(|line| *line == format!("sleep {mark}"));
    until("the job's own process is there", sleeps);
    alice.run(&["job", "cancel", &job]).text();
    alice.until_state(&job, "canceled");
    assert!(!sleeps());
}

/// The gateway is gone while a job ends, and comes back after Slurm's queue has forgotten the job. Without
/// accounting, the wrapper's file proves the end, and what the gateway itself saw is charged.
async fn an_end_that_nobody_saw_is_known(site: &mut Site, evidence: &str) {
    let alice = site.center.shell("alice");
    let script = alice.script("brief.sh", "sleep 2; echo done >done.txt");
    let job = alice.run(&["run", "shell", "-f", &script, "--quiet"]).text();
    alice.until_state(&job, "running");
    site.center.kill_gateway();
    let forgotten = async || site.cluster.command(&["squeue", "-h", "-t", "all"]).await.is_ok_and(|queue| queue.is_empty());
    wait_until("Slurm has forgotten its jobs", PATIENCE, forgotten).await.unwrap();
    site.center.start_gateway();
    alice.until_state(&job, "completed");
    let shown = alice.run(&["job", "show", &job, "--json"]).json();
    assert!(shown.to_string().contains(&format!("\"evidence\":\"{evidence}\"")), "{shown:#}");
    let outputs = alice.run(&["job", "outputs", &job, "--quiet"]).text();
    assert!(outputs.lines().any(|path| path == "done.txt"), "{outputs}");
    let mut account = Value::Null;
    until("nothing is set aside any more", || {
        account = alice.run(&["account", "show", "alice", "--json"]).json();
        account["holds"].as_array().unwrap().is_empty()
    });
    let charge = account["charges"].as_array().unwrap().iter().find(|charge| charge["attempt"]["job"] == *job).unwrap();
    assert!(charge["usage"]["evidence"] == evidence && charge["sum"]["micros"].as_i64().unwrap() < 0, "{charge:#}");
}

/// Six jobs: four that ended by themselves, one cancelled in the queue that cost nothing, one cancelled while it ran.
fn the_statement_adds_up(alice: &Shell) {
    let mut account = Value::Null;
    until("nothing is set aside any more", || {
        account = alice.run(&["account", "show", "alice", "--json"]).json();
        account["holds"].as_array().unwrap().is_empty()
    });
    let charges = account["charges"].as_array().unwrap();
    let sums = |kind: &str| -> Vec<i64> {
        charges.iter().filter(|charge| charge["kind"] == kind).map(|charge| charge["sum"]["micros"].as_i64().unwrap()).collect()
    };
    let (paid, came) = (sums("charge"), sums("top_up"));
    assert_eq!((came.as_slice(), paid.len() + came.len()), (&[GIFT][..], charges.len()), "{account:#}");
    // Slurm counts whole seconds: what was over within one costs nothing.
    assert!(paid.len() == 5 && paid.iter().all(|sum| *sum <= 0), "{account:#}");
    let mut tried: Vec<&str> = charges.iter().filter_map(|charge| charge["attempt"]["job"].as_str()).collect();
    tried.sort_unstable();
    tried.dedup();
    assert_eq!(tried.len(), 5, "{account:#}");
    assert_eq!(account["balances"][0]["balance"]["micros"], GIFT + paid.iter().sum::<i64>(), "{account:#}");
}

fn state(shell: &Shell, job: &str) -> String {
    shell.run(&["job", "show", job, "--json"]).json()["state"].as_str().unwrap().to_owned()
}

fn copy_key(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
    std::fs::set_permissions(to, Permissions::from_mode(0o600)).unwrap();
}
