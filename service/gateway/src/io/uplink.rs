//! Connections to the hub: one for control, others for bytes, so that bytes never delay facts.

use std::sync::RwLock;
use std::time::Duration;

use bytes::Bytes;
use futures::TryStreamExt;
use sha2::{Digest, Sha256 as Hasher};
use tieline_fault::around;
use tieline_model::job::AttemptKey;
use tieline_model::{Error, Id, RelPath, Result, Sha256};
use tieline_wire_gateway::v1::{self, link_client::LinkClient};
use tieline_wire_gateway::{CHUNK, MAX_MESSAGE};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity as TlsIdentity};

use super::identity::Identity;
use crate::points;

/// The hub's client.
pub type Client = LinkClient<Channel>;

/// How a connection to the hub is made. Nothing is dialled before it is used.
///
/// # Errors
/// `Invalid` where the address or the certificates are broken.
pub fn endpoint(identity: &Identity, address: &str) -> Result<Endpoint> {
    let fault = |error: tonic::transport::Error| Error::invalid(format!("the hub's control address '{address}': {error}")).because(error);
    let tls = ClientTlsConfig::new()
        .ca_certificate(Certificate::from_pem(&identity.authority_pem))
        .identity(TlsIdentity::from_pem(&identity.certificate_pem, &identity.key_pem));
    let endpoint = Endpoint::from_shared(address.to_owned()).map_err(fault)?;
    let endpoint = if address.starts_with("https:") { endpoint.tls_config(tls).map_err(fault)? } else { endpoint };
    Ok(endpoint
        .connect_timeout(Duration::from_secs(10))
        .tcp_nodelay(true)
        .http2_keep_alive_interval(Duration::from_secs(10))
        .keep_alive_timeout(Duration::from_secs(20))
        .keep_alive_while_idle(true))
}

/// A client on a connection of its own.
pub fn client(channel: Channel) -> Client {
    LinkClient::new(channel).max_decoding_message_size(MAX_MESSAGE).max_encoding_message_size(MAX_MESSAGE)
}

/// The connections bytes take.
#[derive(Debug)]
pub struct Bulk(RwLock<Channel>);

impl Bulk {
    /// Made lazily: it dials when bytes are to move, and again after a break.
    ///
    /// # Errors
    /// As [`endpoint`].
    pub fn new(identity: &Identity, address: &str) -> Result<Self> {
        Ok(Self(RwLock::new(wide(identity, address)?)))
    }

    /// Goes on with a renewed certificate.
    ///
    /// # Errors
    /// As [`endpoint`].
    pub fn renew(&self, identity: &Identity, address: &str) -> Result<()> {
        let channel = wide(identity, address)?;
        if let Ok(mut slot) = self.0.write() {
            *slot = channel;
        }
        Ok(())
    }

    /// A client on it.
    pub fn client(&self) -> Client {
        let channel = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        client(channel)
    }

    /// Bytes the hub has, by their checksum. The reader does not prove them: whoever keeps them does.
    ///
    /// # Errors
    /// `NotFound` where the hub has them not, `Unavailable` where it does not answer.
    pub async fn fetch(&self, sha256: Sha256) -> Result<impl AsyncRead + Send + Unpin + use<>> {
        let request = v1::FetchRequest { sha256: sha256.0.to_vec(), offset: 0 };
        let chunks = around(points::CONTENT_FETCH, self.client().fetch(request)).await.map_err(refused)?.into_inner();
        let bytes = chunks.map_ok(|chunk| chunk.data).map_err(std::io::Error::other);
        Ok(tokio_util::io::StreamReader::new(bytes))
    }

    /// The answer to a question for a range of a file.
    ///
    /// # Errors
    /// `Unavailable` where the hub or the file's machine does not answer.
    pub async fn answer_read(&self, question: u64, size: u64, from: impl AsyncRead + Unpin) -> Result<()> {
        let head = v1::DeliveryHead { what: Some(v1::delivery_head::What::Question(question)), size };
        self.deliver(head, from, |bytes, _| Ok(v1::DeliveryEnd { bytes, sha256: vec![] })).await.map(drop)
    }

