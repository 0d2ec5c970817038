//! The listener gateways dial: mutual TLS with our own authority, then gRPC over HTTP/2.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::pki_types::UnixTime;
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::time_provider::TimeProvider;
use rustls::{RootCertStore, ServerConfig};
use tieline_model::{Error, Result, Seconds, Timestamp};
use tieline_wire_gateway::MAX_MESSAGE;
use tieline_wire_gateway::v1::link_server::LinkServer;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::service::Service;
use crate::App;
use crate::authority::{SERVER_LIFE, SERVER_NAME};
use crate::clock::Clock;
use crate::config::Config;

/// How long a TLS handshake may take, and how many are made at once.
const HANDSHAKE: Duration = Duration::from_secs(10);
const HANDSHAKES: usize = 128;
/// How often the age of our own certificate is looked at.
const RENEWAL: Duration = Duration::from_secs(3600);
/// How long connections have to end by themselves when the hub stops.
const GRACE: Duration = Duration::from_secs(5);
/// What one stream, and one connection, may have under way. One stream of this size fills a gigabit over 60 ms.
const STREAM_WINDOW: u32 = 8 << 20;
const CONNECTION_WINDOW: u32 = 64 << 20;
const STREAMS: u32 = 256;

type Incoming = mpsc::Sender<io::Result<TlsStream<TcpStream>>>;

/// The bound listener.
#[derive(Debug)]
pub struct Server {
    app: App,
    listener: TcpListener,
    tls: Arc<ServerConfig>,
    own: Arc<OwnCertificate>,
}

