//! A typed client of the API, for the shell and for tests.
//!
//! It keeps the access token fresh (once, however many calls wait for it), asks a read again when the hub was briefly
//! away, and turns whatever goes wrong into the one error of the house.

mod accounts;
mod calls;
mod centers;
pub mod credentials;
pub mod events;
mod files;
pub mod kept;
mod people;
mod proof;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tieline_model::{Error, ErrorKind, Result, Seconds};

pub use proof::Proof;

use crate::ErrorBody;

/// A read is asked this often in all when the hub does not answer, with pauses that double from [`FIRST_PAUSE`].
const TRIES: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(150);
/// How long a hub may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an answer that is not a stream may take.
const ANSWER: Duration = Duration::from_secs(60);
/// The status of an answer to too many requests (RFC 6585).
const TOO_MANY: u16 = 429;
/// The header by which the hub knows a shell, which cannot keep cookies, from a browser.
pub const SHELL_HEADER: (&str, &str) = ("X-Tieline-Client", "shell");

/// A hub as seen by one person or program; cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    base: Url,
    proof: Proof,
    session: tokio::sync::Mutex<Option<credentials::Session>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.0.base.as_str()).finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the hub at `url`. Nothing is asked yet.
    ///
    /// # Errors
    /// `Invalid` where `url` is not an address of a web server.
    pub fn new(url: &str, proof: Proof) -> Result<Self> {
        let wrong = |why: String| Error::invalid(format!("'{url}' is not the address of a hub: {why}")).field("url");
        let base = Url::parse(url).map_err(|error| wrong(error.to_string()).hint("write it as http://127.0.0.1:7480"))?;
        if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
            return Err(wrong("it must start with http:// or https://".to_owned()));
        }
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .user_agent(concat!("tieline/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Error::internal(format!("the HTTP client cannot be made: {error}")))?;
        Ok(Self(Arc::new(Inner { http, base, proof, session: tokio::sync::Mutex::new(None) })))
    }

    /// The hub's address.
    pub fn base(&self) -> &Url {
        &self.0.base
    }

    /// Reads; asked again where the hub was briefly away.
    ///
    /// # Errors
    /// What the hub says, or `Unavailable` where it cannot be reached.
    pub async fn get<A: DeserializeOwned>(&self, path: &[&str], query: &[(String, String)]) -> Result<A> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..TRIES {
            match self.call(Method::GET, path, query, None::<&()>).await {
                Err(error) if error.kind() == ErrorKind::Unavailable => tokio::time::sleep(pause).await,
                other => return other,
            }
            pause *= 2;
        }
        self.call(Method::GET, path, query, None::<&()>).await
    }

    /// Asks for a change that has an answer.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn send<A: DeserializeOwned>(&self, method: Method, path: &[&str], body: &impl Serialize) -> Result<A> {
        self.call(method, path, &[], Some(body)).await
    }

    /// Asks for a change that needs no words and has an answer.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn ask<A: DeserializeOwned>(&self, method: Method, path: &[&str]) -> Result<A> {
        self.call(method, path, &[], None::<&()>).await
    }

    /// Asks for something new under a word of the caller's own, which the hub makes once however often it is asked: so it is
    /// asked again where the hub was briefly away and nobody knows whether it heard.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn send_once<A: DeserializeOwned>(&self, path: &[&str], body: &impl Serialize, word: &str) -> Result<A> {
        let ask = async || {
            let shape = |request| with_body(request, Some(body)).header("Idempotency-Key", word).timeout(ANSWER);
            let response = self.request(Method::POST, path, &[], shape).await?;
            self.decoded(response).await
        };
        let mut pause = FIRST_PAUSE;
        for _ in 1..TRIES {
            match ask().await {
                Err(error) if error.kind() == ErrorKind::Unavailable => tokio::time::sleep(pause).await,
                other => return other,
            }
            pause *= 2;
        }
        ask().await
    }

    /// Asks for a change whose answer, if any, does not matter.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn tell(&self, method: Method, path: &[&str], body: Option<&impl Serialize>) -> Result<()> {
        self.request(method, path, &[], |request| with_body(request, body).timeout(ANSWER)).await.map(drop)
    }

    /// Opens an answer that is a stream of bytes, of any length.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn stream(&self, path: &[&str], query: &[(String, String)], headers: &[(&'static str, String)]) -> Result<Response> {
        self.request(Method::GET, path, query, |request| {
            headers.iter().fold(request, |request, (name, value)| request.header(*name, value))
        })
        .await
    }

    async fn call<A: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        query: &[(String, String)],
        body: Option<&impl Serialize>,
    ) -> Result<A> {
        let response = self.request(method, path, query, |request| with_body(request, body).timeout(ANSWER)).await?;
        self.decoded(response).await
    }

    /// Sends a request with the caller's proof; once more with a fresh one where the hub no longer takes it.
    ///
    /// # Errors
    /// What the hub says, or `Unavailable` where it cannot be reached.
    pub async fn request(
        &self,
        method: Method,
        path: &[&str],
        query: &[(String, String)],
        shape: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response> {
        let url = self.url(path, query)?;
        let proof = self.bearer(None).await?;
        let first = self.once(&method, &url, proof.as_deref(), &shape).await;
        match (first, proof) {
            (Err(error), Some(stale)) if error.kind() == ErrorKind::Unauthenticated && self.can_refresh() => {
                let Some(fresh) = self.bearer(Some(&stale)).await? else { return Err(error) };
                self.once(&method, &url, Some(&fresh), &shape).await
            }
            (result, _) => result,
        }
    }

    async fn once(
        &self,
        method: &Method,
        url: &Url,
        bearer: Option<&str>,
        shape: &impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response> {
        let mut request = self.0.http.request(method.clone(), url.clone()).header(SHELL_HEADER.0, SHELL_HEADER.1);
        if let Some(token) = bearer {
            request = request.bearer_auth(token);
        }
        let response = shape(request).send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() { Ok(response) } else { Err(self.refusal(response).await) }
    }

    async fn decoded<A: DeserializeOwned>(&self, response: Response) -> Result<A> {
        let data = response.bytes().await.map_err(|error| self.unreachable(&error))?;
        // An answer without a body reads as null, so that `()` can be asked for.
        let text: &[u8] = if data.is_empty() { b"null" } else { &data };
        serde_json::from_slice(text).map_err(|error| {
            let message = format!("{} answered what this program does not understand: {error}", self.0.base);
            Error::new(ErrorKind::Internal, message)
                .hint("the hub and this program may be of different versions: compare `tieline --version` with /api/v1/version")
        })
    }

    async fn refusal(&self, response: Response) -> Error {
        let (status, path) = (response.status(), response.url().path().to_owned());
        let wait = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok()).map(Seconds);
        let data = response.bytes().await.unwrap_or_default();
        match serde_json::from_slice::<ErrorBody>(&data) {
            Ok(body) => body.into(),
            // A proxy before the hub may hold requests back by itself.
            Err(_) if status.as_u16() == TOO_MANY => {
                let error = Error::throttled(format!("{} takes no more requests for now", self.0.base));
                match wait {
                    Some(wait) => error.retry_after(wait),
                    None => error,
                }
            }
            Err(_) => Error::unavailable(format!("{} does not answer as a Tieline hub: {status} for {path}", self.0.base))
                .hint("check the address; another program or a proxy may listen there"),
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> Error {
        let mut deepest: &dyn std::error::Error = error;
        while let Some(below) = deepest.source() {
            deepest = below;
        }
        let why = if error.is_timeout() { "it did not answer in time".to_owned() } else { deepest.to_string() };
        Error::unavailable(format!("the hub at {} cannot be reached: {why}", self.0.base.as_str().trim_end_matches('/')))
            .hint("check the address, and whether the hub runs")
    }

    fn url(&self, path: &[&str], query: &[(String, String)]) -> Result<Url> {
        let mut url = self.0.base.clone();
        url.path_segments_mut()
            .map_err(|()| Error::invalid(format!("'{}' is not the address of a hub", self.0.base)).field("url"))?
            .pop_if_empty()
            .extend(["api", "v1"])
            .extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }
}

fn with_body(request: RequestBuilder, body: Option<&impl Serialize>) -> RequestBuilder {
    match body {
        Some(body) => request.json(body),
        None => request,
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[test]
    fn a_path_part_cannot_leave_its_place() {
        let client = Client::new("http://127.0.0.1:1/tieline/", Proof::Nobody).unwrap();
        let url = client.url(&["files", "../a b?c", "content"], &[("path".to_owned(), "x&y".to_owned())]).unwrap();
        assert_eq!(url.as_str(), "http://127.0.0.1:1/tieline/api/v1/files/..%2Fa%20b%3Fc/content?path=x%26y");
    }

    #[tokio::test]
    async fn who_asked_too_often_is_told_how_long_to_wait_by_a_hub_and_by_a_proxy_before_it() {
        let body = serde_json::to_string(&ErrorBody::from(&Error::throttled("too often").retry_after(Seconds(7)))).unwrap();
        for (body, message) in [(body.as_str(), "too often"), ("slow down", "takes no more requests for now")] {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let client = Client::new(&format!("http://{}", listener.local_addr().unwrap()), Proof::Nobody).unwrap();
            let answer = format!("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            let serve = async {
                let (mut socket, _) = listener.accept().await.unwrap();
                let mut request = [0; 4096];
                let _ = socket.read(&mut request).await.unwrap();
                socket.write_all(answer.as_bytes()).await.unwrap();
            };
            let (refused, ()) = tokio::join!(client.version(), serve);
            let refused = refused.unwrap_err();
            assert!(refused.message().contains(message), "{refused}");
            assert_eq!((refused.kind(), refused.wait()), (ErrorKind::Throttled, Some(Seconds(7))));
        }
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        for text in ["", "127.0.0.1:80", "ftp://x", "mailto:a@b"] {
            assert!(Client::new(text, Proof::Nobody).is_err(), "{text}");
        }
    }
}
