//! A certificate authority of one's own: it vouches for the processes of one house, and for nobody else.
//!
//! Its key is made at the first start and never leaves its folder. A certificate says what the authority knows of its
//! holder, as one URI: who it is and what it may do.

mod leaf;

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tieline_model::{Error, Result, Seconds, Timestamp};

pub use leaf::{Leaf, Purpose, uri_of};

const AUTHORITY_LIFE: Seconds = Seconds::days(7300);

/// The moment a certificate is made, and 16 random bytes for its serial number.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// Now.
    pub now: Timestamp,
    /// Random.
    pub serial: [u8; 16],
}

/// A certificate with its key, in PEM.
#[derive(Clone)]
pub struct Issued {
    /// The certificate.
    pub certificate_pem: String,
    /// Its private key.
    pub key_pem: String,
    /// When it ends.
    pub expires: Timestamp,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued").field("expires", &self.expires).finish_non_exhaustive()
    }
}

/// The authority and its key.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// Opens the authority in this folder, or makes it under this name.
    ///
    /// # Errors
    /// `Unavailable` where the folder cannot be used, or holds half an authority; `Internal` where it is broken.
    pub fn open(folder: &Path, name: &str, stamp: Stamp) -> Result<Self> {
        let (key_path, certificate_path) = (folder.join("authority.key"), folder.join("authority.pem"));
        if certificate_path.exists() {
            let key = fs::read_to_string(&key_path).map_err(|error| failed(&key_path, &error))?;
            let pem = fs::read_to_string(&certificate_path).map_err(|error| failed(&certificate_path, &error))?;
            return Self::load(pem, &key);
        }
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| failed(folder, &error))?;
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(fault)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = leaf::common_name(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        leaf::stamped(&mut params, stamp, AUTHORITY_LIFE);
        let pem = params.self_signed(&key).map_err(fault)?.pem();
        // The certificate is written last: without it nothing was ever signed, and the key may be made again.
        write_secret(&key_path, key.serialize_pem().as_bytes())?;
        write_secret(&certificate_path, pem.as_bytes())?;
        Self::load(pem, &key.serialize_pem())
    }

    fn load(pem: String, key: &str) -> Result<Self> {
        let certificate =
            CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|error| Error::internal(format!("authority.pem: {error}")))?;
        let key = KeyPair::from_pem(key).map_err(fault)?;
        let issuer = Issuer::from_ca_cert_der(&certificate, key).map_err(fault)?;
        Ok(Self { issuer, pem })
    }

    /// The authority's certificate in PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate with a fresh key.
    ///
    /// # Errors
    /// `Invalid` where a name cannot be in a certificate.
    pub fn issue(&self, leaf: &Leaf, stamp: Stamp) -> Result<Issued> {
        let params = leaf.params(stamp)?;
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(fault)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(fault)?;
        Ok(Issued { certificate_pem: certificate.pem(), key_pem: key.serialize_pem(), expires: stamp.now + leaf.life })
    }
}

/// Writes a file of mode 0600 so that after a crash there is either the old content or the new one, whole.
///
/// # Errors
/// `Unavailable`, naming the file.
pub fn write_secret(path: &Path, content: &[u8]) -> Result<()> {
    let fresh = path.with_extension("new");
    let write = || -> std::io::Result<()> {
        if fresh.exists() {
            fs::remove_file(&fresh)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&fresh, path)?;
        File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    write().map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    Error::unavailable(format!("{}: {error}", path.display()))
}

fn fault(error: rcgen::Error) -> Error {
    Error::internal(format!("the certificate authority: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: Stamp = Stamp { now: Timestamp::from_seconds(1_800_000_000), serial: [9; 16] };

    #[test]
    fn an_authority_is_the_same_after_a_restart_and_a_lost_key_is_not_replaced_in_silence() {
        let folder = tempfile::tempdir().unwrap();
        let first = Authority::open(folder.path(), "test", STAMP).unwrap();
        assert_eq!(first.pem(), Authority::open(folder.path(), "test", STAMP).unwrap().pem());
        fs::remove_file(folder.path().join("authority.key")).unwrap();
        assert!(Authority::open(folder.path(), "test", STAMP).is_err());
    }

    #[test]
    fn a_certificate_says_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::open(folder.path(), "test", STAMP).unwrap();
        let leaf = Leaf {
            uri: "crane:node:cn1?role=compute".to_owned(),
            names: vec!["cn1".to_owned(), "127.0.0.1".to_owned()],
            purposes: vec![Purpose::Client, Purpose::Server],
            life: Seconds::days(1),
        };
        let issued = authority.issue(&leaf, STAMP).unwrap();
        assert_eq!(issued.expires, STAMP.now + Seconds::days(1));
        let der = CertificateDer::from_pem_slice(issued.certificate_pem.as_bytes()).unwrap();
        assert_eq!(uri_of(&der).unwrap(), leaf.uri);
        assert!(authority.issue(&Leaf { names: vec!["ä".to_owned()], ..leaf }, STAMP).is_err());
    }
}
