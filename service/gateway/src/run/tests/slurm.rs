//! The whole gateway on a real Slurm behind a real ssh.

use tieline_model::job::{Evidence, JobFact, State, StateName};
use tieline_model::machine::Reading;
use tieline_testkit::slurm::{Cluster, SlurmOptions};
use tieline_testkit::sshd::{Server, SshOptions};
use tieline_wire_gateway::v1;

use super::own::helper;
use super::{World, intent, pack};
use crate::config::{DriverKind, Site, StoragePath};
use crate::io::slurm::SlurmConfig;
use crate::io::ssh::{Keys, SshAuthority, SshConfig};

struct Machine {
    world: World,
    _cluster: Cluster,
    _server: Server,
}

/// A machine for this user's jobs, polled by this login. Each test has its own, so that none takes another's folders or keys away.
async fn machine(service: &str, user: &str) -> Machine {
    let users = [service, user].map(str::to_owned).to_vec();
    let cluster = Cluster::start(SlurmOptions { users, ..SlurmOptions::default() }).await.unwrap();
    let server = Server::start([service, user], SshOptions::default()).await.unwrap();
    // An earlier run claimed the same jobs there.
    let _ = std::fs::remove_dir_all(format!("/home/{user}/tieline jobs"));
    let mut world = World::new().await;
    let authority = SshAuthority::open(world.config.state.join("ssh")).await.unwrap();
    for name in [service, user] {
        server.authorize(name, &authority.authority_line(&name.parse().unwrap())).unwrap();
    }
    let ssh = SshConfig {
        host: "127.0.0.1".to_owned(),
        port: server.port(),
        host_keys: vec![server.host_key().to_owned()],
        service_user: service.parse().unwrap(),
        keys: Keys::Authority,
        job_root: "{home}/tieline jobs".to_owned(),
        connections: 64,
        sessions: 8,
        idle_seconds: 60,
        connect_seconds: 10,
        options: vec![],
    };
    let machine = &mut world.config.machines[0];
    machine.storage = vec![StoragePath { title: "home".to_owned(), path: "/home".to_owned() }];
    machine.driver = DriverKind::Slurm;
    machine.fork = None;
    machine.site = Site::Ssh(ssh);
    machine.slurm = SlurmConfig { bin: None, conf: Some(cluster.conf().to_string_lossy().into_owned()) };
    std::fs::write(&world.config.user_map, format!("[[rule]]\nuser = \"alice\"\nlocal = \"{user}\"\n")).unwrap();
    Machine { world, _cluster: cluster, _server: server }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_goes_all_the_way_on_slurm_over_ssh_and_another_is_canceled() {
    const USER: &str = "tlg1";
    let Machine { world, .. } = &machine("tlg0", USER).await;
    let gateway = world.start();
    let body = world.hub.until("a reading", |hub| hub.kept.lock().unwrap().readings.get("here").cloned()).await;
    assert!(serde_json::from_str::<Reading>(&body).unwrap().cores.total > 0);
    let room = |hub: &super::Hub| super::storage(hub).pop().filter(|home| home.name == "home" && home.as_of.is_some());
    let home = world.hub.until("the room of a file system", room).await;
    assert!(home.total_bytes >= home.free_bytes, "{home:?}");
    world.hub.until("the room of it a little later", |hub| room(hub).filter(|later| later.as_of > home.as_of)).await;
    let long = world.run(31, "alice", "sleep 1000\n").await;
    world.reaches(long, StateName::Running).await;
    let key = world.run(32, "alice", "echo water >r.out; id -un\n").await;
    world.hub.order(intent(31, 2, v1::intent::Body::Cancel(v1::CancelAttempt::default()))).await;
    assert_eq!(world.ended(key).await.name(), StateName::Completed, "{:?}", world.hub.facts(key));
    assert_eq!(world.ended(long).await.name(), StateName::Canceled, "{:?}", world.hub.facts(long));
    let outputs = world.hub.kept.lock().unwrap().outputs.clone();
    assert_eq!((outputs["r.out"].as_slice(), outputs["stdout.txt"].as_slice()), (&b"water\n"[..], format!("{USER}\n").as_bytes()));
    let usage = world.hub.facts(key).into_iter().find_map(|fact| match fact {
        JobFact::Ended { usage, evidence, .. } => Some((usage, evidence)),
        _ => None,
    });
    let (usage, evidence) = usage.unwrap();
    assert!(evidence != Evidence::Sentinel && usage.is_some_and(|usage| usage.cores > 0), "{usage:?} {evidence:?}");
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_package_that_calls_sbatch_itself_is_charged_by_what_slurm_says_and_not_by_its_own_word() {
    const SUBMIT: &str = r#"#!/bin/sh
request=$(cat)
tag=$(printf %s "$request" | tieline-json get .tag)
number=$("$TIELINE_SSH" sh -c 'SLURM_CONF=CONF sbatch --parsable --job-name="$2" --chdir="$1" --output=/dev/null "$1/.tieline/run.sh"' \
    sh "$TIELINE_REMOTE_DIR" "$tag" </dev/null) || exit 75
printf '{"native_id":"%s","scheduler":"slurm"}\n' "$number"
"#;
    // It would have the job over at once.
    const GET_STATE: &str = r#"#!/bin/sh
native=$(tieline-json get .jobs.0.native_id)
printf '{"jobs":[{"native_id":"%s","state":"completed","exit_code":0,"source":"accounting"}]}\n' "$native"
"#;
    let Machine { mut world, _cluster, _server } = machine("tlg3", "tlg2").await;
    let submit = SUBMIT.replace("CONF=CONF", &format!("CONF={}", _cluster.conf().display()));
    world.package = pack(&world.hub, &[("submit", &submit), ("getState", GET_STATE)]);
    world.config.helper = Some(helper());
    let gateway = world.start();
    let key = world.run(33, "alice", "sleep 4; exit 3\n").await;
    world.reaches(key, StateName::Running).await;
    assert_eq!(world.ended(key).await.name(), StateName::Failed, "{:?}", world.hub.facts(key));
    let ended = world.hub.facts(key).into_iter().find_map(|fact| match fact {
        JobFact::Ended { usage, evidence, .. } => Some((usage, evidence)),
        _ => None,
    });
    let (usage, evidence) = ended.unwrap();
    assert!(evidence.proves_usage() && usage.is_some_and(|usage| usage.elapsed_micros() >= 3_000_000), "{usage:?} {evidence:?}");
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_canceled_on_slurm_has_the_grace_to_write_its_last_checkpoint_and_it_comes_back() {
    let Machine { world, .. } = &machine("tlg4", "tlg5").await;
    let gateway = world.start();
    let script = "trap 'sleep 2; echo step 7 >last.out; echo saved; exit 0' TERM\necho begun\nwhile :; do sleep 0.2; done\n";
    let key = world.run(34, "alice", script).await;
    world.reaches(key, StateName::Running).await;
    // The trap is set once it says so.
    world
        .hub
        .until("it begins", |_| {
            std::fs::read(format!("/home/tlg5/tieline jobs/{}/stdout.txt", key.tag())).ok().filter(|said| !said.is_empty())
        })
        .await;
    world.hub.order(intent(34, 2, v1::intent::Body::Cancel(v1::CancelAttempt::default()))).await;
    assert_eq!(world.ended(key).await.name(), StateName::Canceled, "{:?}", world.hub.facts(key));
    let outputs = world.hub.kept.lock().unwrap().outputs.clone();
    let brought = |name: &str| outputs.get(name).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert_eq!((brought("last.out").as_deref(), brought("stdout.txt").as_deref()), (Some("step 7\n"), Some("begun\nsaved\n")));
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_run_is_charged_once_where_slurm_without_accounting_requeues_a_job() {
    let Machine { world, _cluster: cluster, _server } = &machine("tlg6", "tlg7").await;
    let gateway = world.start();
    let key = world.run(35, "alice", "echo run >>judge; while [ ! -e go ]; do sleep 0.2; done; sleep 2; exit 3\n").await;
    world.reaches(key, StateName::Running).await;
    let State::Running { native, started: first } = world.hub.state(key) else { panic!("{:?}", world.hub.facts(key)) };
    // Until a later question has seen it run.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    cluster.command(&["scontrol", "requeue", native.as_str()]).await.unwrap();
    world.hub.until("it was taken back", |hub| (hub.state(key).name() == StateName::Queued).then_some(())).await;
    // Slurm lets a job it took back wait for two minutes. Within the same second its node would not take it.
    cluster.command(&["scontrol", "update", &format!("JobId={native}"), "StartTime=now+3"]).await.unwrap();
    world.reaches(key, StateName::Running).await;
    let State::Running { started: second, .. } = world.hub.state(key) else { panic!("{:?}", world.hub.facts(key)) };
    let folder = format!("/home/tlg7/tieline jobs/{}", key.tag());
    std::fs::write(format!("{folder}/go"), "").unwrap();
    assert_eq!(world.ended(key).await.name(), StateName::Failed, "{:?}", world.hub.facts(key));
    assert_eq!(std::fs::read_to_string(format!("{folder}/judge")).unwrap(), "run\nrun\n");
    let usages = world.hub.facts(key).into_iter().filter_map(|fact| match fact {
        JobFact::UsageKnown { usage } | JobFact::Ended { usage: Some(usage), .. } => Some(usage),
        _ => None,
    });
    let usages = usages.collect::<Vec<_>>();
    let [one, two] = usages[..] else { panic!("{usages:?}") };
    assert_eq!((one.run, one.started, two.run, two.started), (0, first, 1, second));
    assert!(first < one.ended && one.ended < second && second < two.ended, "{usages:?}");
    assert!(one.evidence.proves_usage() && two.evidence.proves_usage());
    gateway.stop().await;
}
