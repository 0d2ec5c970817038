//! What gateways tell of their machines, and who may see how much of it.

use http::Method;
use serde_json::{Value, json};
use tieline_model::machine::{CoreCounts, Description, GpuCounts, NodeCounts, NodeReading, Reading, SchedulerKind, Storage};
use tieline_model::{Seconds, Timestamp};
use tieline_wire_gateway::v1;
use tieline_wire_gateway::v1::from_gateway::Body as Up;
use tieline_wire_gateway::v1::from_hub::Body as Down;

use crate::gateway::{Control, Gateway, hello};
use crate::hub::{Hub, until};

fn description(name: &str, title: &str) -> Up {
    let description = Description {
        name: name.parse().unwrap(),
        title: title.to_owned(),
        description: String::new(),
        organisation: "East".to_owned(),
        architecture: "x86_64".to_owned(),
        accelerators: Vec::new(),
        peak_gflops: None,
        scheduler: SchedulerKind::Fork,
        scheduler_version: None,
        node_classes: Vec::new(),
        queues: Vec::new(),
        deployments: Vec::new(),
    };
    Up::Description(v1::Description { machine: name.to_owned(), body: serde_json::to_string(&description).unwrap() })
}

fn reading(name: &str, idle: u32, total: u32) -> Up {
    let reading = Reading {
        as_of: Timestamp::from_seconds(1),
        nodes: NodeCounts { total: 1, mixed: 1, ..Default::default() },
        cores: CoreCounts { total, idle, allocated: 2, unavailable: 0 },
        gpus: GpuCounts::default(),
        queues: Vec::new(),
        node_map: vec![NodeReading { name: "n1".to_owned(), state: "MIXED".to_owned(), cores: total, allocated: 2 }],
        raw: "what the scheduler printed".to_owned(),
        storage: vec![Storage {
            name: "jobs".to_owned(),
            path: "/secret".to_owned(),
            total_bytes: Some(2),
            free_bytes: Some(u64::from(idle)),
            as_of: Some(Timestamp::from_seconds(1)),
        }],
        trouble: None,
    };
    Up::Reading(v1::Reading { machine: name.to_owned(), body: serde_json::to_string(&reading).unwrap() })
}

async fn machines(hub: &Hub) -> Vec<Value> {
    hub.send(Method::GET, "/machines", None, None).await.1["items"].as_array().unwrap().clone()
}

/// One machine of one center.
async fn machine(hub: &Hub, center: &str, name: &str) -> Value {
    let found = machines(hub).await.into_iter().find(|machine| machine["center_name"] == center && machine["name"] == name);
    found.unwrap_or(Value::Null)
}

/// Waits until the hub has taken everything said before.
async fn taken(hub: &Hub, control: &Control, name: &str) {
    control.say(description(name, "the last word")).await;
    until("the last word arrived", || async {
        machines(hub).await.iter().any(|machine| machine["name"] == name && machine["description"]["title"] == "the last word")
    })
    .await;
}

#[tokio::test]
async fn a_machine_is_seen_as_it_is_told_and_each_reader_sees_a_part() {
    let hub = Hub::start().await;
    let (east, secret) = hub.center("east").await;
    let gateway = Gateway::enrol(&hub, &secret).await;
    let (control, _) = gateway.arrive(&hub).await;
    control.say(description("m1", "One")).await;
    control.say(reading("m1", 6, 8)).await;
    control.say(reading("m1", 9, 10)).await;
    taken(&hub, &control, "m1").await;
    let seen = machines(&hub).await.remove(0);
    assert_eq!(
        (&seen["center_name"], &seen["connected"], &seen["stale"], &seen["enabled"]),
        (&json!("east"), &json!(true), &json!(false), &json!(true))
    );
    assert_eq!(
        seen["reading"]["cores"],
        json!({ "total": 8, "idle": 6, "allocated": 2, "unavailable": 0 }),
        "what does not add up is not taken"
    );
    let room = &seen["description"]["storage"][0];
    assert_eq!((&room["free_bytes"], &room["as_of"]), (&json!(6), &json!("1970-01-01T00:00:01Z")), "room is as fresh as the reading");
    let path = format!("/machines/{}", seen["id"].as_str().unwrap());
    let operator = hub.person("olga", &[format!("center-operator:{east}")]).await;
    let user = hub.person("uwe", &[]).await;
    for (token, paths, nodes, raw) in [(None, 0, 0, 0), (Some(&user), 1, 1, 0), (Some(&operator), 1, 1, 1)] {
        let (_, machine) = hub.send(Method::GET, &path, token.map(String::as_str), None).await;
        let text = machine.to_string();
        let has = |word: &str| usize::from(text.contains(word));
        assert_eq!((has("/secret"), has("MIXED"), has("what the scheduler printed")), (paths, nodes, raw), "{text}");
    }
    assert_eq!(hub.send(Method::GET, "/machines/m1", None, None).await.1["id"], seen["id"]);
    assert_eq!(hub.send(Method::GET, "/machines/m2", None, None).await.0, 404);
    hub.stop().await;
}

