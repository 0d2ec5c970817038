//! Accounts and their members.

use serde::{Deserialize, Serialize};
use tieline_model::{AccountId, AccountName, MemberRole, Timestamp, UserId, UserName};
use utoipa::ToSchema;

/// Who pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Account {
    /// Which account.
    #[schema(value_type = String)]
    pub id: AccountId,
    /// What it is called.
    #[schema(value_type = String, example = "fluids-group")]
    pub name: AccountName,
    /// Whether it is a person's own.
    pub personal: bool,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// An account with its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountDetail {
    /// The account.
    pub account: Account,
    /// Who may use it, by name.
    pub members: Vec<Member>,
}

/// A person in an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// Who.
    #[schema(value_type = String)]
    pub user: UserId,
    /// Their name.
    #[schema(value_type = String)]
    pub name: UserName,
    /// What they are called.
    pub display_name: String,
    /// `owner`, `administrator` or `member`.
    #[schema(value_type = String, example = "member")]
    pub role: MemberRole,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

/// A new shared account.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAccount {
    /// What it is called.
    #[schema(value_type = String, example = "fluids-group")]
    pub name: AccountName,
    /// Its first owner, by id or name; without it, the caller.
    pub owner: Option<String>,
}

/// What a member may do.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetMember {
    /// `owner`, `administrator` or `member`.
    #[schema(value_type = String, example = "member")]
    pub role: MemberRole,
}
