//! The hub's own certificate authority: it vouches for gateways, and for the hub towards them.
//!
//! Its key is made at the first start and never leaves the state folder. A gateway's certificate says what the hub knows
//! of it: of the gateway's request nothing is believed but the public key, and that only because the request is signed
//! with it. Gateways know the authority by its checksum, which is part of every join token.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SanType, SerialNumber,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::Digest;
use tieline_model::{Error, GatewayId, Result, Seconds, Sha256, Timestamp};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

use crate::clock::Clock;
use crate::disk;

/// How long a gateway's certificate is good.
pub const GATEWAY_LIFE: Seconds = Seconds::days(30);
/// How long the hub's own certificate is good; a fresh one is made when half of it is over.
pub const SERVER_LIFE: Seconds = Seconds::days(60);
/// A name that is always in the hub's certificate, whatever address gateways dial.
pub const SERVER_NAME: &str = "tieline-hub";
/// What the name of a gateway in its certificate starts with.
const GATEWAY_URI: &str = "tieline:gateway:";
/// Certificates begin this much before now, because clocks differ.
const EARLIER: Seconds = Seconds::hours(24);
const AUTHORITY_LIFE: Seconds = Seconds::days(7300);

/// The authority and its key.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pem: String,
}

/// A certificate the authority gave to a gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The certificate in PEM.
    pub pem: String,
    /// Its serial number in hexadecimal.
    pub serial: String,
    /// When it ends.
    pub expires: Timestamp,
}

impl Authority {
    /// Opens the authority in this folder, or makes it.
    ///
    /// # Errors
    /// Where the folder cannot be used, or holds half an authority.
    pub fn open(folder: &Path, clock: &Clock) -> Result<Self> {
        let (key_path, certificate_path) = (folder.join("authority.key"), folder.join("authority.pem"));
        if let Some(pem) = disk::read_text(&certificate_path)? {
            let key = disk::read_text(&key_path)?
                .ok_or_else(|| Error::unavailable(format!("{} is missing beside its certificate", key_path.display())))?;
            return Self::load(pem, &key).map_err(|error| error.detail(folder.display().to_string()));
        }
        disk::private_folder(folder)?;
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(fault)?;
        let pem = authority_params(clock).self_signed(&key).map_err(fault)?.pem();
        // The certificate is written last: without it nothing was ever signed, and the key may be made again.
        disk::write_secret(&key_path, key.serialize_pem().as_bytes())?;
        disk::write_secret(&certificate_path, pem.as_bytes())?;
        Self::load(pem, &key.serialize_pem())
    }

    fn load(pem: String, key: &str) -> Result<Self> {
        let certificate =
            CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|error| Error::internal(format!("authority.pem: {error}")))?;
        let key = KeyPair::from_pem(key).map_err(fault)?;
        let issuer = Issuer::from_ca_cert_der(&certificate, key).map_err(fault)?;
        Ok(Self { issuer, certificate, pem })
    }

    /// The authority's certificate in PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The authority's certificate.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// What the authority's certificate hashes to, as join tokens say it.
    pub fn fingerprint(&self) -> Sha256 {
        Sha256(sha2::Sha256::digest(&self.certificate).into())
    }

    /// Signs a gateway's request: the public key is the request's, everything else is ours.
    ///
    /// # Errors
    /// `Invalid` where the request cannot be read, or is not signed with its own key.
    pub fn sign_gateway(&self, gateway: GatewayId, csr_pem: &str, clock: &Clock) -> Result<Issued> {
        let request = CertificateSigningRequestParams::from_pem(csr_pem).map_err(|error| {
            Error::invalid(format!("not a certificate request that is signed with its own key: {error}")).field("csr_pem")
        })?;
        let (mut params, serial, expires) = leaf(clock, GATEWAY_LIFE, gateway.to_string(), ExtendedKeyUsagePurpose::ClientAuth);
        let name = format!("{GATEWAY_URI}{gateway}").try_into().map_err(fault)?;
        params.subject_alt_names = vec![SanType::URI(name)];
        let pem = params.signed_by(&request.public_key, &self.issuer).map_err(fault)?.pem();
        Ok(Issued { pem, serial, expires })
    }

    /// A fresh certificate of the hub for the names gateways dial, with its key and its end.
    ///
    /// # Errors
    /// Where a name cannot be in a certificate.
    pub fn server(&self, names: &[String], clock: &Clock) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>, Timestamp)> {
        let (mut params, _, expires) = leaf(clock, SERVER_LIFE, SERVER_NAME.to_owned(), ExtendedKeyUsagePurpose::ServerAuth);
        params.subject_alt_names = names.iter().map(|name| server_name(name)).collect::<Result<_>>()?;
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(fault)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(fault)?;
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(Error::internal)?;
        Ok((certificate.der().clone(), key, expires))
    }
}

