//! Names in a space.

use axum::body::Body;
use serde_json::json;

use super::desk::{Hub, sha256};

#[tokio::test]
async fn folders_are_listed_level_by_level_and_page_by_page() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    for path in ["b", "a/1", "a/2/x", "a-b", "a0", "c/1", "输入/文件"] {
        ada.put(path, b"x").await;
    }
    let root = ["a-b", "a", "a0", "b", "c", "输入"];
    assert_eq!(ada.list("").await, root);
    assert_eq!(ada.list("?path=a").await, ["a/1", "a/2"]);
    assert_eq!(ada.list("?path=a/&deep=true").await, ["a/1", "a/2/x"]);
    assert_eq!(ada.list("?deep=true").await.len(), 7);
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = ada.get(&format!("/files?limit=2{after}")).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["path"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, root);
    assert_eq!(ada.get("/files?path=../x").await.status, 422);
    assert_eq!(ada.get("/files?limit=0").await.status, 422);
    assert_eq!(ada.get("/files?after=%F0").await.status, 422);
}

#[tokio::test]
async fn a_file_that_is_sent_again_keeps_its_id_and_gets_the_new_content() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let first = ada.put("in.lj", b"one").await;
    let second = ada.put("in.lj", b"second").await;
    assert_eq!(first, second);
    let file = ada.get(&format!("/files/{first}")).await.json();
    assert_eq!((file["size"].as_u64(), file["sha256"].as_str()), (Some(6), Some(sha256(b"second").as_str())));
    assert_eq!(file["locations"], json!([{ "at": "hub", "sha256": sha256(b"second") }]));
    assert_eq!(ada.get("/quota").await.json()["file_bytes"], 6);
}

#[tokio::test]
async fn a_file_cannot_be_where_a_folder_is() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let file = ada.put("a/b", b"x").await;
    for name in ["a", "a/b/c"] {
        let refused = ada.announce(name.as_bytes(), 1, None).await;
        assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str()), (409, Some("path_taken")), "{name}");
    }
    let json = ("content-type", "application/json".to_owned());
    let moved = ada.send("PUT", &format!("/files/{file}"), &[json], r#"{"path":"a"}"#).await;
    assert_eq!(moved.status, 200, "{}", moved.text());
    assert_eq!(ada.list("").await, ["a"]);
}

#[tokio::test]
async fn a_file_moves_to_a_free_name_only() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let file = ada.put("a", b"x").await;
    ada.put("b", b"y").await;
    let path = format!("/files/{file}");
    let to = async |name: &str| {
        let json = ("content-type", "application/json".to_owned());
        ada.send("PUT", &path, &[json], json!({ "path": name }).to_string()).await.status.as_u16()
    };
    assert_eq!([to("b").await, to("../c").await, to("c\n").await, to("c/d").await], [409, 422, 422, 200]);
    assert_eq!(ada.list("?deep=true").await, ["b", "c/d"]);
}

#[tokio::test]
async fn a_removed_file_is_gone_and_its_room_is_given_back() {
    let hub = Hub::start(|config| config.limits.space_bytes = 10).await;
    let ada = hub.person("ada").await;
    let file = ada.put("a", b"0123456789").await;
    assert_eq!(ada.announce(b"b", 1, None).await.status, 507);
    assert_eq!(ada.send("DELETE", &format!("/files/{file}"), &[], Body::empty()).await.status, 204);
    assert_eq!(ada.get(&format!("/files/{file}")).await.status, 404);
    ada.put("b", b"x").await;
    let quota = ada.get("/quota").await.json();
    assert_eq!((quota["files"].as_u64(), quota["file_bytes"].as_u64(), quota["limit_bytes"].as_u64()), (Some(1), Some(1), Some(10)));
}