#[tokio::test]
async fn a_gateway_that_left_leaves_its_machines_behind_as_stale() {
    let hub = Hub::start().await;
    let (_, secret) = hub.center("east").await;
    let gateway = Gateway::enrol(&hub, &secret).await;
    let (control, _) = gateway.arrive(&hub).await;
    taken(&hub, &control, "m1").await;
    drop(control);
    until("it is gone", || async { machines(&hub).await[0]["connected"] == false }).await;
    assert_eq!(machines(&hub).await[0]["stale"], true);
    hub.stop().await;
}

#[tokio::test]
async fn nobody_speaks_of_a_machine_that_another_gateway_serves() {
    let hub = Hub::start().await;
    let (east, secret) = hub.center("east").await;
    let first = Gateway::enrol(&hub, &secret).await;
    let (control, _) = first.arrive(&hub).await;
    taken(&hub, &control, "m1").await;

    let token = hub.ask(Method::POST, &format!("/centers/{east}/join-tokens"), None).await;
    let second = Gateway::enrol(&hub, token["token"].as_str().unwrap()).await;
    let (other, _) = second.arrive(&hub).await;
    other.say(description("m1", "Mine now")).await;
    other.say(reading("m1", 0, 2)).await;
    taken(&hub, &other, "m2").await;
    let seen = machine(&hub, "east", "m1").await;
    assert_eq!((&seen["description"]["title"], &seen["reading"]), (&json!("the last word"), &json!(null)));

    let (_, secret) = hub.center("west").await;
    let (foreign, _) = Gateway::enrol(&hub, &secret).await.arrive(&hub).await;
    taken(&hub, &foreign, "m1").await;
    until("the same name in another center is another machine", || async { machines(&hub).await.len() == 3 }).await;
    assert_eq!(hub.send(Method::GET, "/machines/m1", None, None).await.0, 409, "the name alone does not say which");
    assert_eq!(hub.send(Method::GET, "/machines/west%2Fm1", None, None).await.1["center_name"], "west");

    hub.ask(Method::PUT, &format!("/gateways/{}/revoked", first.id), Some(json!({ "revoked": true }))).await;
    until("the first is gone", || async { !hub.app.links.is_connected(first.id) }).await;
    other.say(description("m1", "Mine now")).await;
    until("it moved", || async { machine(&hub, "east", "m1").await["description"]["title"] == "Mine now" }).await;
    hub.stop().await;
}

