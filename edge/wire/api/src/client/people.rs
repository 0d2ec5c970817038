//! Signing in, and the operations on people, by name. Each fails with what the hub says, or with `Unavailable` where it
//! cannot be reached.
#![expect(clippy::missing_errors_doc, reason = "said once above for all of them")]

use reqwest::Method;
use tieline_model::{Error, Result, SessionId, TokenId};

use super::credentials::{Keeper, Session as KeptSession};
use super::{ANSWER, Client};
use crate::Page;
use crate::people::{
    ChangePassword, CreateToken, CreateUser, CreatedToken, ResetPassword, Session, SetBlocked, SetRoles, SignIn, SignedIn, Token, User,
};

impl Client {
    /// Signs in and gives what proves it.
    pub async fn sign_in(&self, who: &SignIn) -> Result<SignedIn> {
        let url = self.url(&["sessions"], &[])?;
        let answer = self.once(&Method::POST, &url, None, &|request| request.json(who).timeout(ANSWER)).await?;
        self.decoded(answer).await
    }

    /// Keeps a sign-in in the credentials file and makes its hub the current one.
    pub async fn keep(&self, keeper: &Keeper, proof: &SignedIn) -> Result<()> {
        let refresh_token = proof.refresh_token.clone().ok_or_else(|| Error::internal("the hub gave no refresh token"))?;
        let session = KeptSession {
            user: proof.user.name.to_string(),
            access_token: proof.access_token.clone(),
            expires_at: proof.expires_at,
            refresh_token,
        };
        let _lock = keeper.lock().await?;
        let mut all = keeper.load()?;
        all.hubs.insert(self.key(), session);
        all.current = Some(self.key());
        keeper.save(&all)
    }

    /// Takes a hub's session out of the credentials file; whether there was one.
    pub async fn forget(&self, keeper: &Keeper) -> Result<bool> {
        let _lock = keeper.lock().await?;
        let mut all = keeper.load()?;
        let known = all.hubs.remove(&self.key()).is_some();
        if all.current.as_deref() == Some(&*self.key()) {
            all.current = None;
        }
        keeper.save(&all)?;
        Ok(known)
    }

    /// Ends the session that asks.
    pub async fn sign_out(&self) -> Result<()> {
        self.tell(Method::DELETE, &["sessions", "current"], None::<&()>).await
    }

    /// One's open sessions.
    pub async fn list_sessions(&self) -> Result<Page<Session>> {
        self.whole(&["sessions"], &()).await
    }

    /// Ends one of one's sessions.
    pub async fn revoke_session(&self, session: SessionId) -> Result<()> {
        self.tell(Method::DELETE, &["sessions", &session.to_string()], None::<&()>).await
    }

    /// Who asks.
    pub async fn me(&self) -> Result<User> {
        self.get(&["me"], &[]).await
    }

    /// Changes one's own password; other sessions end.
    pub async fn change_password(&self, change: &ChangePassword) -> Result<()> {
        self.tell(Method::PUT, &["me", "password"], Some(change)).await
    }

    /// Makes a personal token; its secret is shown this once.
    pub async fn create_token(&self, token: &CreateToken) -> Result<CreatedToken> {
        self.send(Method::POST, &["tokens"], token).await
    }

    /// One's personal tokens.
    pub async fn list_tokens(&self) -> Result<Page<Token>> {
        self.whole(&["tokens"], &()).await
    }

    /// Ends a personal token.
    pub async fn revoke_token(&self, token: TokenId) -> Result<()> {
        self.tell(Method::DELETE, &["tokens", &token.to_string()], None::<&()>).await
    }

    /// Adds a person.
    pub async fn create_user(&self, user: &CreateUser) -> Result<User> {
        self.send(Method::POST, &["users"], user).await
    }

    /// All people.
    pub async fn list_users(&self) -> Result<Page<User>> {
        self.whole(&["users"], &()).await
    }

    /// One person, by id or name.
    pub async fn get_user(&self, user: &str) -> Result<User> {
        self.get(&["users", user], &[]).await
    }

    /// Sets all roles of a person, by id or name.
    pub async fn set_roles(&self, user: &str, roles: &SetRoles) -> Result<User> {
        self.send(Method::PUT, &["users", user, "roles"], roles).await
    }

    /// Sets another person's password.
    pub async fn reset_password(&self, user: &str, password: &ResetPassword) -> Result<()> {
        self.tell(Method::PUT, &["users", user, "password"], Some(password)).await
    }

    /// Keeps a person out, or lets them in again.
    pub async fn set_blocked(&self, user: &str, blocked: bool) -> Result<User> {
        self.send(Method::PUT, &["users", user, "blocked"], &SetBlocked { blocked }).await
    }
}
