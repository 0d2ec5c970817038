//! Where people come in: plain HTTP on loopback or from a named proxy, HTTPS with the operator's certificate otherwise.
//!
//! Handshakes run beside each other, so that one slow client holds up nobody. A certificate that was renewed on the disk
//! is used within a minute; a pair that does not fit together is reported and the old one stays.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tieline_model::{Error, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Http;

/// How long a client may take to agree on a secret.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How often the certificate's files are looked at.
const LOOK: Duration = Duration::from_secs(60);
/// Clients that have agreed and wait to be served.
const WAITING: usize = 64;

/// A stream of bytes from a client.
pub type Stream = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// The open door.
#[derive(Debug)]
pub struct Door {
    address: SocketAddr,
    inside: Inside,
}

#[derive(Debug)]
enum Inside {
    Plain(TcpListener),
    Tls(mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>),
}

impl Door {
    /// Listens at the configured address. Tasks for HTTPS go to `tracker` and end by `stop`.
    ///
    /// # Errors
    /// `Unavailable` where the address is taken, `Invalid` where certificate and key cannot be used.
    pub async fn open(http: &Http, tracker: &TaskTracker, stop: &CancellationToken) -> Result<Self> {
        let failed = |error: std::io::Error| Error::unavailable(format!("cannot listen on {}: {error}", http.listen));
        let pair = match (&http.certificate, &http.key) {
            (Some(certificate), Some(key)) => Some(Pair { certificate: certificate.clone(), key: key.clone() }),
            _ => None,
        };
        let first = pair.as_ref().map(Pair::read).transpose()?;
        let tcp = TcpListener::bind(http.listen).await.map_err(failed)?;
        let address = tcp.local_addr().map_err(failed)?;
        let (Some(pair), Some(first)) = (pair, first) else { return Ok(Self { address, inside: Inside::Plain(tcp) }) };
        let (current, latest) = watch::channel(Arc::new(first));
        let (ready, arrived) = mpsc::channel(WAITING);
        tracker.spawn(renew(pair, current, stop.clone()));
        tracker.spawn(greet(tcp, latest, ready, stop.clone()));
        Ok(Self { address, inside: Inside::Tls(arrived) })
    }

    /// The address that was really taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Listener for Door {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        match &mut self.inside {
            Inside::Plain(tcp) => {
                let (stream, peer) = Listener::accept(tcp).await;
                (Either::Left(stream), peer)
            }
            Inside::Tls(arrived) => match arrived.recv().await {
                Some((stream, peer)) => (Either::Right(Box::new(stream)), peer),
                // The hub stops: nobody comes any more.
                None => std::future::pending().await,
            },
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}

async fn greet(
    mut tcp: TcpListener,
    latest: watch::Receiver<Arc<ServerConfig>>,
    ready: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
    stop: CancellationToken,
) {
    let handshakes = TaskTracker::new();
    loop {
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => return,
            accepted = Listener::accept(&mut tcp) => accepted,
        };
        let acceptor = TlsAcceptor::from(latest.borrow().clone());
        let ready = ready.clone();
        handshakes.spawn(async move {
            match timeout(HANDSHAKE, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => drop(ready.send((stream, peer)).await),
                Ok(Err(error)) => tracing::debug!(%peer, %error, "no handshake"),
                Err(_) => tracing::debug!(%peer, "the handshake took too long"),
            }
        });
    }
}

async fn renew(pair: Pair, current: watch::Sender<Arc<ServerConfig>>, stop: CancellationToken) {
    let mut known = pair.age();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        let now = pair.age();
        if now == known {
            continue;
        }
        match pair.read() {
            Ok(config) => {
                known = now;
                current.send_replace(Arc::new(config));
                tracing::info!(certificate = %pair.certificate.display(), "the renewed certificate is used from now on");
            }
            Err(error) => tracing::error!(%error, "the certificate on the disk cannot be used; the one before stays"),
        }
    }
}

#[derive(Debug)]
struct Pair {
    certificate: PathBuf,
    key: PathBuf,
}

impl Pair {
    fn read(&self) -> Result<ServerConfig> {
        let wrong = |path: &Path, field: &str, why: String| Error::invalid(format!("{}: {why}", path.display())).field(field);
        let chain = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| wrong(&self.certificate, "http.certificate", error.to_string()))?;
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|error| wrong(&self.key, "http.key", error.to_string()))?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::internal(error.to_string()))?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| wrong(&self.certificate, "http.certificate", error.to_string()))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    fn age(&self) -> [Option<std::time::SystemTime>; 2] {
        [&self.certificate, &self.key].map(|path| std::fs::metadata(path).and_then(|known| known.modified()).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::extract::ConnectInfo;
    use axum::routing::get;
    use axum::serve::ListenerExt;

    fn http(folder: &Path, tls: bool) -> Http {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let (certificate, key) = (folder.join("chain.pem"), folder.join("key.pem"));
        Http { listen, certificate: tls.then_some(certificate), key: tls.then_some(key), ..Http::default() }
    }

    #[tokio::test]
    async fn https_is_served_with_the_operators_certificate_and_knows_the_peer() {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.path().join("chain.pem"), made.cert.pem()).unwrap();
        std::fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
        let door = Door::open(&http(folder.path(), true), &tracker, &stop).await.unwrap();
        let address = door.address();
        let show = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() };
        let service = Router::new().route("/", get(show)).into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(async move { axum::serve(door.tap_io(|_| {}), service).await });

        // Somebody who never says anything must not keep the next one out.
        let _silent = TcpStream::connect(address).await.unwrap();
        let trusted = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
        let client = reqwest::Client::builder().tls_certs_only([trusted]).resolve("localhost", address).build().unwrap();
        let answer = client.get(format!("https://localhost:{}/", address.port())).send().await.unwrap();
        assert_eq!(answer.text().await.unwrap(), "127.0.0.1");
        stop.cancel();
        tracker.close();
        tracker.wait().await;
        serving.abort();
    }

    #[tokio::test]
    async fn a_certificate_that_cannot_be_used_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("chain.pem"), "nothing").unwrap();
        std::fs::write(folder.path().join("key.pem"), "nothing").unwrap();
        let error = Door::open(&http(folder.path(), true), &TaskTracker::new(), &CancellationToken::new()).await.unwrap_err();
        assert_eq!(error.wrong_field(), Some("http.key"), "{error}");
    }
}
