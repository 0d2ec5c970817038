//! `tieline gateway join`: enrols once with a one-time token. From then on the gateway proves itself by its certificate.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, RootCertStore, SignatureScheme};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256 as Hasher};
use tieline_model::{CenterId, Error, GatewayId, Result, Sha256};

use crate::io::identity::{Identity, fingerprint, request};

#[derive(Serialize)]
struct Enrol<'a> {
    token: &'a str,
    csr_pem: &'a str,
    version: &'a str,
}

#[derive(Deserialize)]
struct Enrolled {
    gateway: GatewayId,
    center: CenterId,
    certificate_pem: String,
    authority_pem: String,
    control: String,
}

/// Enrols at the hub and keeps the identity in the state folder. `token` is `<secret>.<SHA-256 of the hub's authority>`.
///
/// # Errors
/// `Conflict` where this gateway has joined already and `force` is not set; `Invalid` for a token that is none or a plain
/// address that is not this machine; `Forbidden` where the hub does not take the token, or is not the hub the token is of.
pub async fn join(url: &str, token: &str, state: &Path, force: bool) -> Result<Identity> {
    if Identity::exists(state) && !force {
        return Err(Error::conflict("this gateway has joined a hub already").hint("use --force to leave that hub for another"));
    }
    let (secret, expected) = split(token)?;
    let address = reqwest::Url::parse(url).map_err(|error| Error::invalid(format!("'{url}' is not an address: {error}")).field("hub"))?;
    check_scheme(&address)?;
    let (key_pem, csr_pem) = request()?;
    let body = Enrol { token: secret, csr_pem: &csr_pem, version: env!("CARGO_PKG_VERSION") };
    let enrolled = enrol(&address, &body, expected).await?;
    if fingerprint(&enrolled.authority_pem)? != expected {
        return Err(Error::forbidden("the hub that answered is not the hub this token is of: its authority is another")
            .hint("check the address; if it is right, somebody stands between this machine and the hub"));
    }
    let identity = Identity {
        gateway: enrolled.gateway,
        center: enrolled.center,
        control: enrolled.control,
        certificate_pem: enrolled.certificate_pem,
        key_pem,
        authority_pem: enrolled.authority_pem,
    };
    identity.validity()?;
    identity.save(state)?;
    Ok(identity)
}

fn split(token: &str) -> Result<(&str, Sha256)> {
    let parts = token.trim().rsplit_once('.').and_then(|(secret, hash)| Some((secret, hash.parse().ok()?)));
    parts.filter(|(secret, _)| !secret.is_empty()).ok_or_else(|| {
        Error::invalid("this is not a join token").field("token").hint("copy all of it: a secret, a dot, and 64 hexadecimal digits")
    })
}

fn check_scheme(address: &reqwest::Url) -> Result<()> {
    let host = address.host_str().unwrap_or_default();
    let here = host == "localhost" || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    match address.scheme() {
        "https" => Ok(()),
        "http" if here => Ok(()),
        _ => Err(Error::invalid(format!("'{address}' would carry the token in the open")).field("hub").hint("use https://…")),
    }
}

async fn enrol(address: &reqwest::Url, body: &Enrol<'_>, expected: Sha256) -> Result<Enrolled> {
    let url = format!("{}/api/v1/gateways/enroll", address.as_str().trim_end_matches('/'));
    let pinned = client(Some(expected))?.post(&url).json(body).send().await;
    let response = match pinned {
        // Its certificate is not from the hub's own authority: it may be one that the whole world knows.
        Err(error) if error.is_connect() && address.scheme() == "https" => client(None)?.post(&url).json(body).send().await,
        sent => sent,
    };
    let response = response.map_err(|error| {
        let why = deepest(&error);
        Error::unavailable(format!("the hub at {address} cannot be reached: {why}"))
            .hint("check the address and the hub's certificate")
            .because(error)
    })?;
    let status = response.status();
    let text = response.text().await.map_err(|error| Error::unavailable(format!("the hub's answer was cut off: {error}")))?;
    if !status.is_success() {
        let said = serde_json::from_str::<serde_json::Value>(&text).ok();
        let words = ["message", "detail", "title"].into_iter().find_map(|name| said.as_ref()?.get(name)?.as_str().map(str::to_owned));
        let words = words.unwrap_or_else(|| text.chars().take(200).collect());
        return Err(Error::forbidden(format!("the hub refuses ({status}): {words}"))
            .hint("a join token works once and for fifteen minutes: ask for another"));
    }
    serde_json::from_str(&text).map_err(|error| Error::unavailable(format!("the hub's answer cannot be read: {error}")))
}

/// The error at the bottom, which says what really happened.
fn deepest(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(below) = error.source() {
        error = below;
    }
    error.to_string()
}

fn client(pinned: Option<Sha256>) -> Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder().timeout(Duration::from_secs(30)).redirect(reqwest::redirect::Policy::none());
    if let Some(fingerprint) = pinned {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = Arc::new(Pinned { fingerprint, provider: Arc::clone(&provider) });
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::internal(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        builder = builder.tls_backend_preconfigured(config);
    }
    builder.build().map_err(|error| Error::internal(format!("no client for the hub: {error}")))
}

/// Trusts the one authority whose certificate has this fingerprint, which the server must send along with its own.
#[derive(Debug)]
struct Pinned {
    fingerprint: Sha256,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        sent: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        stapled: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let authority = sent.iter().find(|der| Hasher::digest(der).as_slice() == self.fingerprint.0);
        let authority = authority.ok_or(rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer))?;
        let mut roots = RootCertStore::empty();
        roots.add(authority.clone().into_owned())?;
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider)).build();
        verifier.map_err(|error| rustls::Error::General(error.to_string()))?.verify_server_cert(own, sent, name, stapled, now)
    }
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_token_is_never_sent_in_the_open_and_a_joined_gateway_needs_force() {
        let folder = tempfile::tempdir().unwrap();
        let token = format!("secret.{}", "ab".repeat(32));
        let error = join("http://hub.example.org", &token, folder.path(), false).await.unwrap_err();
        assert_eq!(error.wrong_field(), Some("hub"));
        let error = join("http://127.0.0.1:1", "secret", folder.path(), false).await.unwrap_err();
        assert_eq!(error.wrong_field(), Some("token"));
        std::fs::create_dir(folder.path().join("identity")).unwrap();
        std::fs::write(folder.path().join("identity/identity.json"), "{}").unwrap();
        let error = join("http://127.0.0.1:1", &token, folder.path(), false).await.unwrap_err();
        assert_eq!(error.kind(), tieline_model::ErrorKind::Conflict);
    }
}
