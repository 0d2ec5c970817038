//! The audit log: one row for every change, written in the transaction of the change.

use std::fmt::Display;

use serde_json::Value;
use tieline_model::{RequestId, Result, UserId};
use tieline_store_hub::{Tx, audit};

use super::caller::{Caller, Origin};
use crate::App;

/// Who is answerable for a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Which person, where it is one we know.
    pub user: Option<UserId>,
    /// Their name; `platform` for the hub itself, `gateway …` for a gateway.
    pub name: String,
    /// The request that asked for it.
    pub request: RequestId,
    /// Where that came from.
    pub address: String,
}

impl Actor {
    /// Somebody who is not a known person: the one who signs in, a gateway.
    pub fn named(name: impl Display, origin: &Origin) -> Self {
        Self { user: None, name: name.to_string(), request: origin.request, address: origin.address.clone() }
    }
}

impl From<&Caller> for Actor {
    fn from(caller: &Caller) -> Self {
        Self { user: Some(caller.user), name: caller.name.to_string(), request: caller.request, address: caller.address.clone() }
    }
}

impl App {
    /// The hub itself as the one answerable, for what no request asked for.
    pub fn platform(&self) -> Actor {
        Actor { user: None, name: "platform".to_owned(), request: self.clock.id(), address: "-".to_owned() }
    }

    /// Writes who did `action` (such as `job.cancel`) to `subject`, in the transaction of the change. `detail` is a JSON
    /// object with what changed; never a secret.
    ///
    /// # Errors
    /// Where the database fails; then the change must not be committed.
    pub async fn audit(&self, tx: &Tx, actor: impl Into<Actor>, action: &'static str, subject: impl Display, detail: Value) -> Result<()> {
        let actor = actor.into();
        let entry = audit::Entry {
            id: self.clock.id(),
            at: self.clock.now(),
            actor_id: actor.user,
            actor: actor.name,
            address: actor.address,
            request: actor.request,
            action: action.to_owned(),
            subject: subject.to_string(),
            detail,
        };
        audit::insert(tx, &entry).await
    }
}
