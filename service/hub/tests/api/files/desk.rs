//! A hub in a folder of its own, and people who are signed in to it.

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use tieline_hub::app::people::users::{self, NewUser};
use tieline_hub::clock::Clock;
use tieline_hub::{App, Config, http as api};
use tieline_model::{Role, Roles, Timestamp};
use tower::ServiceExt;

const PASSWORD: &str = "correct horse battery";

pub struct Hub {
    pub app: App,
    pub clock: Clock,
    config: Config,
    _folder: TempDir,
    router: Router,
}

pub struct Person {
    token: String,
    router: Router,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub body: Vec<u8>,
}

impl Hub {
    pub async fn start(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config { state: folder.path().join("state"), ..Config::default() };
        change(&mut config);
        let clock = Clock::fixed(Timestamp::from_seconds(1_800_000_000));
        let app = App::open(config.clone(), clock.clone()).await.unwrap();
        Self { router: api::router(app.clone()), app, clock, config, _folder: folder }
    }

    /// The same state folder in another life: nothing of the first one's memory is left.
    pub async fn restart(&mut self) {
        self.app = App::open(self.config.clone(), self.clock.clone()).await.unwrap();
        self.router = api::router(self.app.clone());
    }

    pub async fn person(&self, name: &str) -> Person {
        let roles = Roles::from_iter([Role::User]);
        let new = NewUser { name: name.parse().unwrap(), display_name: name.to_owned(), roles, password: PASSWORD.to_owned() };
        users::create(&self.app, self.app.platform(), new).await.unwrap();
        self.sign_in(name).await
    }

    pub async fn sign_in(&self, name: &str) -> Person {
        let body = json!({ "name": name, "password": PASSWORD }).to_string();
        let request = Request::post("/api/v1/sessions").header("content-type", "application/json").body(Body::from(body)).unwrap();
        let answer = Answer::read(self.router.clone().oneshot(request).await.unwrap()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        Person { token: answer.json()["access_token"].as_str().unwrap().to_owned(), router: self.router.clone() }
    }

    /// Every file below the state folder's blobs, by its path.
    pub fn blobs(&self) -> Vec<String> {
        fn walk(folder: &std::path::Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { walk(&path, found) } else { found.push(path.display().to_string()) }
            }
        }
        let mut found = Vec::new();
        walk(&self.config.state.join("blobs"), &mut found);
        found
    }
}

impl Person {
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, String)], body: impl Into<Body>) -> Answer {
        Answer::read(self.stream(method, path, headers, body).await).await
    }

    /// The answer before its body is read.
    pub async fn stream(&self, method: &str, path: &str, headers: &[(&str, String)], body: impl Into<Body>) -> Response {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let path = if path.starts_with("/api") { path.to_owned() } else { format!("/api/v1{path}") };
        let mut request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Body::empty()).await
    }

    /// Announces an upload; gives the answer.
    pub async fn announce(&self, name: &[u8], size: u64, sha256: Option<&str>) -> Answer {
        let mut metadata = format!("filename {}", STANDARD.encode(name));
        if let Some(sha256) = sha256 {
            metadata.push_str(&format!(",sha256 {}", STANDARD.encode(sha256)));
        }
        let headers = [("tus-resumable", "1.0.0".to_owned()), ("upload-length", size.to_string()), ("upload-metadata", metadata)];
        self.send("POST", "/uploads", &headers, Body::empty()).await
    }

    /// Announces an upload that must be accepted; gives its address.
    pub async fn begin(&self, name: &str, size: u64, sha256: Option<&str>) -> String {
        let answer = self.announce(name.as_bytes(), size, sha256).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.header("location")
    }

    pub async fn patch(&self, upload: &str, offset: u64, body: impl Into<Body>) -> Answer {
        self.send("PATCH", upload, &patch_headers(offset), body).await
    }

    pub async fn offset(&self, upload: &str) -> u64 {
        let answer = self.send("HEAD", upload, &[("tus-resumable", "1.0.0".to_owned())], Body::empty()).await;
        assert_eq!(answer.status, 200);
        answer.header("upload-offset").parse().unwrap()
    }

    /// Uploads a file in one piece; gives its id.
    pub async fn put(&self, name: &str, content: &[u8]) -> String {
        let upload = self.begin(name, content.len() as u64, Some(&sha256(content))).await;
        let answer = self.patch(&upload, 0, content.to_vec()).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
        answer.header("tieline-file")
    }

    /// The paths in a folder.
    pub async fn list(&self, query: &str) -> Vec<String> {
        let answer = self.get(&format!("/files{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["items"].as_array().unwrap().iter().map(|item| item["path"].as_str().unwrap().to_owned()).collect()
    }
}

impl Answer {
    async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Self { status: parts.status, headers: parts.headers, body }
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).unwrap_or_else(|| panic!("no header {name}")).to_str().unwrap().to_owned()
    }
}

pub fn patch_headers(offset: u64) -> Vec<(&'static str, String)> {
    vec![
        ("tus-resumable", "1.0.0".to_owned()),
        ("upload-offset", offset.to_string()),
        ("content-type", "application/offset+octet-stream".to_owned()),
    ]
}

pub fn sha256(content: &[u8]) -> String {
    use sha2::Digest;
    tieline_model::Sha256(sha2::Sha256::digest(content).into()).to_string()
}

/// Bytes that repeat with no short period.
pub fn noise(count: usize) -> Vec<u8> {
    (0..count as u64).map(|index| (index.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8).collect()
}
