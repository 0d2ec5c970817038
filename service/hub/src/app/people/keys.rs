//! The keys that sign access tokens (JWT, ES256). Each is a file in the state folder, named by the second from which on it
//! signs. A new one takes over from time to time; the ones before it still check tokens, until the last of theirs has ended.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData};
use serde::{Deserialize, Serialize};
use tieline_model::{Error, Result, Seconds, SessionId, Timestamp, UserId, UserName};

use super::secret;
use super::sessions::ACCESS;
use crate::disk;

/// Who issues the tokens.
const ISSUER: &str = "tieline";
/// What a key's file is called before and after the second from which on it signs.
const FILE: (&str, &str) = ("access-token.", ".pem");
/// What the file was called when there was one key for ever.
const FIRST: &str = "access-token.pem";

/// Signs and checks access tokens.
#[derive(Debug)]
pub struct Keys {
    folder: PathBuf,
    /// By the moment they began, the newest last; never empty.
    ring: RwLock<Vec<Key>>,
}

/// One key.
#[derive(Clone)]
struct Key {
    since: Timestamp,
    path: PathBuf,
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
    /// The one address it opens, and nothing else; none where it stands for the whole session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<String>,
}

impl Claims {
    /// What a token says of a session's person.
    pub fn of(user: UserId, name: &UserName, session: SessionId, now: Timestamp, until: Timestamp) -> Self {
        Self { iss: ISSUER.to_owned(), sub: user, name: name.clone(), sid: session, iat: now.seconds(), exp: until.seconds(), only: None }
    }

    /// The same for one address alone.
    #[must_use]
    pub fn only(self, path: &str) -> Self {
        Self { only: Some(path.to_owned()), ..self }
    }
}

impl Keys {
    /// Reads the keys in this folder, or makes folder and first key.
    ///
    /// # Errors
    /// Where the folder cannot be used or a key is broken.
    pub fn open(folder: &Path, now: Timestamp) -> Result<Self> {
        disk::private_folder(folder)?;
        let mut ring = read(folder)?;
        if ring.is_empty() {
            ring.push(make(folder, now)?);
        }
        Ok(Self { folder: folder.to_owned(), ring: RwLock::new(ring) })
    }

    /// Lets a new key take over where the present one has signed for `life`, and removes those of which no token can be good
    /// any more. Gives the name of the new key, where there is one.
    ///
    /// # Errors
    /// Where the folder cannot be used.
    pub fn renew(&self, life: Seconds, now: Timestamp) -> Result<Option<String>> {
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        let mut fresh = None;
        if ring.last().is_none_or(|newest| newest.since + life <= now) {
            let key = make(&self.folder, now)?;
            fresh = Some(key.id.clone());
            ring.push(key);
        }
        // Each but the newest signed until the next one took over.
        while let [oldest, next, ..] = ring.as_slice()
            && next.since + ACCESS < now
        {
            disk::remove(&oldest.path)?;
            ring.remove(0);
        }
        Ok(fresh)
    }

    /// An access token that says this.
    ///
    /// # Errors
    /// Where the key cannot sign.
    pub fn sign(&self, claims: &Claims) -> Result<String> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        let newest = ring.last().ok_or_else(|| Error::internal("there is no key to sign with"))?;
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(newest.id.clone());
        jsonwebtoken::encode(&header, claims, &newest.sign).map_err(|error| Error::internal(format!("signing a token: {error}")))
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
        let foreign = || Error::unauthenticated("the access token is not one of ours").hint("sign in again");
        let signed_by = jsonwebtoken::decode_header(token).map_err(|error| foreign().because(error))?.kid;
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        let key = ring.iter().find(|key| signed_by.as_ref() == Some(&key.id)).ok_or_else(foreign)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.check, &wanted).map_err(|error| foreign().because(error))?.claims;
        if claims.exp <= now.seconds() {
            return Err(Error::unauthenticated("the access token has ended")
                .code("token_expired")
                .hint("refresh the session, or sign in again"));
        }
        Ok(claims)
    }
}

impl Key {
    fn read(path: PathBuf, since: Timestamp, pem: &str) -> Result<Self> {
        let broken = |why: String| Error::invalid(format!("{} is not a P-256 key in PEM: {why}", path.display()));
        let pair = KeyPair::from_pem(pem).map_err(|error| broken(error.to_string()))?;
        let sign = EncodingKey::from_ec_pem(pem.as_bytes()).map_err(|error| broken(error.to_string()))?;
        let check = DecodingKey::from_ec_pem(pair.public_key_pem().as_bytes()).map_err(|error| broken(error.to_string()))?;
        let public = pair.subject_public_key_info().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        Ok(Self { since, path, id: secret::hash(&public).chars().take(16).collect(), sign, check })
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("id", &self.id).field("since", &self.since).finish_non_exhaustive()
    }
}

