//! Files on their way out: whole, in ranges, by name.

use axum::body::Body;
use http_body_util::BodyExt;

use super::desk::{Hub, noise, sha256};

#[tokio::test]
async fn a_file_goes_out_as_it_came_in_with_its_name_and_its_checksum() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let content = noise(1_000_003);
    let file = ada.put("结果/最终 \"v2\".dat", &content).await;
    let path = format!("/files/{file}/content");
    let answer = ada.get(&path).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &content));
    assert_eq!(answer.header("etag"), format!("\"{}\"", sha256(&content)));
    assert_eq!(answer.header("content-length"), "1000003");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"__ _v2_.dat\"; filename*=UTF-8''%E6%9C%80%E7%BB%88%20%22v2%22.dat"
    );
    let head = ada.send("HEAD", &path, &[], Body::empty()).await;
    assert_eq!((head.status.as_u16(), head.header("content-length"), head.body.len()), (200, "1000003".to_owned(), 0));
    let known = ada.send("GET", &path, &[("if-none-match", answer.header("etag"))], Body::empty()).await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
}

#[tokio::test]
async fn a_range_is_given_exactly_and_one_outside_is_refused() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let file = ada.put("a", b"0123456789").await;
    let path = format!("/files/{file}/content");
    for (range, status, body, shown) in [
        ("bytes=2-4", 206, "234", "bytes 2-4/10"),
        ("bytes=7-", 206, "789", "bytes 7-9/10"),
        ("bytes=-2", 206, "89", "bytes 8-9/10"),
        ("bytes=0-99", 200, "0123456789", ""),
        ("bytes=10-", 416, "", "bytes */10"),
    ] {
        let answer = ada.send("GET", &path, &[("range", range.to_owned())], Body::empty()).await;
        assert_eq!(answer.status, status, "{range}");
        if !shown.is_empty() {
            assert_eq!(answer.header("content-range"), shown, "{range}");
        }
        if status != 416 {
            assert_eq!(answer.text(), body, "{range}");
        }
    }
    let changed = [("range", "bytes=2-4".to_owned()), ("if-range", "\"other\"".to_owned())];
    assert_eq!(ada.send("GET", &path, &changed, Body::empty()).await.status, 200, "of another edition the whole is given");
}

#[tokio::test]
async fn somebody_elses_file_is_not_there() {
    let hub = Hub::start(|_| {}).await;
    let (ada, eve) = (hub.person("ada").await, hub.person("eve").await);
    let file = ada.put("a", b"secret").await;
    for (method, path, body) in [
        ("GET", format!("/files/{file}"), ""),
        ("GET", format!("/files/{file}/content"), ""),
        ("HEAD", format!("/files/{file}/content"), ""),
        ("DELETE", format!("/files/{file}"), ""),
        ("PUT", format!("/files/{file}"), r#"{"path":"b"}"#),
    ] {
        let json = ("content-type", "application/json".to_owned());
        assert_eq!(eve.send(method, &path, &[json], body.to_owned()).await.status, 404, "{method} {path}");
    }
    assert!(eve.list("?deep=true").await.is_empty());
    assert_eq!(ada.list("").await, ["a"]);
}

#[tokio::test]
async fn a_download_holds_one_small_piece_at_a_time() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let content = noise(4 << 20);
    let file = ada.put("a", &content).await;
    let mut body = ada.stream("GET", &format!("/files/{file}/content"), &[], Body::empty()).await.into_body();
    let mut seen = Vec::new();
    while let Some(frame) = body.frame().await {
        let piece = frame.unwrap().into_data().unwrap();
        assert!(piece.len() <= 256 * 1024, "{}", piece.len());
        seen.extend_from_slice(&piece);
    }
    assert_eq!(seen, content);
}
