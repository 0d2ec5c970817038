//! A hub of its own for each test: a temporary folder with SQLite, a clock that stands still, and a few people.

use std::future::{Future, IntoFuture};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tieline_hub::app::people::caller::Origin;
use tieline_hub::app::people::{ensure_administrator, sessions, users};
use tieline_hub::clock::Clock;
use tieline_hub::{App, Config};
use tieline_model::{CenterId, Id, Role, Roles, Seconds, Timestamp};
use tieline_store_hub::users::User;
use tower::ServiceExt;

/// Everybody's password.
pub const PASSWORD: &str = "correct horse";

/// 2026-01-01T08:00:00Z: when every test begins.
pub const START: Timestamp = Timestamp::from_seconds(1_767_254_400);

/// A hub for one test. Its people: `root` (platform administrator), `olga` (operator of `center`), `alice`, `bob`, `carol`.
#[derive(Debug)]
pub struct TestHub {
    pub app: App,
    pub clock: Clock,
    pub center: CenterId,
    router: Router,
    _folder: tempfile::TempDir,
}

impl TestHub {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts with another configuration than the default.
    pub async fn start_with(adjust: impl FnOnce(&mut Config)) -> Self {
        Self::start_at(START, adjust).await
    }

    /// Starts with another time than [`START`].
    pub async fn start_at(start: Timestamp, adjust: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = settings(folder.path().join("hub"));
        adjust(&mut config);
        let clock = Clock::fixed(start);
        let app = App::open(config, clock.clone()).await.unwrap();
        let center = CenterId::fresh(START, [7; 10]);
        ensure_administrator(&app, &"root".parse().unwrap(), PASSWORD).await.unwrap();
        for (name, role) in [("olga", Role::CenterOperator(center)), ("alice", Role::User), ("bob", Role::User), ("carol", Role::User)] {
            let new = users::NewUser {
                name: name.parse().unwrap(),
                display_name: format!("{}{}", name[..1].to_uppercase(), &name[1..]),
                roles: Roles::from_iter([role]),
                password: PASSWORD.to_owned(),
            };
            users::create(&app, app.platform(), new).await.unwrap();
        }
        let router = tieline_hub::http::router(app.clone());
        Self { app, clock, center, router, _folder: folder }
    }

    /// A hub with a state folder of its own over a database that is there, with the people who are in it.
    pub async fn over(database: String, start: Timestamp, adjust: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = settings(folder.path().join("hub"));
        config.database.url = Some(database);
        adjust(&mut config);
        let clock = Clock::fixed(start);
        let app = App::open(config, clock.clone()).await.unwrap();
        let router = tieline_hub::http::router(app.clone());
        Self { app, clock, center: CenterId::fresh(START, [7; 10]), router, _folder: folder }
    }

    /// The same state folder in another life: nothing of the first one's memory is left.
    pub async fn restart(&mut self) {
        self.app = App::open(self.app.config.clone(), self.clock.clone()).await.unwrap();
        self.router = tieline_hub::http::router(self.app.clone());
    }

    /// Lets time pass.
    pub fn pass(&self, time: Seconds) {
        self.clock.set(self.clock.now() + time);
    }

    pub fn get(&self, path: impl AsRef<str>) -> Ask {
        self.ask(Method::GET, path)
    }
    pub fn post(&self, path: impl AsRef<str>, body: Value) -> Ask {
        self.ask(Method::POST, path).json(&body)
    }
    pub fn put(&self, path: impl AsRef<str>, body: Value) -> Ask {
        self.ask(Method::PUT, path).json(&body)
    }
    pub fn delete(&self, path: impl AsRef<str>) -> Ask {
        self.ask(Method::DELETE, path)
    }

    /// A request to `/api/v1` + `path`; sent when it is awaited.
    pub fn ask(&self, method: Method, path: impl AsRef<str>) -> Ask {
        let request = Request::builder().method(method).uri(format!("/api/v1{}", path.as_ref())).body(Body::empty()).unwrap();
        Ask { app: self.app.clone(), router: self.router.clone(), request, user: None }
    }

    /// The person of this name.
    pub async fn user(&self, name: &str) -> User {
        users::find(&self.app, name).await.unwrap()
    }

    /// Signs a person in without the password's work.
    pub async fn signed_in(&self, name: &str) -> sessions::Proof {
        sessions::open(&self.app, &self.origin(), self.user(name).await, "test").await.unwrap()
    }

    /// Where this test's own calls of use cases come from.
    pub fn origin(&self) -> Origin {
        Origin { request: self.clock.id(), address: "192.0.2.1".to_owned() }
    }
}

/// A request that is being put together.
#[derive(Debug)]
pub struct Ask {
    app: App,
    router: Router,
    request: Request<Body>,
    user: Option<String>,
}

impl Ask {
    /// Asks as this person, in a session of its own.
    #[expect(clippy::wrong_self_convention, reason = "it reads as a sentence")]
    pub fn as_user(mut self, name: &str) -> Self {
        self.user = Some(name.to_owned());
        self
    }
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request.headers_mut().insert(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        self
    }
    /// Lets the request come from this address.
    pub fn from(mut self, address: &str) -> Self {
        self.request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address.parse().unwrap(), 1)));
        self
    }
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }
    pub fn body(mut self, kind: &'static str, body: impl Into<Body>) -> Self {
        self.request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        *self.request.body_mut() = body.into();
        self
    }

    /// Sends it and gives the answer before its body is read: for answers that go on.
    pub async fn open(self) -> (String, http::Response<Body>) {
        let mut request = self.request;
        if let Some(name) = &self.user {
            let user = users::find(&self.app, name).await.unwrap();
            let origin = Origin { request: self.app.clock.id(), address: "192.0.2.1".to_owned() };
            let proof = sessions::open(&self.app, &origin, user, "test").await.unwrap();
            let value = HeaderValue::from_str(&format!("Bearer {}", proof.access)).unwrap();
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        if request.extensions().get::<ConnectInfo<SocketAddr>>().is_none() {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 1))));
        }
        let line = format!("{} {}", request.method(), request.uri());
        (line, self.router.oneshot(request).await.unwrap())
    }

    async fn send(self) -> Answer {
        let (line, answer) = self.open().await;
        let (parts, body) = answer.into_parts();
        // A stream of events has no end.
        let endless = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if endless { Bytes::new() } else { body.collect().await.unwrap().to_bytes() };
        Answer { line, status: parts.status.as_u16(), headers: parts.headers, body }
    }
}

impl IntoFuture for Ask {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// The settings of a hub that has a certificate: people come to it from other machines.
pub fn settings(state: PathBuf) -> Config {
    let mut config = Config { state, ..Config::default() };
    config.http.certificate = Some("read-by-no-test.pem".into());
    config
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    line: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// Insists on a status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.line, String::from_utf8_lossy(&self.body));
        self
    }
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{}: {error}: {:?}", self.line, self.body))
    }
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
    /// The value that the browser would keep for this cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let mut values = self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
        values.find_map(|value| Some(value.strip_prefix(name)?.strip_prefix('=')?.split(';').next()?.to_owned()))
    }
}
