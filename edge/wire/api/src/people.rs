//! People, their sessions and their tokens.

use serde::{Deserialize, Serialize};
use tieline_model::{Role, SessionId, Timestamp, TokenId, UserId, UserName};
use utoipa::ToSchema;

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// Which person.
    #[schema(value_type = String, example = "usr_01jd3k0000000000000000000")]
    pub id: UserId,
    /// What they sign in with.
    #[schema(value_type = String, example = "alice")]
    pub name: UserName,
    /// What they are called.
    #[schema(example = "Alice Wang")]
    pub display_name: String,
    /// What they may do: `user`, `center-operator:ctr_…`, `platform-administrator`.
    #[schema(example = json!(["user"]))]
    pub roles: Vec<String>,
    /// Whether they are kept out.
    pub blocked: bool,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl User {
    /// The roles as the model knows them; one it does not know is left out.
    pub fn known_roles(&self) -> impl Iterator<Item = Role> + '_ {
        self.roles.iter().filter_map(|role| role.parse().ok())
    }
}

/// Who wants to sign in.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The user's name.
    #[schema(example = "alice")]
    pub name: String,
    /// The password.
    pub password: String,
}

/// What a signed-in person has in hand.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct SignedIn {
    /// For the header `Authorization: Bearer …`.
    pub access_token: String,
    /// Until when it is good.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Who it is.
    pub user: User,
    /// For the next refresh. Only for clients that send `X-Tieline-Client: shell`; a browser has it in its cookie. Absent
    /// where another program of the same session has just been given a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// A refresh by a client that has no cookies.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The refresh token; without it, the cookie is used.
    pub refresh_token: Option<String>,
}

/// A signed-in browser or shell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Which session.
    #[schema(value_type = String)]
    pub id: SessionId,
    /// What signed in, as it named itself.
    pub client: String,
    /// From where it signed in.
    pub address: String,
    /// When it signed in.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last refreshed.
    #[schema(value_type = String, format = DateTime)]
    pub used_at: Timestamp,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// A change of the own password.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The present one.
    pub old: String,
    /// The new one: at least 10 characters, not the name, not a common one.
    pub new: String,
}

/// A new personal API token.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    /// What it is for.
    #[schema(example = "nightly runs")]
    pub name: String,
    /// After how many days it ends, 1 to 3650; without it, never.
    pub expires_in_days: Option<u32>,
}

/// A personal API token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Token {
    /// Which token.
    #[schema(value_type = String)]
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it ends by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub used_at: Option<Timestamp>,
}

/// A new personal API token with its secret, which is shown this once.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct CreatedToken {
    /// The secret, for the header `Authorization: Bearer …`.
    #[schema(example = "tlt_…")]
    pub token: String,
    /// The rest.
    pub info: Token,
}

/// A new person.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    /// What they sign in with.
    #[schema(value_type = String, example = "alice")]
    pub name: UserName,
    /// What they are called.
    pub display_name: String,
    /// Their first password.
    pub password: String,
    /// What they may do besides being a user.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// A person's roles, all of them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRoles {
    /// `center-operator:ctr_…`, `platform-administrator`; everybody stays a `user`.
    pub roles: Vec<String>,
}

/// A new password for somebody else.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// The new one.
    pub password: String,
}

/// Whether a person is kept out.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetBlocked {
    /// Whether.
    pub blocked: bool,
}

macro_rules! secret {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

// What holds a secret is never printed.
secret!(SignIn, SignedIn, Refresh, ChangePassword, CreatedToken, CreateUser, ResetPassword);
