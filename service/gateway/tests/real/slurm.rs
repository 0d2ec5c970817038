//! A real Slurm behind a real ssh.

use std::sync::Arc;
use std::time::Duration;

use tieline_gateway::io::driver::{Batch, Driver, Seen, Watched};
use tieline_gateway::io::site::Command;
use tieline_gateway::io::slurm::{About, Slurm, SlurmConfig};
use tieline_model::job::{AttemptKey, Evidence, How, NativeId, Sight, Usage};
use tieline_model::machine::ServingState;
use tieline_model::{ErrorKind, Id, JobId, Resources, Seconds, Timestamp};
use tieline_testkit::slurm::{Cluster, SlurmOptions};
use tieline_testkit::sshd::SshOptions;
use tieline_testkit::wait_until;

use crate::parts::{Login, login, user};

const SERVICE: &str = "tlq0";
const USER: &str = "tlq1";

/// A cluster, its login node and the driver that is tried.
struct Machine {
    cluster: Cluster,
    login: Login,
    slurm: Slurm,
}

async fn machine(options: SlurmOptions) -> Machine {
    let options = SlurmOptions { users: [SERVICE, USER].map(str::to_owned).to_vec(), ..options };
    let cluster = Cluster::start(options).await.unwrap();
    let login = login(&[SERVICE, USER], SshOptions::default(), |_| ()).await;
    let conf = cluster.conf().to_string_lossy().into_owned();
    let about = About {
        name: "real".parse().unwrap(),
        title: "A real Slurm".to_owned(),
        description: String::new(),
        organisation: String::new(),
        peak_gflops: None,
    };
    let config = SlurmConfig { bin: None, conf: Some(conf) };
    let slurm = Slurm::new(Arc::clone(&login.site) as _, config, about);
    Machine { cluster, login, slurm }
}

impl Machine {
    /// Puts a script as the wrapper into a fresh folder of the user.
    async fn batch(&self, number: u8, wish: Resources, script: &str) -> (AttemptKey, Batch) {
        let unique: [u8; 8] = self.login.server.port().to_be_bytes().repeat(4).try_into().unwrap();
        let mut bytes = [number; 16];
        bytes[..8].copy_from_slice(&unique);
        let key = AttemptKey { job: JobId::from_bytes(bytes), number: 1 };
        let folder = format!("/home/{USER}/tieline test/{}", key.tag());
        let text = format!(
            "#!/bin/sh\necho \"$SLURM_JOB_ID $(date +%s)\" >.tieline/start\n( {script} )\ncode=$?\necho \"$code $(date +%s) $SLURM_JOB_ID\" >.tieline/exit\nexit $code\n"
        );
        let put =
            Command::shell(r#"rm -rf "$1"; mkdir -p "$1/.tieline" && printf '%s' "$2" >"$1/.tieline/run.sh""#, [folder.clone(), text]);
        assert_eq!(self.login.run(USER, put).await.unwrap().done.status, 0);
        (key, Batch { tag: key.tag(), user: user(USER), queue: None, wish, folder })
    }

    async fn submit(&self, number: u8, wish: Resources, script: &str) -> Watched {
        let (key, batch) = self.batch(number, wish, script).await;
        let submitted = now();
        let native = self.slurm.submit(&batch).await.unwrap();
        Watched { key, native, user: batch.user, folder: batch.folder, submitted, started: None, wish }
    }

    async fn poll(&self, job: &Watched) -> Seen {
        self.slurm.poll(std::slice::from_ref(job)).await.unwrap().remove(0)
    }

    async fn until(&self, what: &str, job: &Watched, fits: impl Fn(&Seen) -> bool) -> Seen {
        let mut last = Seen::Absent;
        let waited = wait_until(what, Duration::from_secs(90), async || {
            last = self.poll(job).await;
            fits(&last)
        });
        let waited = waited.await;
        assert!(waited.is_ok(), "{what}: {last:?}");
        last
    }

    async fn end(&self, job: &Watched) -> (How, Option<Usage>, Evidence) {
        match self.until("it is over", job, |seen| matches!(seen, Seen::Ended { .. })).await {
            Seen::Ended { exit, usage, evidence } => (exit.how, usage, evidence),
            other => panic!("{other:?}"),
        }
    }
}

fn now() -> Timestamp {
    let since = std::fs::metadata("/proc/self").unwrap().modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap())
}

