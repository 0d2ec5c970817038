//! The built-in scheduler with real processes. Its supervisors are this test program, started once more.

use super::*;
use crate::core::wrapper::{self, Program, WRAPPER};
use crate::io::local::{Account, look_up, own_account};
use std::path::Path;
use std::time::{Duration, Instant};
use tieline_model::job::{AttemptKey, How};
use tieline_model::{Id, JobId, Resources};

const ENTRY: &str = "io::fork::tests::the_supervisor_of_these_tests";

/// Not a test of anything: with the variable set, this process is a job's supervisor.
#[test]
fn the_supervisor_of_these_tests() {
    if let Ok(spec) = std::env::var("TIELINE_TEST_SPEC") {
        crate::step::main(["--spec".to_owned(), spec]).unwrap();
    }
}

pub(crate) fn supervisor() -> Vec<String> {
    let exe = std::env::current_exe().unwrap();
    let script = format!(r#"TIELINE_TEST_SPEC=$2 exec "$0" --exact {ENTRY} --nocapture --test-threads 1"#);
    ["sh".to_owned(), "-c".to_owned(), script, exe.to_str().unwrap().to_owned()].into()
}

/// An account that is not root.
pub(crate) async fn somebody() -> Account {
    let root = rustix::process::geteuid().is_root();
    if root { look_up(&"nobody".parse().unwrap()).await.unwrap() } else { own_account().await.unwrap() }
}

struct Machine {
    folder: tempfile::TempDir,
    account: Account,
    cores: u32,
    token: CancellationToken,
    driver: ForkDriver,
}

impl Machine {
    async fn start(cores: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let token = CancellationToken::new();
        let driver = Self::driver(folder.path(), cores, &token).await;
        Self { folder, account: somebody().await, cores, token, driver }
    }

    async fn driver(folder: &Path, cores: u32, token: &CancellationToken) -> ForkDriver {
        let settings = ForkSettings {
            name: "here".parse().unwrap(),
            title: "here".into(),
            description: String::new(),
            organisation: String::new(),
            cores,
            memory_mib: 256 * u64::from(cores),
            queues: vec![ForkQueue { name: "batch".parse().unwrap(), max_cores: None, max_time: Some(Seconds::hours(1)) }],
            folder: folder.join("scheduler"),
            supervisor: supervisor(),
            nice: 0,
            kill_grace_ms: 200,
        };
        ForkDriver::start(settings, Arc::new(LocalSite::new("{home}", true)), token.clone()).await.unwrap()
    }

    /// Another gateway on the same folder; the first one hears nothing any more.
    async fn restart(&mut self) {
        self.token.cancel();
        self.token = CancellationToken::new();
        self.driver = Self::driver(self.folder.path(), self.cores, &self.token).await;
    }

    async fn submit(&self, number: u8, script: &str) -> Watched {
        self.submit_as(number, script, Resources::one_core(Seconds(600))).await
    }

    async fn submit_as(&self, number: u8, script: &str, wish: Resources) -> Watched {
        let key = AttemptKey { job: JobId::from_bytes([number; 16]), number: 1 };
        let folder = self.folder.path().join(format!("job{number}"));
        std::fs::create_dir_all(folder.join(".tieline")).unwrap();
        let program = Program { argv: ["sh", "-c", script].map(str::to_owned).into(), ..Program::default() };
        let text = wrapper::script(key, folder.to_str().unwrap(), &wish, &program).unwrap();
        std::fs::write(folder.join(WRAPPER), text).unwrap();
        if rustix::process::geteuid().is_root() {
            for path in [folder.clone(), folder.join(".tieline")] {
                std::os::unix::fs::chown(path, Some(self.account.uid), Some(self.account.gid)).unwrap();
            }
        }
        let batch =
            Batch { tag: key.tag(), user: self.account.name.clone(), queue: None, wish, folder: folder.to_str().unwrap().to_owned() };
        let submitted = clock::now();
        let native = self.driver.submit(&batch).await.unwrap();
        Watched { key, native, user: batch.user, folder: batch.folder, submitted, started: None, wish }
    }

    async fn seen(&self, job: &Watched) -> Seen {
        self.driver.poll(std::slice::from_ref(job)).await.unwrap().remove(0)
    }

    async fn until(&self, job: &Watched, wanted: impl Fn(&Seen) -> bool) -> Seen {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let seen = self.seen(job).await;
            if wanted(&seen) {
                return seen;
            }
            assert!(Instant::now() < deadline, "it stays {seen:?}");
            // News is awaited; the short limit only keeps a lost signal from hanging the test.
            let _ = tokio::time::timeout(Duration::from_millis(200), self.driver.changed()).await;
        }
    }

    async fn ended(&self, job: &Watched) -> (Exit, Option<Usage>) {
        match self.until(job, |seen| matches!(seen, Seen::Ended { .. })).await {
            Seen::Ended { exit, usage, .. } => (exit, usage),
            other => panic!("{other:?}"),
        }
    }

    async fn running(&self, job: &Watched) {
        self.until(job, |seen| matches!(seen, Seen::Sighted { sight: Sight::Running { .. }, .. })).await;
    }

    /// What still runs of this job.
    fn processes(&self, job: &Watched) -> Vec<i32> {
        let record = record::Record::at(self.folder.path().join("scheduler").join(job.native.as_str()));
        let (name, value) = record.mark();
        process::with_variable(&format!("{name}={value}"))
    }

    fn file(&self, number: u8, name: &str) -> Option<String> {
        std::fs::read_to_string(self.folder.path().join(format!("job{number}")).join(name)).ok()
    }

    async fn wait_for(&self, number: u8, name: &str) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while self.file(number, name).is_none() {
            assert!(Instant::now() < deadline, "{name} never comes");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn is_queued(seen: &Seen) -> bool {
    matches!(seen, Seen::Sighted { sight: Sight::Queued { .. }, .. })
}

#[tokio::test]
async fn a_job_runs_as_its_user_and_its_end_and_usage_are_kept() {
    let machine = Machine::start(1).await;
    let job = machine.submit(1, "id -u; exit 0").await;
    let (exit, usage) = machine.ended(&job).await;
    assert_eq!(exit.how, How::Code(0));
    assert_eq!(machine.file(1, "stdout.txt").unwrap().trim(), machine.account.uid.to_string());
    let usage = usage.unwrap();
    assert_eq!((usage.cores, usage.evidence, usage.started), (1, Evidence::Accounting, exit.started.unwrap()));
    assert!(usage.cpu_time.is_some() && usage.peak_memory_mib.is_some_and(|mib| mib > 0));
    let job = machine.submit(2, "exit 3").await;
    assert_eq!(machine.ended(&job).await.0.how, How::Code(3));
    let job = machine.submit(3, "kill -11 $$").await;
    assert_eq!(machine.ended(&job).await.0.how, How::Signal(11));
}

#[tokio::test]
async fn a_job_over_its_time_or_its_memory_is_ended() {
    let machine = Machine::start(2).await;
    let job = machine.submit_as(1, "trap '' TERM; while :; do sleep 1; done", Resources::one_core(Seconds(1))).await;
    let wish = Resources { memory_mib: Some(64), ..Resources::one_core(Seconds(600)) };
    let eater = machine.submit_as(2, "head -c 200000000 /dev/zero | tail -c 199999999 | sleep 600", wish).await;
    assert_eq!(machine.ended(&job).await.0.how, How::TimedOut);
    assert_eq!(machine.ended(&eater).await.0.how, How::OutOfMemory);
}

#[tokio::test]
async fn a_queued_job_is_canceled_without_a_trace_and_a_running_one_with_all_its_children() {
    let machine = Machine::start(1).await;
    let running = machine.submit(1, "setsid sleep 1000 & sleep 1000 & echo up >up; wait").await;
    let queued = machine.submit(2, "touch ran").await;
    machine.wait_for(1, "up").await;
    assert!(is_queued(&machine.seen(&queued).await));
    machine.driver.cancel(&queued.user, &queued.native).await.unwrap();
    let (exit, usage) = machine.ended(&queued).await;
    assert_eq!((exit.how, exit.started, usage), (How::Canceled, None, None));
    assert!(machine.file(2, "ran").is_none());
    machine.driver.cancel(&running.user, &running.native).await.unwrap();
    machine.driver.cancel(&running.user, &running.native).await.unwrap();
    assert_eq!(machine.ended(&running).await.0.how, How::Canceled);
    assert_eq!(machine.processes(&running), [0; 0]);
    machine.driver.cancel(&running.user, &running.native).await.unwrap();
    machine.driver.cancel(&running.user, &"999".parse().unwrap()).await.unwrap();
}

#[tokio::test]
async fn what_a_job_leaves_behind_is_ended_with_it() {
    let machine = Machine::start(1).await;
    let job = machine.submit(1, "setsid sleep 1000 & exit 0").await;
    assert_eq!(machine.ended(&job).await.0.how, How::Code(0));
    assert_eq!(machine.processes(&job), [0; 0]);
}

#[tokio::test]
async fn jobs_go_on_and_are_found_when_the_gateway_comes_back() {
    let mut machine = Machine::start(1).await;
    let first = machine.submit(1, "echo ran >>judge; while [ ! -e go ]; do sleep 0.1; done; exit 5").await;
    let second = machine.submit(2, "echo ran >>judge").await;
    machine.wait_for(1, "judge").await;
    machine.restart().await;
    machine.running(&first).await;
    assert!(is_queued(&machine.seen(&second).await));
    let found = machine.driver.find(&first.user, &first.key.tag(), first.submitted).await.unwrap();
    assert_eq!(found, std::slice::from_ref(&first.native));
    assert_eq!(machine.submit(1, "echo again >>judge").await.native, first.native, "the same tag is the same job");
    std::fs::write(machine.folder.path().join("job1/go"), "").unwrap();
    assert_eq!(machine.ended(&first).await.0.how, How::Code(5));
    assert_eq!(machine.ended(&second).await.0.how, How::Code(0));
    machine.restart().await;
    assert_eq!(machine.ended(&first).await.0.how, How::Code(5));
    for number in [1, 2] {
        assert_eq!(machine.file(number, "judge").unwrap(), "ran\n");
    }
}

#[tokio::test]
async fn a_job_whose_supervisor_was_killed_is_ended_and_said_so() {
    let mut machine = Machine::start(1).await;
    let job = machine.submit(1, "echo up >up; sleep 1000").await;
    machine.wait_for(1, "up").await;
    machine.running(&job).await;
    let record = record::Record::at(machine.folder.path().join("scheduler/1"));
    process::send(record.claim().unwrap().pid, rustix::process::Signal::KILL);
    machine.restart().await;
    let (exit, usage) = machine.ended(&job).await;
    assert_eq!(exit.how, How::NodeFailed);
    assert_eq!(usage.unwrap().evidence, Evidence::Bracket);
}

#[tokio::test]
async fn a_wish_the_machine_cannot_have_is_refused_with_its_limit() {
    let machine = Machine::start(2).await;
    let ask = |wish: Resources, queue: Option<&str>| Batch {
        tag: "t".into(),
        user: machine.account.name.clone(),
        queue: queue.map(|name| name.parse().unwrap()),
        wish,
        folder: "/nowhere/x".into(),
    };
    let one = Resources::one_core(Seconds(60));
    for (wish, queue, field) in [
        (Resources { cores: 3, ..one }, None, "cores"),
        (Resources { nodes: 2, cores: 2, ..one }, None, "nodes"),
        (Resources { memory_mib: Some(9_999), ..one }, None, "memory"),
        (Resources { time: Seconds::hours(2), ..one }, None, "time"),
        (one, Some("gpu"), "queue"),
    ] {
        let error = machine.driver.submit(&ask(wish, queue)).await.unwrap_err();
        assert_eq!(error.wrong_field(), Some(field), "{error}");
    }
    machine.driver.read().await.unwrap();
    assert_eq!(machine.driver.describe().await.unwrap().queues[0].max_cores, Some(2));
}
