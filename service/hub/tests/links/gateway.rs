//! A gateway made of the generated client: it can enrol, connect, and say whatever a test wants it to say.

use std::time::Duration;

use http::Method;
use rcgen::{CertificateParams, KeyPair};
use serde_json::json;
use tieline_model::GatewayId;
use tieline_wire_gateway::v1::from_gateway::Body as Up;
use tieline_wire_gateway::v1::from_hub::Body as Down;
use tieline_wire_gateway::v1::link_client::LinkClient;
use tieline_wire_gateway::{MAX_MESSAGE, v1};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Status, Streaming};

use crate::hub::Hub;

pub struct Gateway {
    pub id: GatewayId,
    pub key: KeyPair,
    pub certificate: String,
    authority: String,
    control: String,
}

/// A control connection from the gateway's side.
pub struct Control {
    pub say: mpsc::Sender<v1::FromGateway>,
    pub hear: Streaming<v1::FromHub>,
}

pub fn request() -> (KeyPair, String) {
    let key = KeyPair::generate().unwrap();
    let csr = CertificateParams::default().serialize_request(&key).unwrap().pem().unwrap();
    (key, csr)
}

impl Gateway {
    pub async fn enrol(hub: &Hub, secret: &str) -> Self {
        let (key, csr) = request();
        let body = json!({ "token": secret, "csr_pem": csr, "version": "0.1.0" });
        let (status, answer) = hub.send(Method::POST, "/gateways/enroll", None, Some(body)).await;
        assert_eq!(status, 201, "{answer}");
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        Self {
            id: text("gateway").parse().unwrap(),
            key,
            certificate: text("certificate_pem"),
            authority: text("authority_pem"),
            control: text("control"),
        }
    }

    /// A fresh connection to the hub, as a real gateway makes one for control and others for bytes.
    pub async fn connect(&self) -> Result<LinkClient<Channel>, tonic::transport::Error> {
        let tls = ClientTlsConfig::new()
            .ca_certificate(Certificate::from_pem(&self.authority))
            .identity(Identity::from_pem(&self.certificate, self.key.serialize_pem()))
            .domain_name("tieline-hub");
        let channel = Endpoint::from_shared(self.control.clone())?.tls_config(tls)?.connect().await?;
        Ok(LinkClient::new(channel).max_decoding_message_size(MAX_MESSAGE))
    }

    /// Opens a control connection without a word.
    pub async fn dial(&self) -> Result<Control, Status> {
        let mut client = self.connect().await.map_err(|error| Status::unavailable(error.to_string()))?;
        let (say, said) = mpsc::channel(16);
        let hear = client.control(ReceiverStream::new(said)).await?.into_inner();
        Ok(Control { say, hear })
    }

    /// Opens a control connection, says Hello and hears Welcome.
    pub async fn arrive(&self, hub: &Hub) -> (Control, v1::Welcome) {
        let mut control = self.dial().await.unwrap();
        control.say(Up::Hello(hello())).await;
        let welcome = control.hear(|body| if let Down::Welcome(welcome) = body { Some(welcome) } else { None }).await.unwrap();
        crate::hub::until("the gateway is connected", || async { hub.app.links.is_connected(self.id) }).await;
        (control, welcome)
    }
}

impl Control {
    pub async fn say(&self, body: Up) {
        self.say.send(v1::FromGateway { body: Some(body) }).await.unwrap();
    }

    /// The next message of the kind that is looked for; others are passed over.
    pub async fn hear<T>(&mut self, mut wanted: impl FnMut(Down) -> Option<T>) -> Result<T, Status> {
        let all = async {
            loop {
                let message = self.hear.message().await?.ok_or_else(|| Status::cancelled("the hub ended the connection"))?;
                if let Some(found) = message.body.and_then(&mut wanted) {
                    return Ok(found);
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), all).await.expect("the hub said nothing like it")
    }

    /// The next question.
    pub async fn question(&mut self) -> v1::Question {
        self.hear(|body| if let Down::Question(question) = body { Some(question) } else { None }).await.unwrap()
    }

    /// How the hub ends the connection.
    pub async fn end(&mut self) -> Status {
        self.hear(|_| None::<()>).await.unwrap_err()
    }
}

pub fn hello() -> v1::Hello {
    let clock_micros = 0;
    let (oldest_fact, newest_fact, hears_not_taken) = (0, 0, true);
    v1::Hello {
        version: "0.1.0".to_owned(),
        protocol: 1,
        incarnation: vec![7; 16],
        oldest_fact,
        newest_fact,
        clock_micros,
        hears_not_taken,
    }
}
