//! Who asks: taken from the request by every operation that needs to know.

use axum::extract::FromRequestParts;
use http::request::Parts;
use tieline_model::{Error, RequestId, Result, Roles, UserId, UserName};

use super::Fault;
use crate::App;

/// A person, or a program acting for one, whose proof was checked.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Which person.
    pub user: UserId,
    /// Their name.
    pub name: UserName,
    /// What they may do.
    pub roles: Roles,
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
}

impl FromRequestParts<App> for Caller {
    type Rejection = Fault;
    async fn from_request_parts(_parts: &mut Parts, _app: &App) -> Result<Self, Fault> {
        Err(Fault(Error::unauthenticated("sign in first").hint("tieline login")))
    }
}
