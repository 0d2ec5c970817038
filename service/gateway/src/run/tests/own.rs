//! Packages that start, watch and end their jobs themselves: their scripts run in the sandbox and reach this machine through the
//! broker, where a program goes on by itself that no scheduler knows.

use std::path::PathBuf;

use tieline_model::job::{AttemptKey, Evidence, Exit, How, JobFact, Phase, Script, Sight, State, StateName, Usage};
use tieline_wire_gateway::v1;

use super::hub::Hub;
use super::{World, intent, pack};

/// Starts the job's script as a session of its own and names it by its process.
const SUBMIT: &str = r#"#!/bin/sh
request=$(cat)
tag=$(printf %s "$request" | tieline-json get .tag)
pid=$("$TIELINE_SSH" sh -c 'cd "$1" || exit 73
printf %s "$2" >tag
setsid sh -c "sh job.sh >stdout.txt 2>stderr.txt; echo \$? >code.new; mv code.new code" </dev/null >/dev/null 2>&1 &
echo $! | tee pid' sh "$TIELINE_REMOTE_DIR" "$tag" </dev/null) || exit 75
echo "started $pid" >&2
printf '{"native_id":"pid-%s"}\n' "$pid"
"#;

/// Looks into each job's folder; leaves there about how many jobs it was asked at once.
const GET_STATE: &str = r#"#!/bin/sh
request=$(cat)
count=0
while printf %s "$request" | tieline-json get .jobs.$count.tag >/dev/null; do count=$((count + 1)); done
i=0 jobs=
while [ $i -lt $count ]; do
    folder=$(printf %s "$request" | tieline-json get .jobs.$i.remote_dir)
    tag=$(printf %s "$request" | tieline-json get .jobs.$i.tag)
    seen=$("$TIELINE_SSH" sh -c 'cd "$1" || exit 0
echo "$2" >>asked
[ -f pid ] || exit 0
if [ -f code ]; then echo "$(cat pid) $(cat code)"; elif kill -0 "$(cat pid)" 2>/dev/null; then echo "$(cat pid) runs"; fi' \
        sh "$folder" "$count" </dev/null) || exit 75
    said=
    case $seen in
        *runs) said='"state":"running","source":"queue"' ;;
        *' '*) said="\"state\":\"completed\",\"exit_code\":${seen#* },\"source\":\"accounting\"" ;;
    esac
    [ -z "$said" ] || jobs="$jobs${jobs:+,}{\"native_id\":\"pid-${seen%% *}\",\"tag\":\"$tag\",$said}"
    i=$((i + 1))
done
printf '{"jobs":[%s]}\n' "$jobs"
"#;

const TERMINATE: &str = r#"#!/bin/sh
cat >/dev/null
"$TIELINE_SSH" sh -c 'cd "$1" && kill -s TERM -- "-$(cat pid)" && echo 143 >code' sh "$TIELINE_REMOTE_DIR" </dev/null || exit 75
echo '{"was":"running"}'
"#;

/// A world whose package brings these scripts.
async fn world(scripts: &[(&str, &str)]) -> World {
    let mut world = World::new().await;
    world.package = pack(&world.hub, scripts);
    world.config.helper = Some(helper());
    world
}

pub(super) fn helper() -> PathBuf {
    let helper = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("tieline-gateway-helper");
    assert!(helper.is_file(), "build {} first: cargo build -p tieline-gateway --bins", helper.display());
    helper
}

fn end(hub: &Hub, key: AttemptKey) -> Option<(Exit, Option<Usage>, Evidence)> {
    hub.facts(key).into_iter().find_map(|fact| match fact {
        JobFact::Ended { exit, usage, evidence, .. } => Some((exit, usage, evidence)),
        _ => None,
    })
}

