//! Who may dial the controller: certificates of the cluster's own authority, which name a host and its roles.

use std::path::Path;

use rustls::pki_types::CertificateDer;
use tieline_authority::{Authority, Issued, Leaf, Purpose, uri_of};
use tieline_model::{Error, Result, Seconds};
use tieline_wire_node::CONTROLLER_NAME;

use super::clock;

const LIFE: Seconds = Seconds::days(366);
/// What the URI of a host's certificate begins with; its roles follow, separated by `+`, then `:` and its name.
const HOST: &str = "crane:host:";

/// What a host may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Roles {
    /// Run jobs.
    pub compute: bool,
    /// Say who asks: its kernel is believed about the people on it.
    pub submit: bool,
}

/// A host that has dialled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its name in the cluster.
    pub name: String,
    /// What it may do.
    pub roles: Roles,
}

impl Roles {
    /// Reads `compute`, `submit` or `compute,submit`.
    ///
    /// # Errors
    /// `Invalid` where it is something else.
    pub fn parse(text: &str) -> Result<Self> {
        let mut roles = Self::default();
        for word in text.split([',', '+']) {
            match word {
                "compute" => roles.compute = true,
                "submit" => roles.submit = true,
                other => return Err(Error::invalid(format!("'{other}' is no role of a host; there are compute and submit")).field("role")),
            }
        }
        Ok(roles)
    }

    fn text(self) -> &'static str {
        match (self.compute, self.submit) {
            (true, true) => "compute+submit",
            (true, false) => "compute",
            (false, true) => "submit",
            (false, false) => "none",
        }
    }
}

/// The cluster's authority in the controller's folder.
///
/// # Errors
/// As [`Authority::open`].
pub fn authority(state: &Path, cluster: &str) -> Result<Authority> {
    Authority::open(&state.join("authority"), &format!("Crane cluster {cluster}"), clock::stamp())
}

/// A certificate for a host.
///
/// # Errors
/// `Invalid` where the name cannot be a host's.
pub fn for_host(authority: &Authority, name: &str, roles: Roles) -> Result<Issued> {
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')) {
        return Err(Error::invalid(format!("'{name}' cannot be a host's name: letters, digits, '-', '_' and '.'")).field("name"));
    }
    let leaf = Leaf {
        uri: format!("{HOST}{}:{name}", roles.text()),
        names: Vec::new(),
        purposes: vec![Purpose::Client, Purpose::Server],
        life: LIFE,
    };
    authority.issue(&leaf, clock::stamp())
}

/// The controller's own certificate.
///
/// # Errors
/// `Invalid` where a name cannot be in a certificate.
pub fn for_controller(authority: &Authority, names: &[String]) -> Result<Issued> {
    let mut names = names.to_vec();
    names.extend([CONTROLLER_NAME.to_owned(), "localhost".to_owned(), "127.0.0.1".to_owned()]);
    let leaf = Leaf { uri: "crane:controller".to_owned(), names, purposes: vec![Purpose::Server], life: LIFE };
    authority.issue(&leaf, clock::stamp())
}

/// Which host holds this certificate.
///
/// # Errors
/// `Unauthenticated` where it names none.
pub fn host_of(certificate: &CertificateDer<'_>) -> Result<Host> {
    let uri = uri_of(certificate)?;
    let wrong = || Error::unauthenticated("the certificate names no host of a cluster");
    let (roles, name) = uri.strip_prefix(HOST).and_then(|rest| rest.split_once(':')).ok_or_else(wrong)?;
    Ok(Host { name: name.to_owned(), roles: Roles::parse(roles).map_err(|_| wrong())? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::pem::PemObject;

    #[test]
    fn a_host_is_who_its_certificate_says_and_nothing_more() {
        let folder = tempfile::tempdir().unwrap();
        let authority = authority(folder.path(), "test").unwrap();
        let der = |issued: Issued| CertificateDer::from_pem_slice(issued.certificate_pem.as_bytes()).unwrap();
        let host = host_of(&der(for_host(&authority, "cn-1.a", Roles::parse("compute").unwrap()).unwrap())).unwrap();
        assert_eq!(host, Host { name: "cn-1.a".to_owned(), roles: Roles { compute: true, submit: false } });
        assert!(host_of(&der(for_controller(&authority, &[]).unwrap())).is_err());
        for name in ["", "a:b", "a b", "x,y"] {
            assert!(for_host(&authority, name, Roles::default()).is_err(), "{name}");
        }
        assert!(Roles::parse("root").is_err());
    }
}
