//! Files on their way in: interrupted, resumed, refused.

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::{StreamExt, stream};
use tieline_model::Seconds;

use super::desk::{Hub, noise, patch_headers, sha256};

fn broken_after(content: Vec<u8>) -> Body {
    let pieces: Vec<Result<Bytes, std::io::Error>> = vec![Ok(content.into()), Err(std::io::ErrorKind::ConnectionReset.into())];
    Body::from_stream(stream::iter(pieces))
}

#[tokio::test]
async fn an_upload_that_was_cut_goes_on_where_it_stood_after_a_restart() {
    let mut hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let content = noise(3 << 20);
    let upload = ada.begin("输入/大.bin", content.len() as u64, Some(&sha256(&content))).await;
    assert_eq!(ada.patch(&upload, 0, content[..1_000_000].to_vec()).await.header("upload-offset"), "1000000");
    ada.patch(&upload, 1_000_000, broken_after(content[1_000_000..1_500_000].to_vec())).await;
    assert!(ada.list("").await.is_empty(), "nothing is seen before it is whole");

    hub.restart().await;
    let ada = hub.sign_in("ada").await;
    assert_eq!(ada.offset(&upload).await, 1_500_000);
    let last = ada.patch(&upload, 1_500_000, content[1_500_000..].to_vec()).await;
    assert_eq!((last.status.as_u16(), last.header("upload-offset")), (204, content.len().to_string()));
    assert_eq!(ada.list("?deep=true").await, ["输入/大.bin"]);
    let file = last.header("tieline-file");
    assert_eq!(ada.get(&format!("/files/{file}/content")).await.body, content);

    // The last answer may have been lost: asking again tells the same.
    let again = ada.send("HEAD", &upload, &[("tus-resumable", "1.0.0".to_owned())], Body::empty()).await;
    assert_eq!((again.header("upload-offset"), again.header("tieline-file")), (content.len().to_string(), file));
}

#[tokio::test]
async fn an_upload_whose_last_byte_arrived_just_before_the_hub_died_is_completed_when_asked_about() {
    let mut hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let upload = ada.begin("a", 5, Some(&sha256(b"hello"))).await;
    let id = upload.rsplit('/').next().unwrap().to_owned();
    // What a hub that is killed between the last write and the row leaves behind.
    let folder = hub.blobs().into_iter().find_map(|path| path.split_once("/blobs/").map(|(front, _)| format!("{front}/blobs/incoming")));
    std::fs::write(format!("{}/{id}", folder.unwrap()), b"hello").unwrap();
    hub.restart().await;
    let ada = hub.sign_in("ada").await;
    assert_eq!(ada.offset(&upload).await, 5);
    assert_eq!(ada.list("").await, ["a"]);
}

#[tokio::test]
async fn bytes_that_are_not_what_was_announced_are_refused_and_nothing_is_seen() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let before = hub.blobs();
    let upload = ada.begin("a", 5, Some(&sha256(b"hello"))).await;
    let refused = ada.patch(&upload, 0, "hallo").await;
    assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str()), (422, Some("checksum_mismatch")));
    assert!(refused.text().contains(&sha256(b"hello")), "{}", refused.text());
    assert!(ada.list("").await.is_empty());
    assert_eq!(hub.blobs(), before, "its bytes are gone");
    assert_eq!(ada.patch(&upload, 0, "hello").await.status, 404, "the upload is gone too");
}

#[tokio::test]
async fn a_piece_that_is_not_what_its_checksum_says_is_not_kept() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let upload = ada.begin("a", 6, None).await;
    assert_eq!(ada.patch(&upload, 0, "abc").await.status, 204);
    let mut headers = patch_headers(3);
    headers.push(("upload-checksum", format!("sha256 {}", STANDARD.encode([7; 32]))));
    let refused = ada.send("PATCH", &upload, &headers, "def").await;
    assert_eq!(refused.status.as_u16(), 460, "{}", refused.text());
    assert_eq!(ada.offset(&upload).await, 3);
    headers[3].1 = format!("sha256 {}", STANDARD.encode(hex(&sha256(b"def"))));
    assert_eq!(ada.send("PATCH", &upload, &headers, "def").await.status, 204);
    assert_eq!(ada.list("").await, ["a"]);
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

#[tokio::test]
async fn names_that_leave_the_space_or_hide_something_are_refused_by_name() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    for name in [&b"../x"[..], b"a/../x", b"/etc/passwd", b"a\nb", b"a\0b", b"a\x07", b"a\\b", b"", b"a//b", b"\xff\xfe", &[b'x'; 2000]] {
        let refused = ada.announce(name, 1, None).await;
        assert_eq!(refused.status, 422, "{name:?}");
        let field = refused.json()["field"].as_str().unwrap().to_owned();
        assert!(["filename", "Upload-Metadata"].contains(&field.as_str()), "{field}");
    }
    assert_eq!(ada.get("/quota").await.json()["upload_bytes"], 0, "nothing was made");
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_with_both_numbers() {
    let hub = Hub::start(|config| config.limits.file_bytes = 1000).await;
    let ada = hub.person("ada").await;
    let refused = ada.announce(b"a", 1001, None).await;
    assert_eq!(refused.status, 413);
    assert!(refused.text().contains("1001") && refused.text().contains("1000"), "{}", refused.text());
}

#[tokio::test]
async fn more_bytes_than_were_announced_are_refused() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let upload = ada.begin("a", 5, None).await;
    assert_eq!(ada.patch(&upload, 0, "toolong").await.status, 413);
    assert_eq!(ada.offset(&upload).await, 0);
}

