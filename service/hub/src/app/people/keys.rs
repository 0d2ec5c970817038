//! The key that signs access tokens (JWT, ES256), made at the first start and kept in the state folder.

use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData};
use serde::{Deserialize, Serialize};
use tieline_fault::around_now;
use tieline_model::{Error, Result, SessionId, Timestamp, UserId, UserName};

use super::secret;
use crate::points;

/// Who issues the tokens.
const ISSUER: &str = "tieline";

/// Signs and checks access tokens.
pub struct Keys {
    id: String,
    sign: EncodingKey,
    check: DecodingKey,
}

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// Which person.
    pub sub: UserId,
    /// Their name.
    pub name: UserName,
    /// Of which session.
    pub sid: SessionId,
    /// When it was made, in seconds.
    pub iat: i64,
    /// When it ends, in seconds.
    pub exp: i64,
}

impl Keys {
    /// Reads the key in this folder, or makes folder and key.
    ///
    /// # Errors
    /// Where the folder cannot be used or the key is broken.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("access-token.pem");
        let failed = |error: std::io::Error| Error::unavailable(format!("the key {} cannot be kept: {error}", path.display()));
        if !path.exists() {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
            make(folder, &path).map_err(failed)?;
        }
        let pem = std::fs::read_to_string(&path).map_err(failed)?;
        let broken = |why: String| Error::invalid(format!("{} is not a P-256 key in PEM: {why}", path.display()));
        let pair = KeyPair::from_pem(&pem).map_err(|error| broken(error.to_string()))?;
        let sign = EncodingKey::from_ec_pem(pem.as_bytes()).map_err(|error| broken(error.to_string()))?;
        let check = DecodingKey::from_ec_pem(pair.public_key_pem().as_bytes()).map_err(|error| broken(error.to_string()))?;
        let public = pair.subject_public_key_info().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        Ok(Self { id: secret::hash(&public).chars().take(16).collect(), sign, check })
    }

    /// An access token for a session.
    ///
    /// # Errors
    /// Where the key cannot sign.
    pub fn sign(&self, user: UserId, name: &UserName, session: SessionId, now: Timestamp, until: Timestamp) -> Result<String> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.id.clone());
        let claims =
            Claims { iss: ISSUER.to_owned(), sub: user, name: name.clone(), sid: session, iat: now.seconds(), exp: until.seconds() };
        jsonwebtoken::encode(&header, &claims, &self.sign).map_err(|error| Error::internal(format!("signing a token: {error}")))
    }

    /// What a token says, if we signed it and it has not ended.
    ///
    /// # Errors
    /// `Unauthenticated`.
    pub fn check(&self, token: &str, now: Timestamp) -> Result<Claims> {
        let mut wanted = Validation::new(Algorithm::ES256);
        wanted.set_issuer(&[ISSUER]);
        // The moment is compared below: with our clock, not the system's.
        wanted.validate_exp = false;
        let known = |error| Error::unauthenticated("the access token is not one of ours").hint("sign in again").because(error);
        let claims = jsonwebtoken::decode::<Claims>(token, &self.check, &wanted).map_err(known)?.claims;
        if claims.exp <= now.seconds() {
            return Err(Error::unauthenticated("the access token has ended")
                .code("token_expired")
                .hint("refresh the session, or sign in again"));
        }
        Ok(claims)
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A file that is there is whole: written beside it, flushed, then linked. Of two starts at once the first one's key stays.
fn make(folder: &Path, path: &Path) -> std::io::Result<()> {
    let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(std::io::Error::other)?;
    let beside = folder.join(format!(".access-token.{}", std::process::id()));
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(pair.serialize_pem().as_bytes())?;
    file.sync_all()?;
    let linked = around_now(points::TOKEN_KEY_WRITE, || std::fs::hard_link(&beside, path));
    std::fs::remove_file(&beside)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => std::fs::File::open(folder)?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn a_token_is_good_until_it_ends_and_only_for_the_key_that_signed_it() {
        let [ours, theirs] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let keys = Keys::open(&ours.path().join("keys")).unwrap();
        let now = Timestamp::from_seconds(1_000);
        let clock = Clock::fixed(now);
        let name = "alice".parse().unwrap();
        let token = keys.sign(clock.id(), &name, clock.id(), now, Timestamp::from_seconds(1_600)).unwrap();

        let again = Keys::open(&ours.path().join("keys")).unwrap();
        assert_eq!(again.check(&token, Timestamp::from_seconds(1_599)).unwrap().name, name);
        assert_eq!(again.check(&token, Timestamp::from_seconds(1_600)).unwrap_err().word(), "token_expired");
        assert!(Keys::open(theirs.path()).unwrap().check(&token, now).is_err());
    }

    #[test]
    fn the_key_is_readable_by_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Keys::open(folder.path()).unwrap();
        let mode = std::fs::metadata(folder.path().join("access-token.pem")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