fn minute() -> Resources {
    Resources::one_core(Seconds(60))
}

fn running(seen: &Seen) -> bool {
    matches!(seen, Seen::Sighted { sight: Sight::Running { .. }, .. })
}

#[tokio::test]
async fn slurm_with_accounting_proves_every_end_and_what_it_occupied() {
    let machine = machine(SlurmOptions { accounting: true, ..SlurmOptions::default() }).await;
    let wish = Resources { nodes: 2, cores: 4, memory_mib: Some(200), gpus: 0, time: Seconds(90) };
    let wide = machine.submit(1, wish, "sleep 1").await;
    let failed = machine.submit(2, minute(), "exit 3").await;
    let killed = machine.submit(3, minute(), "kill -SEGV $$").await;
    let canceled = machine.submit(4, minute(), "sleep 300").await;
    machine.until("it runs", &canceled, running).await;
    machine.slurm.cancel(&canceled.user, &canceled.native).await.unwrap();

    let (how, usage, evidence) = machine.end(&wide).await;
    let usage = usage.unwrap();
    assert_eq!((how, evidence), (How::Code(0), Evidence::Accounting));
    assert_eq!((usage.nodes, usage.cores, usage.evidence), (2, 4, Evidence::Accounting));
    assert!(usage.elapsed_micros() >= 1_000_000);
    assert_eq!(machine.end(&failed).await.0, How::Code(3));
    assert_eq!(machine.end(&killed).await.0, How::Signal(11));
    assert_eq!(machine.end(&canceled).await.0, How::Canceled);

    // All in one question, in the order asked; a number that is another job's proves nothing.
    let other = Watched { key: AttemptKey { number: 2, ..wide.key }, folder: "/nowhere".to_owned(), ..wide.clone() };
    let seen = machine.slurm.poll(&[canceled.clone(), failed.clone()]).await.unwrap();
    assert!(
        matches!((&seen[0], &seen[1]), (Seen::Ended { exit: first, .. }, Seen::Ended { exit: second, .. })
        if first.how == How::Canceled && second.how == How::Code(3)),
        "{seen:?}"
    );
    assert_eq!(machine.poll(&other).await, Seen::Absent);

    machine.slurm.cancel(&wide.user, &wide.native).await.unwrap();
    machine.slurm.cancel(&wide.user, &"999999".parse().unwrap()).await.unwrap();
}

#[tokio::test]
async fn slurm_finds_a_submission_again_by_its_tag_while_it_runs_and_when_it_is_over() {
    let machine = machine(SlurmOptions { accounting: true, min_job_age: 2, ..SlurmOptions::default() }).await;
    let since = now();
    let job = machine.submit(1, minute(), "true").await;
    let find = async |tag: &str| machine.slurm.find(&job.user, tag, since).await.unwrap();
    assert_eq!(find(&job.key.tag()).await, std::slice::from_ref(&job.native));
    assert_eq!(find("tl-no-such-tag-1").await, [] as [NativeId; 0]);
    machine.end(&job).await;
    let gone = async || machine.cluster.command(&["squeue", "-h", "-t", "all"]).await.is_ok_and(|rows| rows.trim().is_empty());
    wait_until("the queue forgot it", Duration::from_secs(90), gone).await.unwrap();
    assert_eq!(find(&job.key.tag()).await, std::slice::from_ref(&job.native));
    assert_eq!(machine.end(&job).await.2, Evidence::Accounting);
}

