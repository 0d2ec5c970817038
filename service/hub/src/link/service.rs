//! The gRPC service gateways call. Who calls is taken from the certificate, never from a message.

use std::pin::Pin;

use futures::Stream;
use tieline_model::{Error, ErrorKind, GatewayId};
use tieline_wire_gateway::v1;
use tieline_wire_gateway::v1::link_server::Link;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::{Request, Response, Status, Streaming};

use super::{bulk, control};
use crate::App;
use crate::app::centers;
use crate::authority::gateway_of;

/// How many messages wait for a gateway that reads slowly.
const WAITING: usize = 64;

/// The service, with the control connections it owns.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) app: App,
    pub(super) stop: CancellationToken,
    pub(super) controls: TaskTracker,
}

impl Service {
    /// Which gateway calls: its certificate is of our authority (the TLS layer saw to that) and it is not kept out.
    async fn caller<T>(&self, request: &Request<T>) -> Result<GatewayId, Status> {
        let certificates = request.peer_certs();
        let certificate = certificates.as_ref().and_then(|chain| chain.first());
        let certificate = certificate.ok_or_else(|| Status::unauthenticated("a gateway must show its certificate"))?;
        let gateway = gateway_of(certificate).map_err(|error| status(&error))?;
        centers::admit(&self.app, gateway).await.map_err(|error| status(&error))?;
        Ok(gateway)
    }
}

#[tonic::async_trait]
impl Link for Service {
    type ControlStream = ReceiverStream<Result<v1::FromHub, Status>>;
    type FetchStream = Pin<Box<dyn Stream<Item = Result<v1::Chunk, Status>> + Send>>;

    async fn control(&self, request: Request<Streaming<v1::FromGateway>>) -> Result<Response<Self::ControlStream>, Status> {
        let gateway = self.caller(&request).await?;
        let (out, outgoing) = mpsc::channel(WAITING);
        self.controls.spawn(control::serve(self.app.clone(), gateway, request.into_inner(), out, self.stop.child_token()));
        Ok(Response::new(ReceiverStream::new(outgoing)))
    }

    async fn fetch(&self, request: Request<v1::FetchRequest>) -> Result<Response<Self::FetchStream>, Status> {
        let gateway = self.caller(&request).await?;
        let stream = bulk::fetch(&self.app, gateway, request.get_ref()).await.map_err(|error| status(&error))?;
        Ok(Response::new(Box::pin(stream)))
    }

    async fn deliver(&self, request: Request<Streaming<v1::Delivery>>) -> Result<Response<v1::DeliverReply>, Status> {
        let gateway = self.caller(&request).await?;
        let delivered = tokio::select! {
            delivered = bulk::deliver(&self.app, gateway, request.into_inner()) => delivered,
            () = self.stop.cancelled() => Err(Error::unavailable("the hub stops")),
        };
        let kept = delivered.map_err(|error| status(&error))?;
        Ok(Response::new(v1::DeliverReply { kept }))
    }

    async fn renew(&self, request: Request<v1::RenewRequest>) -> Result<Response<v1::RenewReply>, Status> {
        let gateway = self.caller(&request).await?;
        let issued = centers::renew(&self.app, gateway, &request.get_ref().csr_pem).await.map_err(|error| status(&error))?;
        let authority_pem = self.app.authority.pem().to_owned();
        Ok(Response::new(v1::RenewReply { certificate_pem: issued.pem, authority_pem }))
    }
}

/// The house's error as a gateway reads it.
pub(super) fn status(error: &Error) -> Status {
    let code = match error.kind() {
        ErrorKind::Invalid | ErrorKind::TooLarge => tonic::Code::InvalidArgument,
        ErrorKind::Unauthenticated => tonic::Code::Unauthenticated,
        ErrorKind::Forbidden | ErrorKind::Unpaid => tonic::Code::PermissionDenied,
        ErrorKind::NotFound => tonic::Code::NotFound,
        ErrorKind::Conflict => tonic::Code::FailedPrecondition,
        ErrorKind::Throttled | ErrorKind::Full => tonic::Code::ResourceExhausted,
        ErrorKind::Unavailable => tonic::Code::Unavailable,
        ErrorKind::Internal => tonic::Code::Internal,
    };
    Status::new(code, error.to_string())
}