/// All keys in the folder, by the moment they began.
fn read(folder: &Path) -> Result<Vec<Key>> {
    let failed = |error: std::io::Error| Error::unavailable(format!("{}: {error}", folder.display()));
    let mut ring = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let Some(since) = entry.file_name().to_str().and_then(began) else { continue };
        if let Some(pem) = disk::read_text(&entry.path())? {
            ring.push(Key::read(entry.path(), since, &pem)?);
        }
    }
    ring.sort_by_key(|key| key.since);
    Ok(ring)
}

/// From when on the key in a file of this name signs.
fn began(name: &str) -> Option<Timestamp> {
    if name == FIRST {
        return Some(Timestamp::from_seconds(0));
    }
    let seconds = name.strip_prefix(FILE.0)?.strip_suffix(FILE.1)?;
    seconds.parse().ok().map(Timestamp::from_seconds)
}

fn make(folder: &Path, now: Timestamp) -> Result<Key> {
    let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|error| Error::internal(format!("a key: {error}")))?;
    let (path, pem) = (folder.join(format!("{}{}{}", FILE.0, now.seconds(), FILE.1)), pair.serialize_pem());
    disk::write_secret(&path, pem.as_bytes())?;
    Key::read(path, Timestamp::from_seconds(now.seconds()), &pem)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::clock::Clock;

    const LIFE: Seconds = Seconds::days(30);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn signed(keys: &Keys, now: Timestamp) -> String {
        let clock = Clock::fixed(now);
        keys.sign(&Claims::of(clock.id(), &"alice".parse().unwrap(), clock.id(), now, now + ACCESS)).unwrap()
    }

    #[test]
    fn a_token_is_good_until_it_ends_and_only_for_the_key_that_signed_it() {
        let [ours, theirs] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let token = signed(&Keys::open(&ours.path().join("keys"), at(1_000)).unwrap(), at(1_000));
        let again = Keys::open(&ours.path().join("keys"), at(1_100)).unwrap();
        assert_eq!(again.check(&token, at(1_599)).unwrap().name, "alice".parse().unwrap());
        assert_eq!(again.check(&token, at(1_600)).unwrap_err().word(), "token_expired");
        assert!(Keys::open(theirs.path(), at(1_000)).unwrap().check(&token, at(1_000)).is_err());
    }

    #[test]
    fn a_new_key_takes_over_when_its_time_has_come_and_the_old_one_checks_until_its_last_token_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::open(folder.path(), at(1_000)).unwrap();
        let turn = at(1_000) + LIFE;
        assert_eq!(keys.renew(LIFE, at(turn.seconds() - 1)).unwrap(), None);
        let old = signed(&keys, at(turn.seconds() - 1));
        assert!(keys.renew(LIFE, turn).unwrap().is_some());
        let new = signed(&keys, turn);
        assert_ne!(jsonwebtoken::decode_header(&old).unwrap().kid, jsonwebtoken::decode_header(&new).unwrap().kid);
        for keys in [&keys, &Keys::open(folder.path(), turn).unwrap()] {
            assert_eq!(keys.renew(LIFE, turn + ACCESS).unwrap(), None);
            assert!(keys.check(&old, turn).is_ok() && keys.check(&new, turn).is_ok(), "also after a restart");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        keys.renew(LIFE, turn + ACCESS + Seconds(1)).unwrap();
        assert!(keys.check(&old, turn).is_err() && keys.check(&new, turn).is_ok());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left of the old key");
    }

    #[test]
    fn the_key_of_the_time_before_keys_were_renewed_is_replaced_at_once_and_its_tokens_stay_good() {
        let folder = tempfile::tempdir().unwrap();
        let now = at(1_800_000_000);
        let token = signed(&Keys::open(folder.path(), now).unwrap(), now);
        fs::rename(folder.path().join("access-token.1800000000.pem"), folder.path().join(FIRST)).unwrap();
        let keys = Keys::open(folder.path(), now).unwrap();
        assert!(keys.renew(LIFE, now).unwrap().is_some());
        assert!(keys.check(&token, now + Seconds(599)).is_ok());
    }

    #[test]
    fn a_key_is_readable_by_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Keys::open(folder.path(), at(7)).unwrap();
        let mode = fs::metadata(folder.path().join("access-token.7.pem")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
