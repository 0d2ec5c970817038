//! Who may do what: the roles of first light. Roles that administrators compose come on top of these.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{CenterId, Error, id::shown};

/// What a person is to the platform. Everybody signed in is a user; the others are granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "role", content = "center")]
pub enum Role {
    /// Runs jobs and sees what is their own.
    User,
    /// Runs one center: sees its jobs, its gateways, its machines.
    CenterOperator(CenterId),
    /// Runs the platform.
    PlatformAdministrator,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User => f.write_str("user"),
            Self::CenterOperator(center) => write!(f, "center-operator:{center}"),
            Self::PlatformAdministrator => f.write_str("platform-administrator"),
        }
    }
}

impl FromStr for Role {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        match text.split_once(':') {
            None if text == "user" => Ok(Self::User),
            None if text == "platform-administrator" => Ok(Self::PlatformAdministrator),
            Some(("center-operator", center)) => center.parse().map(Self::CenterOperator),
            _ => Err(Error::invalid(format!("'{}' is not a role", shown(text)))
                .hint("write user, center-operator:ctr_… or platform-administrator")),
        }
    }
}

/// The roles of one person, and the questions rooms ask about them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Roles(BTreeSet<Role>);

impl Roles {
    /// Whether this person runs the platform.
    pub fn is_administrator(&self) -> bool {
        self.0.contains(&Role::PlatformAdministrator)
    }
    /// Whether this person runs this center, or the platform.
    pub fn operates(&self, center: CenterId) -> bool {
        self.is_administrator() || self.0.contains(&Role::CenterOperator(center))
    }
    /// The centers this person runs by name.
    pub fn operated(&self) -> impl Iterator<Item = CenterId> + '_ {
        self.0.iter().filter_map(|role| match role {
            Role::CenterOperator(center) => Some(*center),
            Role::User | Role::PlatformAdministrator => None,
        })
    }
    /// All of them, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().collect())
    }
}

/// What a member may do with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberRole {
    /// Spends from it.
    Member,
    /// Also decides who the members are.
    Administrator,
    /// Also decides who administers it; there is always one.
    Owner,
}

impl MemberRole {
    /// The word for it in text.
    pub fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Administrator => "administrator",
            Self::Owner => "owner",
        }
    }
    /// Whether somebody in this role may give, change or take `role`: owners any, administrators that of members.
    pub fn may_set(self, role: Self) -> bool {
        match self {
            Self::Owner => true,
            Self::Administrator => role == Self::Member,
            Self::Member => false,
        }
    }
}

impl fmt::Display for MemberRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for MemberRole {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        [Self::Member, Self::Administrator, Self::Owner].into_iter().find(|role| role.word() == text).ok_or_else(|| {
            Error::invalid(format!("'{}' is not a role in an account", shown(text))).hint("write member, administrator or owner")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Id;

    #[test]
    fn an_operator_of_one_center_does_not_operate_another() {
        let [ours, theirs] = [1, 2].map(|byte| CenterId::fresh(crate::Timestamp::default(), [byte; 10]));
        let roles = Roles::from_iter([Role::User, Role::CenterOperator(ours)]);
        assert!(roles.operates(ours) && !roles.operates(theirs) && !roles.is_administrator());
        assert!(Roles::from_iter([Role::PlatformAdministrator]).operates(theirs));
    }

    #[test]
    fn a_role_survives_its_text() {
        let center = CenterId::fresh(crate::Timestamp::default(), [3; 10]);
        for role in [Role::User, Role::CenterOperator(center), Role::PlatformAdministrator] {
            assert_eq!(role.to_string().parse::<Role>().unwrap(), role);
        }
        assert!("root".parse::<Role>().is_err());
    }
}
