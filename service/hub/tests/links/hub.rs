//! A hub of its own for one test: a folder, free ports, an administrator who is signed in.

use std::net::SocketAddr;
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use tieline_hub::app::people::users;
use tieline_hub::clock::Clock;
use tieline_hub::{App, Config, http as api, link};
use tieline_model::{Seconds, Timestamp};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const PASSWORD: &str = "correct horse battery";

pub struct Hub {
    pub app: App,
    url: String,
    token: String,
    stop: CancellationToken,
    served: Vec<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl Hub {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config { state: folder.path().join("hub"), ..Config::default() };
        config.gateways.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        // The time stands still until a test moves it; it begins with the real one, by which clients judge certificates.
        let real = Clock::default().now();
        let app = App::open(config, Clock::fixed(real)).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/v1", listener.local_addr().unwrap());
        let gate = link::Server::bind(&app).await.unwrap();
        let stop = CancellationToken::new();
        let router = api::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let stopped = stop.clone().cancelled_owned();
        let people = tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(stopped).await.unwrap() });
        let stopped = stop.clone();
        let gateways = tokio::spawn(async move { gate.serve(stopped).await.unwrap() });
        users::ensure_administrator(&app, &"root".parse().unwrap(), PASSWORD).await.unwrap();
        let mut hub = Self { app, url, token: String::new(), stop, served: vec![people, gateways], _folder: folder };
        hub.token = hub.sign_in("root").await;
        hub
    }

    /// Signs somebody in and gives the access token.
    pub async fn sign_in(&self, name: &str) -> String {
        let (status, body) = self.send(Method::POST, "/sessions", None, Some(json!({ "name": name, "password": PASSWORD }))).await;
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    /// Adds a person with these roles, signed in.
    pub async fn person(&self, name: &str, roles: &[String]) -> String {
        let roles = roles.iter().map(|role| role.parse().unwrap()).collect();
        let new = users::NewUser { name: name.parse().unwrap(), display_name: name.to_owned(), roles, password: PASSWORD.to_owned() };
        users::create(&self.app, self.app.platform(), new).await.unwrap();
        self.sign_in(name).await
    }

    /// Asks as the administrator; panics where the answer is not a success.
    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let (status, body) = self.send(method, path, Some(&self.token), body).await;
        assert!((200..300).contains(&status), "{path}: {status} {body}");
        body
    }

    /// Asks as whoever holds this token, or as nobody.
    pub async fn send(&self, method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> (u16, Value) {
        let mut request = reqwest::Client::new().request(method, format!("{}{path}", self.url));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or(Value::Null))
    }

    /// Makes a center and gives its id and the secret of its join token.
    pub async fn center(&self, name: &str) -> (String, String) {
        let made = self.ask(Method::POST, "/centers", Some(json!({ "name": name, "contact": "desk@example.org" }))).await;
        let token = made["join"]["token"].as_str().unwrap();
        let (secret, fingerprint) = token.split_once('.').unwrap();
        assert_eq!(fingerprint, self.app.authority.fingerprint().to_string());
        (made["center"]["id"].as_str().unwrap().to_owned(), secret.to_owned())
    }

    pub fn move_time(&self, by: Seconds) -> Timestamp {
        let now = self.app.clock.now() + by;
        self.app.clock.set(now);
        now
    }

    pub async fn stop(self) {
        self.stop.cancel();
        for served in self.served {
            served.await.unwrap();
        }
    }
}

/// Waits until something is so.
pub async fn until<F: Future<Output = bool>>(what: &str, mut so: impl FnMut() -> F) {
    let all = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), all).await.unwrap_or_else(|_| panic!("it never came true: {what}"));
}