/// Which gateway a certificate of ours speaks of. The TLS layer has verified it before.
///
/// # Errors
/// `Unauthenticated` where it speaks of none.
pub fn gateway_of(certificate: &CertificateDer<'_>) -> Result<GatewayId> {
    let wrong = || Error::unauthenticated("the certificate names no gateway");
    let (_, parsed) = x509_parser::certificate::X509Certificate::from_der(certificate).map_err(|_| wrong())?;
    let names = parsed.subject_alternative_name().ok().flatten().ok_or_else(wrong)?;
    let [GeneralName::URI(uri)] = names.value.general_names.as_slice() else { return Err(wrong()) };
    uri.strip_prefix(GATEWAY_URI).and_then(|id| id.parse().ok()).ok_or_else(wrong)
}

fn authority_params(clock: &Clock) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = common_name("Tieline hub authority".to_owned());
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.serial_number = Some(serial(clock).0);
    let now = clock.now();
    span(&mut params, now, now + AUTHORITY_LIFE);
    params
}

fn leaf(clock: &Clock, life: Seconds, name: String, purpose: ExtendedKeyUsagePurpose) -> (CertificateParams, String, Timestamp) {
    let mut params = CertificateParams::default();
    params.distinguished_name = common_name(name);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![purpose];
    params.use_authority_key_identifier_extension = true;
    let (number, text) = serial(clock);
    params.serial_number = Some(number);
    let now = clock.now();
    let expires = now + life;
    span(&mut params, now, expires);
    (params, text, expires)
}

fn span(params: &mut CertificateParams, now: Timestamp, end: Timestamp) {
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    let after = |moment: Timestamp| epoch + Duration::from_secs(moment.seconds().unsigned_abs());
    (params.not_before, params.not_after) = (after(now - EARLIER), after(end));
}

fn common_name(name: String) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    subject
}

/// A serial number of 16 random bytes, positive and never shortened (RFC 5280, 4.1.2.2).
fn serial(clock: &Clock) -> (SerialNumber, String) {
    let mut bytes: [u8; 16] = clock.bytes();
    bytes[0] = bytes[0] & 0x7f | 0x40;
    (SerialNumber::from_slice(&bytes), bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn server_name(name: &str) -> Result<SanType> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(SanType::IpAddress(address));
    }
    let name = name.try_into().map_err(|_| Error::invalid(format!("'{name}' cannot be in a certificate")).field("gateways.public_url"))?;
    Ok(SanType::DnsName(name))
}

fn fault(error: rcgen::Error) -> Error {
    Error::internal(format!("the certificate authority: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csr(params: CertificateParams) -> (String, KeyPair) {
        let key = KeyPair::generate().unwrap();
        (params.serialize_request(&key).unwrap().pem().unwrap(), key)
    }

    #[test]
    fn an_authority_is_the_same_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::default();
        let first = Authority::open(folder.path(), &clock).unwrap();
        let second = Authority::open(folder.path(), &clock).unwrap();
        assert_eq!((first.fingerprint(), first.pem()), (second.fingerprint(), second.pem()));
        std::fs::remove_file(folder.path().join("authority.key")).unwrap();
        assert!(Authority::open(folder.path(), &clock).is_err(), "a lost key is not replaced in silence");
    }

    #[test]
    fn nothing_of_a_request_is_believed_but_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::default();
        let authority = Authority::open(folder.path(), &clock).unwrap();
        let mut params = CertificateParams::new(vec!["evil.example".to_owned()]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name = common_name("root".to_owned());
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let (request, key) = csr(params);
        let gateway: GatewayId = clock.id();
        let issued = authority.sign_gateway(gateway, &request, &clock).unwrap();
        let der = CertificateDer::from_pem_slice(issued.pem.as_bytes()).unwrap();
        assert_eq!(gateway_of(&der).unwrap(), gateway);
        let (_, parsed) = x509_parser::certificate::X509Certificate::from_der(&der).unwrap();
        assert!(!parsed.is_ca());
        assert_eq!(parsed.subject().to_string(), format!("CN={gateway}"));
        assert_eq!(parsed.public_key().subject_public_key.data.as_ref(), key.public_key_raw());
        assert_eq!(parsed.raw_serial_as_string().replace(':', ""), issued.serial);
    }

    #[test]
    fn a_request_that_is_not_signed_with_its_own_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::default();
        let authority = Authority::open(folder.path(), &clock).unwrap();
        let (request, _) = csr(CertificateParams::default());
        let mut der = rustls::pki_types::CertificateSigningRequestDer::from_pem_slice(request.as_bytes()).unwrap().to_vec();
        let last = der.len() - 1;
        der[last] ^= 1;
        let body = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
        let forged = format!("-----BEGIN CERTIFICATE REQUEST-----\n{body}\n-----END CERTIFICATE REQUEST-----\n");
        for request in [forged.as_str(), "", "-----BEGIN"] {
            assert_eq!(authority.sign_gateway(clock.id(), request, &clock).unwrap_err().wrong_field(), Some("csr_pem"));
        }
    }

    #[test]
    fn the_hub_s_own_certificate_names_no_gateway() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::default();
        let authority = Authority::open(folder.path(), &clock).unwrap();
        let (certificate, _, _) = authority.server(&["localhost".to_owned(), "127.0.0.1".to_owned()], &clock).unwrap();
        assert!(gateway_of(&certificate).is_err());
        assert!(authority.server(&["ä".to_owned()], &clock).is_err());
    }
}
