//! The whole way of a job.

use serde_json::json;
use tieline_model::job::{How, JobFact};
use tieline_model::{Seconds, Sha256};

use crate::play::{Play, is_run};

#[tokio::test]
async fn a_job_is_placed_runs_comes_back_and_is_paid_for_once() {
    let mut play = Play::start().await;
    let key = play.placed().await;
    assert_eq!(play.funds().await, ("1000.00 CNY".to_owned(), "10.00 CNY".to_owned()));
    let intent = play.gateway.wanted(key, is_run).await;
    let Some(tieline_wire_gateway::v1::intent::Body::Run(run)) = intent.body else { panic!("{intent:?}") };
    assert!(!intent.kept_before);
    assert_eq!((run.machine.as_str(), run.queue.as_str(), run.name.as_str()), ("fast", "main", "first"));
    let person = run.person.unwrap();
    assert_eq!((person.user.as_str(), person.account.as_str(), person.roles), ("alice", "alice", vec!["user".to_owned()]));
    assert_eq!(run.inputs.len(), 1);
    assert_eq!((run.inputs[0].path.as_str(), run.inputs[0].size), ("run.sh", 21));

    play.runs(key, Seconds::minutes(30), How::Code(0)).await;
    assert_eq!(play.state(key).await, "executed");
    assert_eq!(play.funds().await, ("995.00 CNY".to_owned(), "0.00 CNY".to_owned()), "charged for what it used, the hold is free");
    let output = JobFact::Output { path: "out.txt".parse().unwrap(), size: 6, brought: Some(Sha256([9; 32])) };
    play.happens(key, [JobFact::StageOutStarted, output, JobFact::Finished]).await;
    assert_eq!(play.state(key).await, "completed");
    assert_eq!(play.funds().await, ("995.00 CNY".to_owned(), "0.00 CNY".to_owned()));
    let files = tieline_store_hub::job_files::of(play.hub.app.store.read(), key).await.unwrap();
    assert_eq!(files.iter().map(|file| (file.path.as_str(), file.size, file.gone)).collect::<Vec<_>>(), [("out.txt", 6, false)]);
    assert!(tieline_hub::app::jobs::intents::open(&play.hub.app, play.gateway.id).await.unwrap().is_empty());
    tieline_store_hub::books::audit(play.hub.app.store.read()).await.unwrap();

    let told = play.hub.get(format!("/jobs/{}", key.job)).as_user("alice").await.expect(200).json();
    insta::assert_json_snapshot!(told, {
        ".id" => "[id]", ".user" => "[id]", ".account" => "[id]", ".app_version" => "[id]", ".machine" => "[id]",
        ".created_at" => "[time]", ".changed_at" => "[time]", ".ended_at" => "[time]",
        ".request.account" => "[id]", ".request.files.script[]" => "[id]", ".request.machine" => "[id]",
        ".attempts[].machine" => "[id]", ".attempts[].started_at" => "[time]", ".attempts[].ended_at" => "[time]",
        ".attempts[].folder_expires_at" => "[time]",
        ".attempts[].detail.exit.started" => "[time]", ".attempts[].detail.exit.ended" => "[time]",
        ".attempts[].usage.started" => "[time]", ".attempts[].usage.ended" => "[time]",
        ".attempts[].transitions[].at" => "[time]", ".attempts[].transitions[].by" => insta::dynamic_redaction(|value, _| {
            if value.as_str() == Some("hub") { "hub" } else { "[gateway]" }
        }),
        ".attempts[].transitions[].evidence.machine" => "[id]",
        ".attempts[].transitions[].evidence.exit.started" => "[time]", ".attempts[].transitions[].evidence.exit.ended" => "[time]",
        ".attempts[].transitions[].evidence.usage.started" => "[time]", ".attempts[].transitions[].evidence.usage.ended" => "[time]",
        ".attempts[].transitions[].evidence.sight.started" => "[time]",
    });
    let listed = play.hub.get("/jobs?base=finished").as_user("alice").await.expect(200).json();
    assert_eq!(listed["items"][0]["id"], json!(key.job));
    assert_eq!(listed["items"][0]["machine_name"], "fast");
}
