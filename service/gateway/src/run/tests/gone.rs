//! A machine that is taken out of the configuration, and put back.

use tieline_model::job::{JobFact, StateName};
use tieline_wire_gateway::v1;

use super::hub::Hub;
use super::{World, intent};

fn stalled(hub: &Hub, key: tieline_model::job::AttemptKey) -> Vec<Option<String>> {
    let facts = hub.facts(key).into_iter();
    facts.filter_map(|fact| if let JobFact::Stalled { reason } = fact { Some(reason) } else { None }).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_of_a_machine_that_was_taken_out_say_so_once_and_go_on_when_it_comes_back() {
    let mut world = World::new().await;
    let gateway = world.start();
    let key = world.run(61, "alice", "while [ ! -e go ]; do sleep 0.1; done\n").await;
    let other = world.run(62, "alice", "sleep 1000\n").await;
    world.reaches(key, StateName::Running).await;
    world.reaches(other, StateName::Running).await;
    gateway.stop().await;

    world.config.machines[0].name = "elsewhere".parse().unwrap();
    for _ in 0..2 {
        let gateway = world.start();
        world.hub.until("the job says so", |hub| (!stalled(hub, key).is_empty()).then_some(())).await;
        world.hub.order(intent(62, 2, v1::intent::Body::Cancel(v1::CancelAttempt::default()))).await;
        let kept = |hub: &Hub| hub.keeps(&intent(62, 2, v1::intent::Body::Cancel(v1::CancelAttempt::default())).id).then_some(());
        world.hub.until("the cancel is kept", kept).await;
        gateway.stop().await;
    }
    let said = stalled(&world.hub, key);
    assert!(matches!(&said[..], [Some(why)] if why.contains("machine here")), "{said:?}");

    world.config.machines[0].name = "here".parse().unwrap();
    let gateway = world.start();
    std::fs::write(world.job_folder(key).join("go"), "").unwrap();
    assert_eq!(world.ended(key).await.name(), StateName::Completed, "{:?}", world.hub.facts(key));
    assert_eq!(stalled(&world.hub, key).last(), Some(&None));
    assert_eq!(world.ended(other).await.name(), StateName::Canceled, "what was canceled meanwhile is not forgotten");
    gateway.stop().await;
}
