//! How a client proves whose it is, and how the proof stays fresh.

use std::fmt;

use reqwest::Method;
use serde::Deserialize;
use tieline_model::{Error, ErrorKind, Result, Seconds, Timestamp};

use super::credentials::{Keeper, Session};
use super::{ANSWER, Client};

/// A token that ends within this time is renewed before it is used.
const MARGIN: Seconds = Seconds(30);

/// What a client shows the hub.
#[derive(Clone)]
pub enum Proof {
    /// Nothing: for what everybody may see.
    Nobody,
    /// A personal token, as programs use it.
    Token(String),
    /// The session that `tieline login` left in the credentials file.
    Kept(Keeper),
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nobody => "Nobody",
            Self::Token(_) => "Token(…)",
            Self::Kept(_) => "Kept(…)",
        })
    }
}

/// The part of the hub's answer to a sign-in or a refresh that has to be kept.
#[derive(Deserialize)]
struct Fresh {
    access_token: String,
    expires_at: Timestamp,
    #[serde(default)]
    refresh_token: Option<String>,
}

impl Client {
    /// The address under which the credentials file knows this hub.
    pub fn key(&self) -> String {
        self.0.base.as_str().trim_end_matches('/').to_owned()
    }

    pub(super) fn can_refresh(&self) -> bool {
        matches!(self.0.proof, Proof::Kept(_))
    }

    /// The token to send. `stale` is one the hub has just refused.
    pub(super) async fn bearer(&self, stale: Option<&str>) -> Result<Option<String>> {
        let keeper = match &self.0.proof {
            Proof::Nobody => return Ok(None),
            Proof::Token(token) => return Ok(Some(token.clone())),
            Proof::Kept(keeper) => keeper,
        };
        // Holding this while the token is renewed lets all waiting calls share one renewal.
        let mut held = self.0.session.lock().await;
        if held.is_none() {
            *held = keeper.load()?.hubs.remove(&self.key());
        }
        let Some(session) = held.as_ref() else { return Ok(None) };
        if is_good(session, stale) {
            return Ok(Some(session.access_token.clone()));
        }
        let fresh = self.renewed(keeper, stale).await?;
        let token = fresh.access_token.clone();
        *held = Some(fresh);
        Ok(Some(token))
    }

    /// Renews the session under the file's lock: another shell may have done so meanwhile, and a refresh token works once.
    async fn renewed(&self, keeper: &Keeper, stale: Option<&str>) -> Result<Session> {
        let _lock = keeper.lock().await?;
        let mut all = keeper.load()?;
        let gone =
            || Error::unauthenticated("you are not signed in at this hub").hint(format!("tieline login --url {} --user NAME", self.key()));
        let session = all.hubs.get(&self.key()).cloned().ok_or_else(gone)?;
        if is_good(&session, stale) {
            return Ok(session);
        }
        let url = self.url(&["sessions", "refresh"], &[])?;
        let body = serde_json::json!({ "refresh_token": session.refresh_token });
        let answer =
            self.once(&Method::POST, &url, None, &|request| request.json(&body).timeout(ANSWER)).await.map_err(|error| {
                match error.kind() {
                    ErrorKind::Unauthenticated => Error::unauthenticated("your session has ended").hint(format!(
                        "tieline login --url {} --user {}",
                        self.key(),
                        session.user
                    )),
                    _ => error,
                }
            })?;
        let fresh: Fresh = self.decoded(answer).await?;
        let session = Session {
            user: session.user,
            access_token: fresh.access_token,
            expires_at: fresh.expires_at,
            refresh_token: fresh.refresh_token.unwrap_or(session.refresh_token),
        };
        all.hubs.insert(self.key(), session.clone());
        keeper.save(&all)?;
        Ok(session)
    }
}

fn is_good(session: &Session, stale: Option<&str>) -> bool {
    stale.is_none_or(|stale| stale != session.access_token) && now() + MARGIN < session.expires_at
}

#[expect(clippy::disallowed_methods, reason = "the client's one look at the clock: a token that has ended need not be tried")]
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
