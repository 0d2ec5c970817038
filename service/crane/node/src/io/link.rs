//! The connection to the controller: one channel, over which the daemon attends and hands people's requests on.

use std::fs;
use std::path::Path;
use std::time::Duration;

use tieline_model::{Error, Result};
use tieline_wire_node::v1::controller_client::ControllerClient;
use tieline_wire_node::{CONTROLLER_NAME, MAX_MESSAGE};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

/// The controller's client.
pub type Client = ControllerClient<Channel>;

/// A client that dials when it is used, and again after a break.
///
/// # Errors
/// `Invalid` where the address or the certificates are broken; `Unavailable` where they cannot be read.
pub fn client(controller: &str, identity: &Path) -> Result<Client> {
    let read = |name: &str| {
        let path = identity.join(name);
        fs::read(&path).map_err(|error| Error::unavailable(format!("{}: {error}", path.display())))
    };
    let fault = |error: tonic::transport::Error| Error::invalid(format!("the controller's address '{controller}': {error}")).because(error);
    let tls = ClientTlsConfig::new()
        .domain_name(CONTROLLER_NAME)
        .ca_certificate(Certificate::from_pem(read("authority.pem")?))
        .identity(Identity::from_pem(read("host.pem")?, read("host.key")?));
    let channel = Endpoint::from_shared(format!("https://{controller}"))
        .and_then(|endpoint| endpoint.tls_config(tls))
        .map_err(fault)?
        .connect_timeout(Duration::from_secs(5))
        .tcp_nodelay(true)
        .http2_keep_alive_interval(Duration::from_secs(10))
        .keep_alive_timeout(Duration::from_secs(10))
        .keep_alive_while_idle(true)
        .connect_lazy();
    Ok(ControllerClient::new(channel).max_decoding_message_size(MAX_MESSAGE).max_encoding_message_size(MAX_MESSAGE))
}
