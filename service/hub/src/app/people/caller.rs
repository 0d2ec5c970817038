//! Who asks, once their proof was checked, and where from.

use tieline_model::{Error, RequestId, Result, Roles, SessionId, TokenId, UserId, UserName};

/// One request, before anybody proved anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// This request, for the log and the audit.
    pub request: RequestId,
    /// Where the request came from, as far as the configuration lets us believe it.
    pub address: String,
}

/// A person, or a program acting for one, whose proof was checked.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Which person.
    pub user: UserId,
    /// Their name.
    pub name: UserName,
    /// What they may do.
    pub roles: Roles,
    /// The session they are signed in with; `None` for a personal API token.
    pub session: Option<SessionId>,
    /// The personal API token they came with; `None` for a session.
    pub token: Option<TokenId>,
    /// This request, for the log and the audit.
    pub request: RequestId,
    /// Where the request came from, as far as the configuration lets us believe it.
    pub address: String,
}

impl Caller {
    /// Refuses everybody but platform administrators.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn must_administer(&self) -> Result<()> {
        if self.roles.is_administrator() { Ok(()) } else { Err(Error::forbidden("only a platform administrator may do this")) }
    }

    /// Refuses personal API tokens, for what changes who may sign in. Gives the session.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn must_be_signed_in(&self) -> Result<SessionId> {
        let refused = || Error::forbidden("an API token may not do this").hint("sign in with the name and the password");
        self.session.ok_or_else(refused)
    }
}