#[tokio::test]
async fn uploads_under_way_count_against_the_space_and_are_given_back_when_given_up() {
    let hub = Hub::start(|config| config.limits.space_bytes = 100).await;
    let ada = hub.person("ada").await;
    ada.put("kept", &noise(30)).await;
    let upload = ada.begin("open", 50, None).await;
    let refused = ada.announce(b"third", 21, None).await;
    assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str()), (507, Some("quota")));
    for number in ["21", "30", "50", "100"] {
        assert!(refused.json()["message"].as_str().unwrap().contains(number), "{}", refused.text());
    }
    ada.begin("kept", 45, None).await;
    let given_up = ada.send("DELETE", &upload, &[("tus-resumable", "1.0.0".to_owned())], Body::empty()).await;
    assert_eq!(given_up.status, 204);
    ada.begin("third", 21, None).await;
}

#[tokio::test]
async fn uploads_are_refused_when_the_disk_would_be_too_full() {
    let hub = Hub::start(|config| config.limits.disk_percent = 1).await;
    let ada = hub.person("ada").await;
    let refused = ada.announce(b"a", 1 << 39, None).await;
    assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str()), (507, Some("disk_full")));
    assert!(refused.text().contains("1 %"), "{}", refused.text());
}

#[tokio::test]
async fn two_requests_cannot_send_to_one_upload_at_once() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let upload = ada.begin("a", 6, None).await;
    let (give, take) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(1);
    let body = Body::from_stream(tokio_stream::wrappers::ReceiverStream::new(take));
    let first = async { ada.patch(&upload, 0, body).await };
    let second = async {
        give.send(Ok("abc".into())).await.unwrap();
        // The channel holds one piece: the next fits once the first was taken, so the first request has the upload.
        give.send(Ok("d".into())).await.unwrap();
        give.reserve().await.unwrap();
        let refused = ada.patch(&upload, 3, "def").await;
        assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str()), (409, Some("upload_busy")));
        give.send(Ok("ef".into())).await.unwrap();
        drop(give);
    };
    let (first, ()) = tokio::join!(first, second);
    assert_eq!(first.status, 204);
    assert_eq!(ada.list("").await, ["a"]);
}

#[tokio::test]
async fn an_offset_that_is_not_where_the_upload_stands_is_refused_with_the_right_one() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let upload = ada.begin("a", 6, None).await;
    assert_eq!(ada.patch(&upload, 0, "abc").await.status, 204);
    let refused = ada.patch(&upload, 2, "cdef").await;
    assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str()), (409, Some("offset_mismatch")));
    assert!(refused.text().contains("byte 3"), "{}", refused.text());
}

#[tokio::test]
async fn an_upload_whose_time_is_over_is_gone_with_its_bytes() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let before = hub.blobs();
    let upload = ada.begin("a", 6, None).await;
    ada.patch(&upload, 0, "abc").await;
    hub.clock.set(hub.clock.now() + Seconds::days(7) + Seconds(1));
    let removed = tieline_hub::app::files::sweep::once(&hub.app).await.unwrap();
    assert_eq!(removed.uploads, 1);
    assert_eq!(hub.blobs(), before);
    let ada = hub.sign_in("ada").await;
    assert_eq!(ada.patch(&upload, 3, "def").await.status, 404);
}

#[tokio::test]
async fn somebody_elses_upload_is_not_there() {
    let hub = Hub::start(|_| {}).await;
    let (ada, eve) = (hub.person("ada").await, hub.person("eve").await);
    eve.put("own", b"x").await;
    let upload = ada.begin("a", 3, None).await;
    assert_eq!(eve.patch(&upload, 0, "abc").await.status, 404);
    assert_eq!(eve.send("HEAD", &upload, &[("tus-resumable", "1.0.0".to_owned())], Body::empty()).await.status, 404);
    assert_eq!(eve.send("DELETE", &upload, &[("tus-resumable", "1.0.0".to_owned())], Body::empty()).await.status, 404);
}

#[tokio::test]
async fn a_file_of_no_bytes_is_whole_at_once() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let answer = ada.announce(b"empty", 0, None).await;
    assert_eq!((answer.status.as_u16(), answer.header("upload-offset")), (201, "0".to_owned()));
    assert_eq!(ada.list("").await, ["empty"]);
    let file = answer.header("tieline-file");
    assert_eq!(ada.get(&format!("/files/{file}/content")).await.body, b"");
}

#[tokio::test]
async fn what_the_hub_speaks_is_told_to_everybody_and_another_version_is_refused() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let spoken = ada.send("OPTIONS", "/uploads", &[], Body::empty()).await;
    assert_eq!(spoken.status, 204);
    assert_eq!(spoken.header("tus-extension"), "creation,checksum,expiration,termination");
    let refused = ada.send("POST", "/uploads", &[("tus-resumable", "0.2.2".to_owned())], Body::empty()).await;
    assert_eq!((refused.status.as_u16(), refused.header("tus-version")), (412, "1.0.0".to_owned()));
}

#[tokio::test]
async fn a_request_of_a_gibibyte_is_refused_before_it_is_read() {
    let hub = Hub::start(|_| {}).await;
    let ada = hub.person("ada").await;
    let file = ada.put("a", b"x").await;
    let read = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let count = read.clone();
    let pieces = stream::repeat_with(|| Bytes::from(vec![b'"'; 1 << 16])).take(1 << 14).map(move |piece| {
        count.fetch_add(piece.len() as u64, std::sync::atomic::Ordering::SeqCst);
        Ok::<_, std::io::Error>(piece)
    });
    let json = ("content-type", "application/json".to_owned());
    let refused = ada.send("PUT", &format!("/files/{file}"), &[json], Body::from_stream(pieces)).await;
    assert_eq!(refused.status, 413, "{}", refused.text());
    assert!(read.load(std::sync::atomic::Ordering::SeqCst) <= 2 << 20, "not more than the limit and a piece");
}
