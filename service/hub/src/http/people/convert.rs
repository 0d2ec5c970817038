//! From the store's people to those on the wire.

use tieline_model::{Error, Result, Roles, SessionId};
use tieline_store_hub::sessions::Session;
use tieline_store_hub::tokens::Token;
use tieline_store_hub::users::User;
use tieline_wire_api::people as wire;

pub(super) fn user(user: User) -> wire::User {
    wire::User {
        id: user.id,
        name: user.name,
        display_name: user.display_name,
        roles: user.roles.iter().map(|role| role.to_string()).collect(),
        blocked: user.blocked,
        created_at: user.created,
    }
}

/// A session, seen from another or the same one.
pub(super) fn session(session: Session, asking: Option<SessionId>) -> wire::Session {
    wire::Session {
        id: session.id,
        client: session.client,
        address: session.address,
        created_at: session.created,
        used_at: session.rotated,
        expires_at: session.expires,
        current: asking == Some(session.id),
    }
}

/// A token without its hash.
pub(super) fn token(token: Token) -> wire::Token {
    wire::Token { id: token.id, name: token.name, created_at: token.created, expires_at: token.expires, used_at: token.used }
}

/// Roles as people write them, each error with its place in the list.
pub(super) fn roles(words: &[String]) -> Result<Roles> {
    let one = |(index, word): (usize, &String)| word.parse().map_err(|error: Error| error.field(format!("roles[{index}]")));
    words.iter().enumerate().map(one).collect()
}
