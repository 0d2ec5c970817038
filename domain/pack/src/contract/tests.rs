//! The requests as a script reads them: this text is the contract, so a change here breaks packages.

use serde_json::json;
use tieline_model::{Id, Seconds};

use super::*;

fn job() -> JobFolder {
    JobFolder { job_id: JobId::from_bytes([1; 16]), attempt: 2, remote_dir: "/home/u1001/.tieline-jobs/x".to_owned() }
}

fn request<T: Ask>(body: T) -> Json {
    let common = Common {
        contract: CONTRACT,
        app: "lammps".parse().unwrap(),
        version: "1.0.0".parse().unwrap(),
        machine: "north".parse().unwrap(),
        local_user: "u1001".parse().unwrap(),
        job: (!matches!(T::SCRIPT, Script::PreSubmit | Script::GetState)).then(job),
    };
    json!({ T::SCRIPT.file(): Request { common, body } })
}

#[test]
fn every_request_is_one_flat_object() {
    let params = Map::from_iter([("x".to_owned(), json!(2))]);
    let resources = Resources { nodes: 1, cores: 4, memory_mib: Some(1024), gpus: 0, time: Seconds(3600) };
    let placement = Placement { queue: Some("normal".parse().unwrap()), resources };
    let tag = "tl-x-2".to_owned();
    let native_id: Option<NativeId> = Some("17".parse().unwrap());
    let input = InputFile { path: "in.melt".parse().unwrap(), source: "/in".to_owned(), size: 3, sha256: Sha256([2; 32]) };
    let file = FileMeta { name: "in.melt".to_owned(), size: 3 };
    let requests = [
        request(PreSubmit { params: params.clone(), files: vec![file], wish: resources, queue: None, queues: vec![], load: vec![] }),
        request(Initialize { placement: placement.clone(), params: params.clone(), inputs: vec![input] }),
        request(Submit { placement, params, command: vec!["lmp".to_owned()], tag: tag.clone() }),
        request(GetState { jobs: vec![StateOf { job: job(), native_id: native_id.clone(), tag: tag.clone() }], lookup: false }),
        request(Terminate { native_id, tag, grace_s: 30 }),
        request(Finalize {
            outputs: vec![OutputPattern { pattern: "*.log".to_owned(), bring: true }],
            target: "/out".to_owned(),
            keep: true,
        }),
    ];
    insta::assert_json_snapshot!(requests);
}

#[test]
fn a_request_reads_back_as_it_was() {
    let written = request(Terminate { native_id: None, tag: "tl-x-1".to_owned(), grace_s: 5 });
    let read: Request<Terminate> = serde_json::from_value(written["terminate"].clone()).unwrap();
    assert_eq!(json!({ "terminate": read }), written);
}

#[test]
fn a_script_may_leave_out_what_it_does_not_know() {
    let seen: States =
        answer(Script::GetState, br#"{"jobs":[{"native_id":"1","state":"running","source":"squeue","usage":{"cpu_s":9}}]}"#).unwrap();
    assert_eq!((seen.jobs[0].state, seen.jobs[0].source, seen.jobs[0].start), (ScriptState::Running, Source::Queue, None));
    let advice: PreSubmitted = answer(Script::PreSubmit, br#"{"ok":true,"recommend":[{"nodes":1,"ppn":4,"walltime_s":60}]}"#).unwrap();
    assert_eq!((advice.recommend[0].threads, advice.recommend[0].walltime_s), (1, Some(Seconds(60))));
}