fn scripts(hub: &Hub, key: AttemptKey) -> Vec<(Script, i32)> {
    let facts = hub.facts(key).into_iter();
    facts.filter_map(|fact| if let JobFact::ScriptRan { script, status, .. } = fact { Some((script, status)) } else { None }).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn packages_run_watch_and_end_programs_no_scheduler_knows_and_are_asked_once_for_all_of_a_user() {
    let world = world(&[("submit", SUBMIT), ("getState", GET_STATE), ("terminate", TERMINATE)]).await;
    let gateway = world.start();
    let long = world.run(41, "alice", "echo begun; sleep 1000\n").await;
    world.reaches(long, StateName::Running).await;
    let State::Running { native, .. } = world.hub.state(long) else { panic!("{:?}", world.hub.facts(long)) };
    assert!(native.as_str().starts_with("pid-"), "{native}");
    let short = world.run(42, "alice", "while [ ! -e go ]; do sleep 0.1; done; echo water >r.out; exit 3\n").await;
    world.reaches(short, StateName::Running).await;
    let asked = |key| std::fs::read_to_string(world.job_folder(key).join("asked")).unwrap_or_default();
    let both = |_: &Hub| (asked(long).contains('2') && asked(short).contains('2')).then_some(());
    world.hub.until("one question is about both jobs", both).await;

    std::fs::write(world.job_folder(short).join("go"), "").unwrap();
    assert_eq!(world.ended(short).await.name(), StateName::Failed, "{:?}", world.hub.facts(short));
    let (exit, usage, evidence) = end(&world.hub, short).unwrap();
    assert_eq!((exit.how, evidence), (How::Code(3), Evidence::Package));
    assert_eq!(usage, None, "what a package says of its job proves no usage");
    assert_eq!(world.hub.kept.lock().unwrap().outputs["r.out"], b"water\n");
    assert_eq!(scripts(&world.hub, short), [(Script::Submit, 0), (Script::GetState, 0)], "only a change of getState is told");

    world.hub.order(intent(41, 2, v1::intent::Body::Cancel(v1::CancelAttempt::default()))).await;
    assert_eq!(world.ended(long).await.name(), StateName::Canceled, "{:?}", world.hub.facts(long));
    assert_eq!(end(&world.hub, long).unwrap().0.how, How::Canceled);
    assert!(scripts(&world.hub, long).contains(&(Script::Terminate, 0)));
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_comes_back_goes_on_asking_the_package() {
    let world = world(&[("submit", SUBMIT), ("getState", GET_STATE), ("terminate", TERMINATE)]).await;
    let gateway = world.start();
    let key = world.run(43, "alice", "echo ran >>judge; while [ ! -e go ]; do sleep 0.1; done\n").await;
    world.reaches(key, StateName::Running).await;
    gateway.stop().await;
    std::fs::write(world.job_folder(key).join("go"), "").unwrap();
    let gateway = world.start();
    assert_eq!(world.ended(key).await.name(), StateName::Completed, "{:?}", world.hub.facts(key));
    assert_eq!(std::fs::read_to_string(world.job_folder(key).join("judge")).unwrap(), "ran\n");
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_never_works_is_tried_five_times_however_often_the_gateway_comes_back() {
    let world = world(&[("initialize", "#!/bin/sh\ncat >/dev/null\necho 'no licence' >&2\nexit 75\n")]).await;
    let gateway = world.start();
    let key = world.run(51, "alice", "true\n").await;
    world.hub.until("it failed twice", |hub| (scripts(hub, key).len() >= 2).then_some(())).await;
    gateway.stop().await;
    let gateway = world.start();
    let State::Failed { phase: Phase::StageIn, reason } = world.ended(key).await else { panic!("{:?}", world.hub.facts(key)) };
    assert_eq!(scripts(&world.hub, key), [(Script::Initialize, 75); 5]);
    assert!(reason.contains("initialize ended with 75: no licence; it was tried 5 times"), "{reason}");
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_submit_that_stumbles_after_it_started_the_job_starts_no_second_one() {
    let stumbling = SUBMIT.replace("printf '{\"native_id\"", "exit 70\nprintf '{\"native_id\"");
    let world = world(&[("submit", &stumbling), ("getState", GET_STATE)]).await;
    let gateway = world.start();
    let key = world.run(44, "alice", "echo ran >>judge\n").await;
    assert_eq!(world.ended(key).await.name(), StateName::Completed, "{:?}", world.hub.facts(key));
    assert_eq!(scripts(&world.hub, key)[0], (Script::Submit, 70));
    assert_eq!(std::fs::read_to_string(world.job_folder(key).join("judge")).unwrap(), "ran\n");
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tool_that_is_over_at_once_is_finished_with_its_exit_code_and_bracketed_by_the_gateway() {
    let submit = "#!/bin/sh\ncat >/dev/null\n\"$TIELINE_SSH\" sh -c 'cd \"$1\" && sh job.sh >r.out' sh \"$TIELINE_REMOTE_DIR\" </dev/null\n\
        printf '{\"state\":\"completed\",\"exit_code\":%s}\\n' $?\n";
    let world = world(&[("submit", submit)]).await;
    let gateway = world.start();
    let key = world.run(45, "alice", "echo water; sleep 1; exit 4\n").await;
    assert_eq!(world.ended(key).await.name(), StateName::Failed, "{:?}", world.hub.facts(key));
    let (exit, usage, _) = end(&world.hub, key).unwrap();
    let usage = usage.unwrap();
    assert_eq!((exit.how, usage.evidence), (How::Code(4), Evidence::Bracket));
    assert!((1_000_000..60_000_000).contains(&usage.elapsed_micros()), "{usage:?}");
    assert_eq!(world.hub.kept.lock().unwrap().outputs["r.out"], b"water\n");
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_package_claims_of_a_job_the_scheduler_shows_running_counts_for_nothing() {
    let lie = "#!/bin/sh\ncat >/dev/null\n\
        echo '{\"jobs\":[{\"native_id\":\"1\",\"state\":\"completed\",\"exit_code\":0,\"end\":\"2020-01-01T00:00:00Z\",\"source\":\"accounting\"}]}'\n";
    let world = world(&[("getState", lie)]).await;
    let gateway = world.start();
    let key = world.run(46, "alice", "while [ ! -e go ]; do sleep 0.1; done; exit 5\n").await;
    world.reaches(key, StateName::Running).await;
    world.hub.until("the package was asked", |hub| (!scripts(hub, key).is_empty()).then_some(())).await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(world.hub.state(key).name(), StateName::Running, "{:?}", world.hub.facts(key));
    std::fs::write(world.job_folder(key).join("go"), "").unwrap();
    world.ended(key).await;
    let (exit, usage, evidence) = end(&world.hub, key).unwrap();
    assert_eq!((exit.how, evidence), (How::Code(5), Evidence::Accounting));
    assert!(usage.is_some());
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_its_package_no_longer_mentions_has_vanished_and_not_ended_and_a_failing_script_changes_nothing() {
    const MOODY: &str = r#"#!/bin/sh
cat >/dev/null
mood=$("$TIELINE_SSH" cat MOOD </dev/null) || exit 75
case $mood in
    silent) echo '{"jobs":[]}' ;;
    broken) echo "no module named x" >&2; exit 78 ;;
    *) echo '{"jobs":[{"native_id":"n-1","state":"running","source":"queue"}]}' ;;
esac
"#;
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mood = folder.path().join("mood");
    std::fs::write(&mood, "silent").unwrap();
    let get_state = MOODY.replace("MOOD", &mood.display().to_string());
    let mut world = world(&[("submit", "#!/bin/sh\ncat >/dev/null\necho '{\"native_id\":\"n-1\"}'\n"), ("getState", &get_state)]).await;
    world.config.machines[0].pace.grace_seconds = 1;
    let gateway = world.start();
    let key = world.run(47, "alice", "true\n").await;
    world.reaches(key, StateName::Lost).await;
    std::fs::write(&mood, "fine").unwrap();
    world.reaches(key, StateName::Running).await;
    std::fs::write(&mood, "broken").unwrap();
    let told = |hub: &Hub| scripts(hub, key).contains(&(Script::GetState, 78)).then_some(());
    world.hub.until("the person is told that the script is broken", told).await;
    let sights =
        |hub: &Hub| hub.facts(key).iter().filter(|fact| matches!(fact, JobFact::Sighted { sight: Sight::Running { .. }, .. })).count();
    let before = sights(&world.hub);
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!((world.hub.state(key).name(), sights(&world.hub)), (StateName::Running, before), "no evidence is no change");
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_finalize_returns_is_what_the_hub_gets_and_nothing_of_it_is_taken_on_its_word() {
    const FINALIZE: &str = r#"#!/bin/sh
request=$(cat)
target=$(printf %s "$request" | tieline-json get .target)
"$TIELINE_GET" big.dat "$target/small.dat" || exit 75
mkdir -p "$target/sub" && echo summed >"$target/sub/sum.txt"
ln -s /etc/passwd "$target/stolen"
"$TIELINE_SSH" rm "$TIELINE_REMOTE_DIR/big.dat" </dev/null
sum=$(sha256sum <"$target/sub/sum.txt" | cut -d' ' -f1)
printf '{"outputs":[{"path":"small.dat","bytes":1},{"path":"sub/sum.txt","bytes":999999999,"sha256":"%s"},{"path":"named.dat","bytes":0},
' "$sum" | tr -d '\n'
echo '{"path":"stolen","bytes":1},{"path":"nowhere","bytes":1}],"freed_bytes":6,"leftover":["left.out"]}'
"#;
    let world = world(&[("finalize", FINALIZE)]).await;
    let gateway = world.start();
    let key = world.run(48, "alice", "echo water >big.dat; echo ice >named.dat; echo steam >left.out; echo fog >other.out\n").await;
    assert_eq!(world.ended(key).await.name(), StateName::Completed, "{:?}", world.hub.facts(key));
    let outputs: std::collections::BTreeMap<_, _> = world
        .hub
        .facts(key)
        .into_iter()
        .filter_map(|fact| match fact {
            JobFact::Output { path, size, brought } => Some((path.to_string(), (size, brought.is_some()))),
            _ => None,
        })
        .collect();
    let expected = [
        ("left.out", (6, false)),
        ("named.dat", (4, true)),
        ("other.out", (4, true)),
        ("small.dat", (6, true)),
        ("stderr.txt", (0, true)),
        ("stdout.txt", (0, true)),
        ("sub/sum.txt", (7, true)),
    ];
    assert_eq!(outputs, expected.map(|(path, told)| (path.to_owned(), told)).into());
    let kept = world.hub.kept.lock().unwrap().outputs.clone();
    assert_eq!((kept["small.dat"].as_slice(), kept["sub/sum.txt"].as_slice()), (&b"water\n"[..], &b"summed\n"[..]));
    let log = world.hub.facts(key).into_iter().find_map(|fact| match fact {
        JobFact::ScriptRan { script: Script::Finalize, log, .. } => Some(log),
        _ => None,
    });
    let log = log.unwrap();
    assert!(log.contains("'nowhere'") && log.contains("'stolen'") && !log.contains("'small.dat'"), "{log}");
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_the_hub_has_no_room_for_goes_to_the_machine() {
    const FINALIZE: &str = r#"#!/bin/sh
request=$(cat)
target=$(printf %s "$request" | tieline-json get .target)
head -c 3000000 /dev/zero >"$target/large.dat"
echo '{"outputs":[{"path":"large.dat","bytes":3000000}],"freed_bytes":0}'
"#;
    let world = world(&[("finalize", FINALIZE)]).await;
    let gateway = world.start();
    let key = world.run(49, "alice", "true\n").await;
    assert_eq!(world.ended(key).await.name(), StateName::Completed, "{:?}", world.hub.facts(key));
    let told = JobFact::Output { path: "large.dat".parse().unwrap(), size: 3_000_000, brought: None };
    assert!(world.hub.facts(key).contains(&told), "{:?}", world.hub.facts(key));
    assert_eq!(std::fs::metadata(world.job_folder(key).join("large.dat")).unwrap().len(), 3_000_000);
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_script_says_of_its_progress_reaches_the_hub_bounded_and_ends_with_the_job() {
    const INITIALIZE: &str = r#"#!/bin/sh
cat >/dev/null
i=0
while [ $i -lt 20000 ]; do echo '{"pct":7,"msg":"flood"}'; i=$((i + 1)); done >&3
printf '%s\n{"pct"' '{"pct":400,"msg":"half \u001b[2J done"}' >&3
"$TIELINE_SSH" sh -c 'while [ ! -e "$1/go" ]; do sleep 0.1; done' sh "$TIELINE_REMOTE_DIR" </dev/null || exit 75
printf '{"remote_dir":"%s"}\n' "$TIELINE_REMOTE_DIR"
"#;
    const GET_STATE: &str = "#!/bin/sh\ncat >/dev/null\n\
        echo '{\"jobs\":[{\"native_id\":\"1\",\"state\":\"running\",\"source\":\"queue\",\"progress\":42}]}'\n";
    let world = world(&[("initialize", INITIALIZE), ("getState", GET_STATE)]).await;
    let gateway = world.start();
    let key = world.run(50, "alice", "while [ ! -e over ]; do sleep 0.1; done\n").await;
    let last = |hub: &Hub| hub.kept.lock().unwrap().progress.last().cloned();
    let told = world.hub.until("the last word", |hub| last(hub).filter(|told| told.message.starts_with("half"))).await;
    assert_eq!((told.script, told.percent, told.message.as_str()), (Script::Initialize, Some(100), "half  [2J done"));
    assert!(world.hub.kept.lock().unwrap().progress.len() <= 10, "a flood is not passed on");
    std::fs::write(world.job_folder(key).join("go"), "").unwrap();
    world.hub.until("the job's own progress", |hub| last(hub).filter(|told| told.percent == Some(42))).await;
    std::fs::write(world.job_folder(key).join("over"), "").unwrap();
    assert_eq!(world.ended(key).await.name(), StateName::Completed, "{:?}", world.hub.facts(key));
    assert_eq!(world.hub.facts(key).iter().filter(|fact| serde_json::to_string(fact).unwrap().contains("flood")).count(), 0);
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_fails_while_the_disk_was_full_is_asked_again_and_not_believed() {
    let world = world(&[("initialize", "#!/bin/sh\ncat >/dev/null\necho 'no room?' >&2\nexit 1\n")]).await;
    let ballast = world.config.state.join("ballast");
    let gateway = world.start();
    world.hub.until("the ballast lies there", |_| super::is_file(&ballast)).await;
    std::fs::remove_file(&ballast).unwrap();
    let key = world.run(49, "alice", "echo ran\n").await;
    let failed = |hub: &Hub| (scripts(hub, key).len() >= 2).then_some(());
    world.hub.until("it was asked twice", failed).await;
    assert!(!world.hub.state(key).is_final(), "{:?}", world.hub.facts(key));
    std::fs::write(&ballast, "").unwrap();
    assert_eq!(world.ended(key).await.name(), StateName::Failed, "{:?}", world.hub.facts(key));
    gateway.stop().await;
}
