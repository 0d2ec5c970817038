//! Who this gateway is to the hub: its key, its certificate, the hub's authority. One file, replaced as a whole.

use std::path::{Path, PathBuf};

use rcgen::{CertificateParams, DnType, KeyPair};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256 as Hasher};
use tieline_fault::around_now;
use tieline_model::{CenterId, Error, GatewayId, Result, Sha256, Timestamp};

use super::disk;
use crate::points;

/// A joined gateway.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Its id.
    pub gateway: GatewayId,
    /// The center it stands at.
    pub center: CenterId,
    /// Where the hub takes control connections.
    pub control: String,
    /// The gateway's certificate.
    pub certificate_pem: String,
    /// Its private key, which never leaves this machine.
    pub key_pem: String,
    /// The hub's own authority: both sides' certificates come from it.
    pub authority_pem: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("gateway", &self.gateway)
            .field("center", &self.center)
            .field("control", &self.control)
            .finish_non_exhaustive()
    }
}

/// From when to when a certificate is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// From.
    pub from: Timestamp,
    /// To.
    pub to: Timestamp,
}

impl Validity {
    /// Whether less than a third of its life is left.
    pub fn wants_renewal(self, now: Timestamp) -> bool {
        let life = self.to.micros().saturating_sub(self.from.micros());
        self.to.micros().saturating_sub(now.micros()) < life / 3
    }
}

impl Identity {
    /// Reads it from the state folder.
    ///
    /// # Errors
    /// `Conflict` where this gateway has not joined; `Internal` where the file is broken.
    pub fn load(state: &Path) -> Result<Self> {
        let path = file(state);
        let bytes = std::fs::read(&path).map_err(|error| {
            Error::conflict(format!("this gateway has not joined a hub: {} cannot be read ({error})", path.display()))
                .hint("ask the hub's administrator for a token, then run: tieline gateway join --hub URL --token TOKEN")
        })?;
        serde_json::from_slice(&bytes).map_err(|error| Error::internal(format!("{} is broken: {error}", path.display())))
    }

    /// Whether the state folder has one.
    pub fn exists(state: &Path) -> bool {
        file(state).exists()
    }

    /// Writes it, for its owner only.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn save(&self, state: &Path) -> Result<()> {
        disk::folder(&state.join("identity"))?;
        let bytes = serde_json::to_vec_pretty(self).map_err(|error| Error::internal(error.to_string()))?;
        let written = around_now(points::IDENTITY_WRITE, || disk::write(&file(state), &bytes));
        written.map_err(|error| disk::fault("keep the gateway's identity", error))
    }

    /// From when to when its certificate is good.
    ///
    /// # Errors
    /// `Internal` where the certificate is broken.
    pub fn validity(&self) -> Result<Validity> {
        let der = der(&self.certificate_pem)?;
        let (_, certificate) =
            x509_parser::parse_x509_certificate(&der).map_err(|error| Error::internal(format!("the certificate: {error}")))?;
        let moment = |time: x509_parser::time::ASN1Time| Timestamp::from_seconds(time.timestamp());
        let validity = certificate.validity();
        Ok(Validity { from: moment(validity.not_before), to: moment(validity.not_after) })
    }
}

/// A fresh key and the request for a certificate to it. The hub alone decides what the certificate says.
///
/// # Errors
/// `Internal` where no key can be made.
pub fn request() -> Result<(String, String)> {
    let fault = |error: rcgen::Error| Error::internal(format!("no certificate request can be made: {error}"));
    let key = KeyPair::generate().map_err(fault)?;
    let mut params = CertificateParams::new(vec![]).map_err(fault)?;
    params.distinguished_name.push(DnType::CommonName, "tieline gateway");
    let csr = params.serialize_request(&key).and_then(|request| request.pem()).map_err(fault)?;
    Ok((key.serialize_pem(), csr))
}

/// What an authority is recognised by: the SHA-256 of its certificate.
///
/// # Errors
/// `Invalid` where this is not a certificate.
pub fn fingerprint(authority_pem: &str) -> Result<Sha256> {
    Ok(Sha256(Hasher::digest(der(authority_pem)?).into()))
}

fn der(pem: &str) -> Result<Vec<u8>> {
    let (_, pem) =
        x509_parser::pem::parse_x509_pem(pem.as_bytes()).map_err(|error| Error::invalid(format!("not a certificate: {error}")))?;
    Ok(pem.contents)
}

fn file(state: &Path) -> PathBuf {
    state.join("identity").join("identity.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_renewed_in_the_last_third_of_its_life() {
        let day = |day: i64| Timestamp::from_seconds(day * 86_400);
        let validity = Validity { from: day(0), to: day(90) };
        assert!(!validity.wants_renewal(day(59)));
        assert!(validity.wants_renewal(day(61)));
        assert!(validity.wants_renewal(day(100)));
    }
}
