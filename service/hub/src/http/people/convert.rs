//! From the store's people to those on the wire.

use tieline_model::{Error, Result, Roles};
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

/// Roles as people write them, each error with its place in the list.
pub(super) fn roles(words: &[String]) -> Result<Roles> {
    let one = |(index, word): (usize, &String)| word.parse().map_err(|error: Error| error.field(format!("roles[{index}]")));
    words.iter().enumerate().map(one).collect()
}
