//! Scripts of packages: what the contract gives them, and what a package that means harm does not get.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tieline_gateway::io::scripts::spec::Limits;
use tieline_gateway::io::scripts::{ScriptContext, ScriptOutcome, run_script};
use tieline_model::job::{AttemptKey, Script};
use tieline_model::{ErrorKind, Id, JobId};
use tieline_testkit::sshd::SshOptions;
use tieline_testkit::wait_until;

use crate::parts::{Login, login, user};

const SERVICE: &str = "tlc0";

/// A package with one script, a job's folder and a machine.
struct Bench {
    login: Login,
    name: &'static str,
    root: tempfile::TempDir,
}

impl Bench {
    async fn new(name: &'static str) -> Self {
        let login = login(&[SERVICE, name], SshOptions::default(), |_| ()).await;
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("package/scripts")).unwrap();
        std::fs::create_dir_all(root.path().join("job")).unwrap();
        std::fs::create_dir_all(root.path().join("identity")).unwrap();
        std::fs::write(root.path().join("identity/key"), "secret").unwrap();
        let made = login.run(name, tieline_gateway::io::site::Command::shell("mkdir -p \"$HOME/folder\"", [""; 0])).await.unwrap();
        assert_eq!(made.done.status, 0);
        Self { login, name, root }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.root.path().join(below)
    }

    fn context(&self) -> ScriptContext {
        ScriptContext {
            site: Arc::clone(&self.login.site) as _,
            machine: "here".parse().unwrap(),
            user: user(self.name),
            attempt: Some(AttemptKey { job: JobId::from_bytes([4; 16]), number: 1 }),
            app: "test".parse().unwrap(),
            version: "1.0".to_owned(),
            remote: format!("/home/{}/folder", self.name),
            folder: self.path("job"),
            read_only: Vec::new(),
            limit: Duration::from_secs(30),
            limits: Limits { processes: 32, file_mib: 4, memory_mib: 1024, open_files: 64, tmp_mib: 2 },
            helper: PathBuf::from(env!("CARGO_BIN_EXE_tieline-gateway-helper")),
            progress: None,
            trace: None,
        }
    }

    async fn run_in(&self, context: &ScriptContext, text: &str, request: Json) -> ScriptOutcome {
        let file = self.path("package/scripts/initialize");
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        run_script(&self.path("package"), Script::Initialize, &request, context).await.unwrap()
    }

    async fn run(&self, text: &str, request: Json) -> ScriptOutcome {
        self.run_in(&self.context(), text, request).await
    }
}

/// Whether any process of this machine has these words in its command line.
fn runs(words: &str) -> bool {
    let lines = std::fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines.into_iter().any(|line| String::from_utf8_lossy(&line).replace('\0', " ").contains(words))
}

#[tokio::test]
async fn a_script_reaches_its_machine_over_ssh_as_its_user_and_answers_by_the_contract() {
    let bench = Bench::new("tlc1").await;
    let text = r#"#!/bin/sh
set -e
request=$(cat)
word=$(printf %s "$request" | tieline-json get .params.word)
who=$($TIELINE_SSH id -un </dev/null)
printf 'some bytes' >local.txt
"$TIELINE_PUT" local.txt "sub/remote file.txt"
"$TIELINE_GET" "sub/remote file.txt" back.txt
cmp local.txt back.txt
up=$(printf '%s' "$word" | "$TIELINE_SSH" tr a-z A-Z)
status=0; "$TIELINE_SSH" sh -c 'echo oops >&2; exit 7' </dev/null || status=$?
echo "a line for people" >&2
echo "chatter before the answer"
printf '{"who":"%s","up":"%s","status":%s,"dir":"%s","args":"%s"}\n' "$who" "$up" "$status" "$TIELINE_REMOTE_DIR" "$*"
"#;
    let outcome = bench.run(text, json!({"params": {"word": "water; rm -rf $HOME"}})).await;
    assert_eq!(outcome.status, 0, "{}", outcome.log);
    let expected = json!({"who": "tlc1", "up": "WATER; RM -RF $HOME", "status": 7, "dir": "/home/tlc1/folder", "args": "--contract 1"});
    assert_eq!(outcome.answer, Some(expected));
    assert_eq!(outcome.log, "oops\na line for people\n");
    let there = std::fs::read_to_string("/home/tlc1/folder/sub/remote file.txt").unwrap();
    assert_eq!(there, "some bytes");
}