#[tokio::test]
async fn slurm_without_accounting_is_believed_by_its_queue_and_then_by_the_wrappers_files() {
    let machine = machine(SlurmOptions { min_job_age: 2, ..SlurmOptions::default() }).await;
    let failed = machine.submit(1, minute(), "exit 3").await;
    let (how, usage, evidence) = machine.end(&failed).await;
    if evidence == Evidence::QueueRow {
        assert_eq!((how, usage.unwrap().cores), (How::Code(3), 1));
    }
    let long = machine.submit(2, minute(), "while [ ! -e go ]; do sleep 0.1; done; exit 4").await;
    machine.until("it runs", &long, running).await;
    // Nobody looks until the queue has forgotten it.
    let go = Command::new(["touch".to_owned(), format!("{}/go", long.folder)]);
    assert_eq!(machine.login.run(USER, go).await.unwrap().done.status, 0);
    let gone = async || machine.cluster.command(&["squeue", "-h", "-t", "all"]).await.is_ok_and(|rows| rows.trim().is_empty());
    wait_until("the queue forgot it", Duration::from_secs(90), gone).await.unwrap();
    let (how, usage, evidence) = machine.end(&long).await;
    assert_eq!((how, evidence), (How::Code(4), Evidence::Bracket));
    assert_eq!(usage.unwrap().evidence, Evidence::Bracket);
    // Another gateway life saw nothing: the files prove the exit and no usage.
    let fresh = Slurm::new(
        Arc::clone(&machine.login.site) as _,
        SlurmConfig { bin: None, conf: Some(machine.cluster.conf().to_string_lossy().into_owned()) },
        machine_about(),
    );
    let seen = fresh.poll(std::slice::from_ref(&long)).await.unwrap().remove(0);
    assert!(matches!(&seen, Seen::Ended { usage: None, evidence: Evidence::Sentinel, exit } if exit.how == How::Code(4)), "{seen:?}");
    let never = Watched { native: "77777".parse().unwrap(), folder: "/nowhere".to_owned(), ..long };
    assert_eq!(machine.poll(&never).await, Seen::Absent);
}

#[tokio::test]
async fn slurm_whose_accounting_is_silent_ends_jobs_by_its_queue_and_is_not_submitted_to_twice() {
    let machine = machine(SlurmOptions::default()).await;
    // The login node believes in an accounting that does not answer.
    let conf = std::fs::read_to_string(machine.cluster.conf()).unwrap();
    let silent = "accounting_storage/slurmdbd\nAccountingStorageHost=localhost\nAccountingStoragePort=1\nAccountingStoragePass=/nowhere";
    let file = machine.login.folder.path().join("slurm.conf");
    std::fs::write(&file, conf.replace("accounting_storage/none", silent)).unwrap();
    for (path, mode) in [(machine.login.folder.path(), 0o755), (file.as_path(), 0o644)] {
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    }
    let config = SlurmConfig { bin: None, conf: Some(file.to_string_lossy().into_owned()) };
    let machine = Machine { slurm: Slurm::new(Arc::clone(&machine.login.site) as _, config, machine_about()), ..machine };

    let failed = machine.submit(1, minute(), "sleep 1; exit 3").await;
    assert_eq!(machine.slurm.find(&failed.user, &failed.key.tag(), now()).await.unwrap_err().kind(), ErrorKind::Unavailable);
    let (how, usage, evidence) = machine.end(&failed).await;
    assert_eq!((how, evidence), (How::Code(3), Evidence::QueueRow));
    assert_eq!(usage.unwrap().evidence, Evidence::QueueRow);
    // What the queue no longer shows, and the gateway never saw running, waits for accounting: the user's files prove no usage.
    let unseen = Watched { native: "4242".parse().unwrap(), ..failed };
    assert_eq!(machine.poll(&unseen).await, Seen::Absent);
}

fn machine_about() -> About {
    About {
        name: "real".parse().unwrap(),
        title: String::new(),
        description: String::new(),
        organisation: String::new(),
        peak_gflops: None,
    }
}

