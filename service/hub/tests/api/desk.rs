//! What people arrange for themselves.

use serde_json::{Value, json};

use crate::TestHub;

#[tokio::test]
async fn the_colours_a_person_gave_to_tiles_are_theirs_alone_and_stay() {
    let mut hub = TestHub::start().await;
    let ask = async |hub: &TestHub, name: &str| hub.get("/me/preferences").as_user(name).await.expect(200).json();
    assert_eq!(ask(&hub, "alice").await, json!({ "tiles": {} }));
    let wanted = json!({ "tiles": { "lammps": "teal", "shell": "rose" } });
    hub.put("/me/preferences", wanted.clone()).as_user("alice").await.expect(200);
    hub.restart().await;
    assert_eq!((ask(&hub, "alice").await, ask(&hub, "bob").await), (wanted, json!({ "tiles": {} })));
    for (tiles, field) in [(json!({ "shell": "url(x)" }), "tiles.shell"), (json!({ "shell": "" }), "tiles.shell")] {
        let answer = hub.put("/me/preferences", json!({ "tiles": tiles })).as_user("alice").await.expect(422).json();
        assert_eq!(answer["field"], field, "{answer}");
    }
    hub.put("/me/preferences", json!({ "colour": "red" })).as_user("alice").await.expect(422);
}

#[tokio::test]
async fn a_template_is_kept_found_by_app_and_dropped() {
    let hub = TestHub::start().await;
    let request = json!({ "app": "lammps", "params": { "x": 4 }, "cores": 8 });
    let kept = hub.post("/templates", json!({ "name": "large box", "request": request })).as_user("alice").await.expect(201).json();
    assert_eq!((&kept["app"], &kept["request"]["params"], &kept["request"]["cores"]), (&json!("lammps"), &json!({ "x": 4 }), &json!(8)));
    let again = hub.post("/templates", json!({ "name": "large box", "request": request })).as_user("alice").await.expect(409).json();
    assert_eq!((&again["code"], &again["field"]), (&json!("name_taken"), &json!("name")));
    hub.post("/templates", json!({ "name": "large box", "request": { "app": "shell" } })).as_user("alice").await.expect(201);
    let names = async |query: &str, who: &str| {
        let all = hub.get(format!("/templates{query}")).as_user(who).await.expect(200).json();
        all["items"].as_array().unwrap().iter().map(|one| format!("{}/{}", one["app"], one["name"])).collect::<Vec<_>>()
    };
    assert_eq!(names("?app=lammps", "alice").await, [r#""lammps"/"large box""#]);
    assert_eq!((names("", "alice").await.len(), names("", "bob").await.len()), (2, 0));
    hub.post("/templates", json!({ "name": "x", "request": { "app": "none" } })).as_user("alice").await.expect(404);
    hub.post("/templates", json!({ "name": "two\nlines", "request": request })).as_user("alice").await.expect(422);
    let id = kept["id"].as_str().unwrap();
    hub.delete(format!("/templates/{id}")).as_user("bob").await.expect(404);
    hub.delete(format!("/templates/{id}")).as_user("alice").await.expect(204);
    hub.delete(format!("/templates/{id}")).as_user("alice").await.expect(404);
}

#[tokio::test]
async fn a_list_of_apps_says_when_the_caller_last_ran_each() {
    let hub = TestHub::start().await;
    let alice = hub.user("alice").await.id;
    crate::files::stage_job(&hub, alice, &[]).await;
    let used = async |name: Option<&str>| {
        let ask = hub.get("/apps");
        let all = match name {
            Some(name) => ask.as_user(name).await,
            None => ask.await,
        };
        let all = all.expect(200).json();
        all["items"].as_array().unwrap().iter().filter(|one| one["last_used_at"] != Value::Null).count()
    };
    assert_eq!((used(Some("alice")).await, used(Some("bob")).await, used(None).await), (1, 0, 0));
}
