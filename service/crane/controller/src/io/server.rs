//! The listener hosts dial: mutual TLS with the cluster's own authority, then gRPC.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use prost::Message;
use tieline_authority::{Authority, Issued};
use tieline_model::{Error, Result};
use tieline_wire_crane::v1::Ask;
use tieline_wire_node::MAX_MESSAGE;
use tieline_wire_node::v1::controller_server::{Controller, ControllerServer};
use tieline_wire_node::v1::{Attested, FromNode, Piece, ToNode, from_node};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_stream::wrappers::{TcpListenerStream, UnboundedReceiverStream};
use tokio_stream::{Stream, StreamExt};
use tokio_util::sync::CancellationToken;
use tonic::transport::{Certificate, Identity, Server, ServerTlsConfig};
use tonic::{Request, Response, Status, Streaming};

use super::doors::Doors;
use super::identity::{Host, host_of};
use crate::core::{Caller, Event};

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// What serves hosts.
#[derive(Clone, Debug)]
pub struct Service {
    /// Where what they say goes.
    pub events: UnboundedSender<Event>,
    /// Where what they are told comes from.
    pub doors: Arc<Doors>,
    /// Cancelled when the controller stops.
    pub stop: CancellationToken,
}

impl Service {
    /// Serves hosts until the controller stops.
    ///
    /// # Errors
    /// Where the listener fails.
    pub async fn serve(self, listener: TcpListener, authority: &Authority, own: &Issued) -> Result<()> {
        let fault = |error: tonic::transport::Error| Error::internal(format!("the listener for hosts: {error}")).because(error);
        let tls = ServerTlsConfig::new()
            .identity(Identity::from_pem(&own.certificate_pem, &own.key_pem))
            .client_ca_root(Certificate::from_pem(authority.pem()))
            .client_auth_optional(false);
        let stop = self.stop.clone();
        let service = ControllerServer::new(self).max_decoding_message_size(MAX_MESSAGE).max_encoding_message_size(MAX_MESSAGE);
        Server::builder()
            .tls_config(tls)
            .map_err(fault)?
            .tcp_nodelay(true)
            .http2_keepalive_interval(Some(Duration::from_secs(10)))
            .http2_keepalive_timeout(Some(Duration::from_secs(10)))
            .add_service(service)
            .serve_with_incoming_shutdown(TcpListenerStream::new(listener), stop.cancelled_owned())
            .await
            .map_err(fault)
    }

    fn tell(&self, event: Event) -> Result<(), Status> {
        self.events.send(event).map_err(|_| Status::unavailable("the controller is stopping"))
    }
}

#[tonic::async_trait]
impl Controller for Service {
    type CallStream = Answers<Piece>;
    type AttendStream = Answers<ToNode>;

    async fn call(&self, request: Request<Attested>) -> Result<Response<Self::CallStream>, Status> {
        let host = caller(&request)?;
        let Attested { uid, gid, user, ask, .. } = request.into_inner();
        if !host.roles.submit {
            return Err(Status::permission_denied(format!("host {} may not say who asks: it has not the role submit", host.name)));
        }
        let ask = Ask::decode(ask.as_slice()).map_err(|error| Status::invalid_argument(error.to_string()))?;
        let (sender, receiver) = unbounded_channel();
        let to = self.doors.caller(sender);
        self.tell(Event::Call { from: Caller { uid, gid, user, host: host.name }, ask: Box::new(ask), to })?;
        Ok(Response::new(Box::pin(UnboundedReceiverStream::new(receiver))))
    }

    async fn attend(&self, request: Request<Streaming<FromNode>>) -> Result<Response<Self::AttendStream>, Status> {
        let host = caller(&request)?;
        if !host.roles.compute {
            return Err(Status::permission_denied(format!("host {} runs no jobs: it has not the role compute", host.name)));
        }
        let mut messages = request.into_inner();
        let Some(Ok(FromNode { what: Some(from_node::What::Hello(hello)) })) = messages.next().await else {
            return Err(Status::invalid_argument("a host says hello first"));
        };
        let (sender, receiver) = unbounded_channel();
        let link = self.doors.host(sender);
        self.tell(Event::Attend { node: host.name.clone(), link, hello: Box::new(hello) })?;
        let service = self.clone();
        // Owned by the connection: it ends with it, or with the controller.
        tokio::spawn(async move {
            let said = async {
                while let Some(Ok(message)) = messages.next().await {
                    let Some(what) = message.what else { continue };
                    if service.tell(Event::Says { link, what }).is_err() {
                        return;
                    }
                }
            };
            let _ = service.stop.run_until_cancelled(said).await;
            service.doors.close(link);
            let _ = service.tell(Event::Gone { link });
        });
        Ok(Response::new(Box::pin(UnboundedReceiverStream::new(receiver))))
    }
}

fn caller<T>(request: &Request<T>) -> Result<Host, Status> {
    let certificates = request.peer_certs().ok_or_else(|| Status::unauthenticated("no certificate"))?;
    let first = certificates.first().ok_or_else(|| Status::unauthenticated("no certificate"))?;
    host_of(first).map_err(|error| Status::unauthenticated(error.message().to_owned()))
}
