//! What a certificate says: one URI for who holds it, the names it is dialled by, what it is for.

use std::net::IpAddr;
use std::time::Duration;

use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose, SanType, SerialNumber};
use rustls::pki_types::CertificateDer;
use tieline_model::{Error, Result, Seconds, Timestamp};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

use super::{Stamp, fault};

/// Certificates begin this much before now, because clocks differ.
const EARLIER: Seconds = Seconds::hours(24);

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To dial with.
    Client,
    /// To be dialled.
    Server,
}

/// What a certificate is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Who holds it and what it may do.
    pub uri: String,
    /// Host names and addresses.
    pub names: Vec<String>,
    /// What it is for.
    pub purposes: Vec<Purpose>,
    /// How long it is good.
    pub life: Seconds,
}

impl Leaf {
    pub(super) fn params(&self, stamp: Stamp) -> Result<CertificateParams> {
        let mut params = CertificateParams::default();
        params.distinguished_name = common_name(&self.uri);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = self
            .purposes
            .iter()
            .map(|purpose| match purpose {
                Purpose::Client => ExtendedKeyUsagePurpose::ClientAuth,
                Purpose::Server => ExtendedKeyUsagePurpose::ServerAuth,
            })
            .collect();
        params.use_authority_key_identifier_extension = true;
        params.subject_alt_names = vec![SanType::URI(self.uri.as_str().try_into().map_err(fault)?)];
        for name in &self.names {
            params.subject_alt_names.push(alternative(name)?);
        }
        stamped(&mut params, stamp, self.life);
        Ok(params)
    }
}

/// The one URI of a certificate. The TLS layer has verified it before.
///
/// # Errors
/// `Unauthenticated` where it has none, or several.
pub fn uri_of(certificate: &CertificateDer<'_>) -> Result<String> {
    let wrong = || Error::unauthenticated("the certificate does not say who holds it");
    let (_, parsed) = x509_parser::certificate::X509Certificate::from_der(certificate).map_err(|_| wrong())?;
    let names = parsed.subject_alternative_name().ok().flatten().ok_or_else(wrong)?;
    let mut uris = names.value.general_names.iter().filter_map(|name| match name {
        GeneralName::URI(uri) => Some((*uri).to_owned()),
        _ => None,
    });
    match (uris.next(), uris.next()) {
        (Some(uri), None) => Ok(uri),
        _ => Err(wrong()),
    }
}

pub(super) fn common_name(name: &str) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    subject
}

/// A span from a little before now, and a serial number that is positive and never shortened (RFC 5280, 4.1.2.2).
pub(super) fn stamped(params: &mut CertificateParams, stamp: Stamp, life: Seconds) {
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    let after = |moment: Timestamp| epoch + Duration::from_secs(moment.seconds().unsigned_abs());
    (params.not_before, params.not_after) = (after(stamp.now - EARLIER), after(stamp.now + life));
    let mut serial = stamp.serial;
    serial[0] = serial[0] & 0x7f | 0x40;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
}

fn alternative(name: &str) -> Result<SanType> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(SanType::IpAddress(address));
    }
    let dns = name.try_into().map_err(|_| Error::invalid(format!("'{name}' cannot be in a certificate")))?;
    Ok(SanType::DnsName(dns))
}