#[tokio::test]
async fn a_script_finds_exactly_the_environment_of_the_contract_over_ssh() {
    let bench = Bench::new("tlc2").await;
    let outcome = bench
        .run("#!/bin/sh\nenv | cut -d= -f1 | grep -v '^\\(PWD\\|_\\|SHLVL\\|OLDPWD\\)$' | sort | tr '\\n' ' ' >&2\necho '{}'\n", json!({}))
        .await;
    let expected = "HOME LANG PATH TIELINE_APP_ID TIELINE_APP_VERSION TIELINE_ATTEMPT TIELINE_CONTRACT TIELINE_DEADLINE TIELINE_GET TIELINE_HOST \
        TIELINE_JOB_DIR TIELINE_JOB_ID TIELINE_LOCAL_USER TIELINE_PKG_DIR TIELINE_PUT TIELINE_REMOTE_DIR TIELINE_SSH TZ ";
    assert_eq!((outcome.status, outcome.log.as_str()), (0, expected));
}

#[tokio::test]
async fn a_script_that_ends_badly_or_says_nothing_is_told_by_its_status_over_ssh() {
    let bench = Bench::new("tlc3").await;
    for (text, status) in [
        ("#!/bin/sh\nexit 75\n", 75),
        ("#!/bin/sh\necho done\n", 70),
        ("#!/bin/sh\necho '[1]'\n", 70),
        ("#!/bin/sh\nkill -KILL $$\n", 137),
        ("#!/no/such/shell\n", 78),
    ] {
        assert_eq!(bench.run(text, json!({})).await.status, status, "{text}");
    }
    let error = run_script(&bench.path("package"), Script::Finalize, &json!({}), &bench.context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_hostile_package_reads_writes_and_reaches_nothing_that_is_not_its_own_over_ssh() {
    let bench = Bench::new("tlc4").await;
    let other = bench.path("other");
    std::fs::create_dir(&other).unwrap();
    let socket = other.join("broker");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    for (path, mode) in [(&other, 0o777), (&socket, 0o777), (&bench.root.path().to_owned(), 0o777), (&bench.path("identity/key"), 0o666)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let text = r#"#!/usr/bin/python3
import ctypes, json, os, socket, sys, signal
asked = json.load(sys.stdin)
got = []
def attempt(name, what):
    try:
        what()
        got.append(name)
    except Exception as error:
        print(name, repr(error), file=sys.stderr)
def connect(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as s:
        s.settimeout(3)
        s.connect(address)
libc = ctypes.CDLL(None, use_errno=True)
def ptrace():
    if libc.ptrace(16, asked["gateway"], 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")
def mount():
    if libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) != 0:
        raise OSError(ctypes.get_errno(), "mount")
def escape():
    if libc.unshare(0x10000000 | 0x20000) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    mount()
attempt("shadow", lambda: open("/etc/shadow").read())
attempt("passwd of the center", lambda: open("/etc/passwd").read().index("root"))
attempt("identity", lambda: open(asked["identity"]).read())
attempt("identity's folder", lambda: os.listdir(os.path.dirname(asked["identity"])))
attempt("tcp", lambda: connect(socket.AF_INET, ("127.0.0.1", asked["port"])))
attempt("other broker", lambda: connect(socket.AF_UNIX, asked["broker"]))
attempt("signal", lambda: os.kill(asked["gateway"], 0))
attempt("kill all", lambda: [os.kill(pid, 0) for pid in range(2, 100000) if pid != os.getpid()][0])
attempt("ptrace", ptrace)
attempt("memory of the gateway", lambda: open("/proc/%d/mem" % asked["gateway"]).read(1))
attempt("mount", mount)
attempt("escape", escape)
attempt("root", lambda: os.setuid(0))
for place in ["/x", "/etc/x", "/usr/x", "/dev/x", "/tieline/x", "/tieline/tools/tieline-ssh", asked["package"] + "/x", asked["outside"] + "/x", "/home/x", "/proc/sys/kernel/core_pattern"]:
    attempt("write " + place, lambda: open(place, "w").write("x"))
attempt("own folder", lambda: open("mine", "w").write("x"))
attempt("own tmp", lambda: open("/tmp/mine", "w").write("x"))
attempt("own package", lambda: open(asked["package"] + "/scripts/initialize").read())
print(json.dumps({"got": got, "account": os.getuid()}))
"#;
    let request = json!({
        "gateway": std::process::id(),
        "identity": bench.path("identity/key"),
        "port": bench.login.server.port(),
        "broker": socket,
        "package": bench.path("package"),
        "outside": other,
    });
    let outcome = bench.run(text, request).await;
    let answer = outcome.answer.unwrap_or_else(|| panic!("{} {}", outcome.status, outcome.log));
    assert_eq!(answer["got"], json!(["own folder", "own tmp", "own package"]), "{}", outcome.log);
    assert_ne!(answer["account"], json!(0));
    assert_eq!(std::fs::read_dir(&other).unwrap().count(), 1);
}

#[tokio::test]
async fn a_hostile_package_cannot_fill_the_disk_over_ssh() {
    let bench = Bench::new("tlc5").await;
    let outcome = bench
        .run("#!/bin/sh\ndd if=/dev/zero of=big bs=1M count=64\ndd if=/dev/zero of=/tmp/big bs=1M count=64\necho '{}'\n", json!({}))
        .await;
    assert_eq!(outcome.status, 0, "{}", outcome.log);
    assert!(std::fs::metadata(bench.path("job/big")).unwrap().len() <= 4 << 20);
    assert!(outcome.log.contains("No space left"), "{}", outcome.log);
}

#[tokio::test]
async fn a_hostile_package_cannot_fork_without_end_nor_outlive_its_deadline_over_ssh() {
    let bench = Bench::new("tlc6").await;
    let context = ScriptContext { limit: Duration::from_secs(2), ..bench.context() };
    let bomb = "#!/bin/bash\ntrap '' TERM\n(setsid sh -c 'trap \"\" TERM HUP; sleep 317' &) &\nbomb() { bomb | bomb & }\nbomb 2>/dev/null\nwhile :; do sleep 317; done\n";
    let outcome = bench.run_in(&context, bomb, json!({})).await;
    assert_eq!((outcome.status, &outcome.answer), (124, &None), "{}", outcome.log);
    wait_until("nothing is left of it", Duration::from_secs(20), async || !runs("sleep 317")).await.unwrap();
    let quiet = bench.run("#!/bin/sh\n(setsid sleep 318 >/dev/null 2>&1 &)\necho '{}'\n", json!({})).await;
    assert_eq!(quiet.status, 0, "{}", quiet.log);
    wait_until("what it left in the background is gone", Duration::from_secs(20), async || !runs("sleep 318")).await.unwrap();
}

#[tokio::test]
async fn the_broker_keeps_files_below_the_jobs_folder_over_ssh() {
    let bench = Bench::new("tlc8").await;
    let text = "#!/bin/sh\necho x >local\n\"$TIELINE_PUT\" local ../outside; a=$?\n\"$TIELINE_GET\" /etc/passwd here; b=$?\n\
        \"$TIELINE_SSH\" ln -sfn /etc \"$TIELINE_REMOTE_DIR/link\" </dev/null; \"$TIELINE_GET\" link/passwd here; c=$?\n\"$TIELINE_GET\" nothing here; d=$?\n\
        echo \"{\\\"status\\\":[$a,$b,$c,$d],\\\"there\\\":$(ls -d here* 2>/dev/null | wc -l)}\"\n";
    let outcome = bench.run(text, json!({})).await;
    assert_eq!(outcome.answer, Some(json!({"status": [64, 64, 77, 1], "there": 0})), "{}", outcome.log);
    let homeless = ScriptContext { remote: String::new(), attempt: None, ..bench.context() };
    let outcome = bench.run_in(&homeless, text, json!({})).await;
    assert_eq!(outcome.answer, Some(json!({"status": [64, 64, 64, 64], "there": 0})), "{}", outcome.log);
}

#[tokio::test]
async fn a_script_ends_when_nobody_waits_for_it_over_ssh() {
    let bench = Bench::new("tlc7").await;
    let context = bench.context();
    let started = bench.path("job/started");
    let run = bench.run_in(&context, "#!/bin/sh\ntouch started\nsleep 319\n", json!({}));
    let seen = wait_until("it started", Duration::from_secs(20), async || Path::new(&started).exists());
    tokio::select! {
        outcome = run => panic!("it ended: {outcome:?}"),
        seen = seen => seen.unwrap(),
    }
    wait_until("it is gone", Duration::from_secs(20), async || !runs("sleep 319")).await.unwrap();
}

#[tokio::test]
async fn a_script_that_cannot_reach_its_machine_is_not_to_blame_over_ssh() {
    let bench = Bench::new("tlc9").await;
    let own = bench.run("#!/bin/sh\nexit 75\n", json!({})).await;
    assert_eq!((own.status, own.away), (75, false));
    let asks = "#!/bin/sh\n\"$TIELINE_SSH\" true </dev/null || exit 75\nexit 1\n";
    let reached = bench.run(asks, json!({})).await;
    assert_eq!((reached.status, reached.away), (1, false), "{}", reached.log);
    bench.login.server.close().await.unwrap();
    let away = bench.run(asks, json!({})).await;
    assert_eq!((away.status, away.away), (75, true), "{}", away.log);
}