#[tokio::test]
async fn a_history_has_one_reading_for_five_minutes_and_forgets_after_thirty_days() {
    let hub = Hub::start().await;
    let (_, secret) = hub.center("east").await;
    let (control, _) = Gateway::enrol(&hub, &secret).await.arrive(&hub).await;
    taken(&hub, &control, "m1").await;
    let id = machines(&hub).await[0]["id"].as_str().unwrap().to_owned();
    let idle = || async { machines(&hub).await[0]["reading"]["cores"]["idle"].clone() };
    let into_slot = hub.app.clock.now().seconds().rem_euclid(300).unsigned_abs();
    hub.move_time(Seconds(300 - into_slot));
    for (step, cores) in [(0, 1), (10, 2), (300, 3)] {
        hub.move_time(Seconds(step));
        control.say(reading("m1", cores, cores + 2)).await;
        until("the reading arrived", || async { idle().await == cores }).await;
    }
    let user = hub.person("uwe", &[]).await;
    let path = format!("/machines/{id}/history");
    let (_, history) = hub.send(Method::GET, &path, Some(&user), None).await;
    let kept = history["items"].as_array().unwrap().iter().map(|item| item["reading"]["cores"]["idle"].clone()).collect::<Vec<_>>();
    assert_eq!(kept, [2, 3], "the last one of each step");
    assert_eq!(hub.send(Method::GET, &path, None, None).await.0, 401);
    hub.move_time(Seconds::days(31));
    control.say(reading("m1", 4, 6)).await;
    until("the reading arrived", || async { idle().await == 4 }).await;
    hub.move_time(Seconds(300));
    let since = Timestamp::from_seconds(0);
    let all =
        tieline_store_hub::machines::history(hub.app.store.read(), id.parse().unwrap(), since, hub.app.clock.now(), 100).await.unwrap();
    assert_eq!(all.len(), 1);
    hub.stop().await;
}

#[tokio::test]
async fn an_operator_takes_a_machine_out_and_puts_it_back() {
    let hub = Hub::start().await;
    let (east, secret) = hub.center("east").await;
    let (control, _) = Gateway::enrol(&hub, &secret).await.arrive(&hub).await;
    taken(&hub, &control, "m1").await;
    let path = format!("/machines/{}/enabled", machines(&hub).await[0]["id"].as_str().unwrap());
    let operator = hub.person("olga", &[format!("center-operator:{east}")]).await;
    let user = hub.person("uwe", &[]).await;
    let off = || Some(json!({ "enabled": false }));
    assert_eq!(hub.send(Method::PUT, &path, Some(&user), off()).await.0, 403);
    assert_eq!(hub.send(Method::PUT, &path, Some(&operator), off()).await.1["enabled"], false);
    taken(&hub, &control, "m1").await;
    assert_eq!(machines(&hub).await[0]["enabled"], false, "the gateway's word does not put it back");
    hub.stop().await;
}

#[tokio::test]
async fn a_gateway_hears_what_the_hub_does_not_take_of_it_and_stays_connected() {
    let hub = Hub::start().await;
    let (_, secret) = hub.center("east").await;
    let gateway = Gateway::enrol(&hub, &secret).await;
    let (mut control, _) = gateway.arrive(&hub).await;
    control.say(description("m1", "One")).await;
    control.say(reading("m1", 9, 10)).await;
    let refused = |body| if let Down::NotTaken(refused) = body { Some(refused) } else { None };
    let told = control.hear(refused).await.unwrap();
    assert_eq!((told.what.as_str(), told.machine.as_str()), ("reading", "m1"));
    assert!(told.why.unwrap().message.contains("do not add up"));
    taken(&hub, &control, "m1").await;
}

#[tokio::test]
async fn an_older_gateway_is_not_told_what_it_would_not_understand() {
    let hub = Hub::start().await;
    let (_, secret) = hub.center("east").await;
    let gateway = Gateway::enrol(&hub, &secret).await;
    let mut control = gateway.dial().await.unwrap();
    control.say(Up::Hello(v1::Hello { hears_not_taken: false, ..hello() })).await;
    control.say(description("m1", "One")).await;
    control.say(reading("m1", 9, 10)).await;
    // What is answered in its order: whatever the hub said of the reading comes before it.
    control.say(Up::Facts(v1::FactBatch { facts: vec![] })).await;
    let next = control.hear(|body| Some(body).filter(|body| matches!(body, Down::NotTaken(_) | Down::Applied(_)))).await.unwrap();
    assert!(matches!(next, Down::Applied(_)), "{next:?}");
    taken(&hub, &control, "m1").await;
}