#[tokio::test]
async fn slurm_says_why_it_refuses_and_silence_is_doubt() {
    let machine = machine(SlurmOptions::default()).await;
    let (_, batch) = machine.batch(1, minute(), "true").await;
    let nowhere = Batch { queue: Some("nowhere".parse().unwrap()), ..batch.clone() };
    let error = machine.slurm.submit(&nowhere).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.message().contains("nvalid partition"), "{error}");
    // Slurm keeps a record of this one although it refuses it.
    let (_, huge) = machine.batch(2, Resources { memory_mib: Some(9_000_000), ..minute() }, "true").await;
    assert_eq!(machine.slurm.submit(&huge).await.unwrap_err().kind(), ErrorKind::Invalid);

    machine.cluster.stop_controller().await.unwrap();
    let one: NativeId = "1".parse().unwrap();
    let (submitted, found, canceled, read) = tokio::join!(
        machine.slurm.submit(&batch),
        machine.slurm.find(&batch.user, &batch.tag, now()),
        machine.slurm.cancel(&batch.user, &one),
        machine.slurm.read()
    );
    let errors = [submitted.unwrap_err(), found.unwrap_err(), canceled.unwrap_err(), read.unwrap_err()];
    assert_eq!(errors.map(|error| error.kind()), [ErrorKind::Unavailable; 4]);
    machine.cluster.start_controller().await.unwrap();
    let native = machine.slurm.submit(&batch).await.unwrap();
    assert_eq!(machine.slurm.find(&batch.user, &batch.tag, now()).await.unwrap(), [native]);
}

#[tokio::test]
async fn slurm_shows_held_waiting_suspended_and_running_jobs_as_what_they_are() {
    let machine = machine(SlurmOptions::default()).await;
    let job = machine.submit(1, minute(), "sleep 300").await;
    machine.until("it runs", &job, running).await;
    machine.cluster.command(&["scontrol", "suspend", job.native.as_str()]).await.unwrap();
    machine.until("it is suspended", &job, |seen| matches!(seen, Seen::Sighted { sight: Sight::Suspended { .. }, .. })).await;
    machine.cluster.command(&["scontrol", "resume", job.native.as_str()]).await.unwrap();
    machine.until("it runs again", &job, running).await;

    let again = machine.submit(3, minute(), "sleep 300").await;
    machine.until("it runs", &again, running).await;
    machine.cluster.command(&["scontrol", "requeue", again.native.as_str()]).await.unwrap();
    machine.until("it waits again", &again, |seen| matches!(seen, Seen::Sighted { sight: Sight::Queued { .. }, .. })).await;
    machine.slurm.cancel(&again.user, &again.native).await.unwrap();
    assert_eq!(machine.end(&again).await.0, How::Canceled);

    let all = Resources { nodes: 2, cores: 16, memory_mib: None, gpus: 0, time: Seconds(120) };
    let waiting = machine.submit(2, all, "sleep 300").await;
    let seen = machine.poll(&waiting).await;
    assert!(matches!(&seen, Seen::Sighted { sight: Sight::Queued { .. }, evidence: Evidence::QueueRow }), "{seen:?}");
    machine
        .until("Slurm expects a start", &waiting, |seen| {
            matches!(seen, Seen::Sighted { sight: Sight::Queued { expected: Some(_), reason: Some(_) }, .. })
        })
        .await;
    machine.cluster.command(&["scontrol", "hold", waiting.native.as_str()]).await.unwrap();
    machine.until("it is held", &waiting, |seen| matches!(seen, Seen::Sighted { sight: Sight::Held { .. }, .. })).await;

    let reading = machine.slurm.read().await.unwrap();
    assert_eq!((reading.nodes.total, reading.cores.total, reading.cores.allocated), (2, 16, 1));
    let batch = reading.queues.iter().find(|queue| queue.name.as_str() == "batch").unwrap();
    assert_eq!((batch.state, batch.running, batch.waiting), (ServingState::Production, 1, 1));
    assert_eq!(batch.waiting_core_seconds, 16 * 120);
    let description = machine.slurm.describe().await.unwrap();
    assert_eq!(
        description.queues.iter().map(|queue| (queue.name.as_str(), queue.default, queue.cores)).collect::<Vec<_>>(),
        [("batch", true, 16), ("short", false, 16)]
    );
    assert_eq!(description.node_classes.iter().map(|class| (class.nodes, class.cores)).collect::<Vec<_>>(), [(2, 8)]);

    machine.slurm.cancel(&waiting.user, &waiting.native).await.unwrap();
    let (how, usage, _) = machine.end(&waiting).await;
    assert_eq!((how, usage), (How::Canceled, None), "it never ran");
    machine.slurm.cancel(&job.user, &job.native).await.unwrap();
    assert_eq!(machine.end(&job).await.0, How::Canceled);
}