    /// Says that a range cannot be read.
    ///
    /// # Errors
    /// `Unavailable` where the hub does not answer.
    pub async fn refuse_read(&self, question: u64, why: &Error) -> Result<()> {
        let refused_read = v1::RefusedRead { question, why: Some(why.into()) };
        let head = v1::DeliveryHead { what: Some(v1::delivery_head::What::Refused(refused_read)), size: 0 };
        self.deliver(head, tokio::io::empty(), |_, _| Ok(v1::DeliveryEnd { bytes: 0, sha256: vec![] })).await.map(drop)
    }

    /// Brings an output to the hub.
    ///
    /// # Errors
    /// `Unavailable` where the hub or the machine does not answer or the file changed while it was read.
    pub async fn bring(&self, key: AttemptKey, path: &RelPath, size: u64, sha256: Sha256, from: impl AsyncRead + Unpin) -> Result<bool> {
        let output =
            v1::OutputHead { job: key.job.bytes().to_vec(), attempt: key.number, path: path.to_string(), size, sha256: sha256.0.to_vec() };
        let head = v1::DeliveryHead { what: Some(v1::delivery_head::What::Output(output)), size };
        let changed = || Error::unavailable(format!("'{path}' changed while it was brought back"));
        let end = |bytes, found| {
            let whole = bytes == size && found == sha256;
            if whole { Ok(v1::DeliveryEnd { bytes, sha256: sha256.0.to_vec() }) } else { Err(changed()) }
        };
        self.deliver(head, from, end).await
    }

    async fn deliver(
        &self,
        head: v1::DeliveryHead,
        from: impl AsyncRead + Unpin,
        end: impl FnOnce(u64, Sha256) -> Result<v1::DeliveryEnd>,
    ) -> Result<bool> {
        let (sender, receiver) = mpsc::channel(4);
        let mut client = self.client();
        let call = client.deliver(ReceiverStream::new(receiver));
        let (reply, fed) = around(points::BYTES_DELIVER, async { tokio::join!(call, feed(sender, head, from, end)) }).await;
        // Where the hub ended the call early, its word says why.
        let reply = reply.map_err(refused);
        fed?;
        Ok(reply?.into_inner().kept)
    }
}

async fn feed(
    sender: mpsc::Sender<v1::Delivery>,
    head: v1::DeliveryHead,
    mut from: impl AsyncRead + Unpin,
    end: impl FnOnce(u64, Sha256) -> Result<v1::DeliveryEnd>,
) -> Result<()> {
    let message = |body| v1::Delivery { body: Some(body) };
    if sender.send(message(v1::delivery::Body::Head(head))).await.is_err() {
        return Ok(());
    }
    let mut hasher = Hasher::new();
    let mut sent = 0;
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = from
            .read(&mut chunk)
            .await
            .map_err(|error| Error::unavailable(format!("the machine was lost while a file was read: {error}")))?;
        if read == 0 {
            break;
        }
        hasher.update(&chunk[..read]);
        sent += read as u64;
        let data = v1::delivery::Body::Data(Bytes::copy_from_slice(&chunk[..read]));
        if sender.send(message(data)).await.is_err() {
            return Ok(());
        }
    }
    let end = end(sent, Sha256(hasher.finalize().into()))?;
    let _ = sender.send(message(v1::delivery::Body::End(end))).await;
    Ok(())
}

/// What the hub's refusal means here.
pub fn refused(status: tonic::Status) -> Error {
    let words = status.message().to_owned();
    match status.code() {
        tonic::Code::NotFound => Error::not_found(if words.is_empty() { "the hub does not have it".to_owned() } else { words }),
        tonic::Code::ResourceExhausted => Error::full(words),
        tonic::Code::InvalidArgument => Error::invalid(words),
        tonic::Code::PermissionDenied | tonic::Code::Unauthenticated => Error::forbidden(format!("the hub refuses this gateway: {words}")),
        _ => Error::unavailable(format!("the hub does not answer: {words}")).detail(format!("{status:?}")),
    }
}

fn wide(identity: &Identity, address: &str) -> Result<Channel> {
    let endpoint = endpoint(identity, address)?;
    Ok(endpoint.initial_stream_window_size(8 << 20).initial_connection_window_size(32 << 20).connect_lazy())
}