impl Server {
    /// Binds `gateways.listen`. From then on the hub can say where gateways dial.
    ///
    /// # Errors
    /// `Unavailable` where the address cannot be bound.
    pub async fn bind(app: &App) -> Result<Self> {
        let listen = app.config.gateways.listen;
        let failed = |error: io::Error| Error::unavailable(format!("cannot listen on {listen} for gateways: {error}"));
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let own = Arc::new(OwnCertificate::new(app, address)?);
        let tls = tls(app, own.clone())?;
        if app.links.0.address.set(address).is_err() {
            return Err(Error::internal("the listener for gateways was bound twice"));
        }
        Ok(Self { app: app.clone(), listener, tls: Arc::new(tls), own })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// Where the operating system does not say.
    pub fn address(&self) -> Result<SocketAddr> {
        self.listener.local_addr().map_err(|error| Error::internal(error.to_string()))
    }

    /// Serves gateways until `stop` is cancelled.
    ///
    /// # Errors
    /// Where the listener fails.
    pub async fn serve(self, stop: CancellationToken) -> Result<()> {
        let Self { app, listener, tls, own } = self;
        let controls = TaskTracker::new();
        let service = Service { app: app.clone(), stop: stop.clone(), controls: controls.clone() };
        let service = LinkServer::new(service).max_decoding_message_size(MAX_MESSAGE).max_encoding_message_size(MAX_MESSAGE);
        let (incoming, streams) = mpsc::channel(HANDSHAKES);
        let served = tonic::transport::Server::builder()
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_concurrent_streams(STREAMS)
            .http2_keepalive_interval(Some(Duration::from_secs(20)))
            .http2_keepalive_timeout(Some(Duration::from_secs(20)))
            .add_service(service)
            .serve_with_incoming_shutdown(ReceiverStream::new(streams), stop.clone().cancelled_owned());
        let accepted = accept(listener, TlsAcceptor::from(tls), incoming, stop.clone());
        let renewed = own.keep_fresh(&app, stop.clone());
        let all = async { tokio::join!(served, accepted, renewed).0 };
        let ended = tokio::select! {
            ended = all => ended.map_err(|error| Error::internal(format!("the listener for gateways: {error}"))),
            () = async { stop.cancelled().await; tokio::time::sleep(GRACE).await } => Ok(()),
        };
        controls.close();
        if timeout(GRACE, controls.wait()).await.is_err() {
            tracing::warn!("control connections did not end in time");
        }
        ended
    }
}

/// The address gateways are told to dial.
pub fn control_url(config: &Config, address: SocketAddr) -> String {
    if let Some(url) = &config.gateways.public_url {
        return url.clone();
    }
    if address.ip().is_unspecified()
        && let Some(host) = host_of(&config.http.public_url)
    {
        return format!("https://{host}:{}", address.port());
    }
    format!("https://{address}")
}

async fn accept(listener: TcpListener, tls: TlsAcceptor, incoming: Incoming, stop: CancellationToken) {
    let handshakes = TaskTracker::new();
    let room = Arc::new(Semaphore::new(HANDSHAKES));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        let Ok(place) = room.clone().acquire_owned().await else { break };
        match accepted {
            Ok((stream, from)) => {
                let (tls, incoming) = (tls.clone(), incoming.clone());
                handshakes.spawn(async move {
                    let _place = place;
                    handshake(tls, stream, from, incoming).await;
                });
            }
            Err(error) => {
                // Out of file descriptors, most likely: others may be given back soon.
                tracing::warn!(%error, "a gateway's connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    handshakes.close();
    handshakes.wait().await;
}

async fn handshake(tls: TlsAcceptor, stream: TcpStream, from: SocketAddr, incoming: Incoming) {
    // Small messages should not wait for more.
    let _ = stream.set_nodelay(true);
    match timeout(HANDSHAKE, tls.accept(stream)).await {
        Ok(Ok(stream)) => {
            // Fails only when the hub stops.
            let _ = incoming.send(Ok(stream)).await;
        }
        Ok(Err(error)) => tracing::info!(%from, %error, "somebody without a good certificate was turned away"),
        Err(_) => tracing::info!(%from, "a TLS handshake took too long"),
    }
}

fn tls(app: &App, own: Arc<OwnCertificate>) -> Result<ServerConfig> {
    let fault = |error: &dyn std::error::Error| Error::internal(format!("the listener for gateways: {error}"));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(app.authority.certificate().clone()).map_err(|error| fault(&error))?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build().map_err(|error| fault(&error))?;
    let mut config = ServerConfig::builder_with_details(provider, Arc::new(HubTime(app.clock.clone())))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|error| fault(&error))?
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(own);
    config.alpn_protocols = vec![b"h2".to_vec()];
    // Every connection shows its certificate: nothing is resumed.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// Certificates are judged by the hub's clock.
#[derive(Debug)]
struct HubTime(Clock);

impl TimeProvider for HubTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().seconds()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// Our own certificate: made when the hub starts, and again when half its life is over. Its key is never written down.
#[derive(Debug)]
struct OwnCertificate {
    names: Vec<String>,
    current: RwLock<(Arc<CertifiedKey>, Timestamp)>,
}

impl OwnCertificate {
    fn new(app: &App, address: SocketAddr) -> Result<Self> {
        let names = names(&app.config, address);
        let current = RwLock::new(Self::make(app, &names)?);
        Ok(Self { names, current })
    }

    fn make(app: &App, names: &[String]) -> Result<(Arc<CertifiedKey>, Timestamp)> {
        let (certificate, key, expires) = app.authority.server(names, &app.clock)?;
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let certified = CertifiedKey::from_der(vec![certificate], key, &provider).map_err(|error| Error::internal(error.to_string()))?;
        Ok((Arc::new(certified), expires))
    }

    async fn keep_fresh(&self, app: &App, stop: CancellationToken) {
        let mut timer = interval(RENEWAL);
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = timer.tick() => {}
            }
            let expires = self.current.read().unwrap_or_else(PoisonError::into_inner).1;
            if app.clock.now() + Seconds(SERVER_LIFE.0 / 2) < expires {
                continue;
            }
            match Self::make(app, &self.names) {
                Ok(fresh) => *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh,
                Err(error) => tracing::error!(detail = error.operator_detail(), "the hub's certificate could not be renewed: {error}"),
            }
        }
    }
}

impl ResolvesServerCert for OwnCertificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(PoisonError::into_inner).0.clone())
    }
}

/// All names under which gateways may dial us.
fn names(config: &Config, address: SocketAddr) -> Vec<String> {
    let mut names = vec![SERVER_NAME.to_owned(), "localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    if !address.ip().is_unspecified() {
        names.push(address.ip().to_string());
    }
    names.extend(config.gateways.public_url.as_deref().and_then(host_of));
    names.extend(host_of(&config.http.public_url));
    names.sort();
    names.dedup();
    names
}

/// The host of an address, without the brackets of IPv6.
fn host_of(url: &str) -> Option<String> {
    let uri = url.parse::<http::Uri>().ok()?;
    Some(uri.host()?.trim_start_matches('[').trim_end_matches(']').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gateways_are_told_an_address_they_can_dial() {
        let mut config = Config::default();
        assert_eq!(control_url(&config, SocketAddr::from(([127, 0, 0, 1], 9))), "https://127.0.0.1:9");
        config.http.public_url = "https://hub.example.org".to_owned();
        let everywhere = SocketAddr::from(([0, 0, 0, 0], 9));
        assert_eq!(control_url(&config, everywhere), "https://hub.example.org:9");
        assert!(names(&config, everywhere).contains(&"hub.example.org".to_owned()));
        config.gateways.public_url = Some("https://gate.example.org:1".to_owned());
        assert_eq!(control_url(&config, everywhere), "https://gate.example.org:1");
    }
}
