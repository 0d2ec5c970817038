//! People: who they are, how they prove it, what they may do, and the log of what was changed.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod caller;
pub mod desk;
pub mod keys;
pub mod passwords;
pub mod secret;
pub mod sessions;
pub mod throttle;
pub mod tokens;
pub mod users;

use tieline_fault::around;
use tieline_model::Result;
use tieline_store_hub::{Store, tenants};

use crate::clock::Clock;
use crate::config::Config;
use crate::points;

pub use users::ensure_administrator;

/// What the people rooms keep in memory.
#[derive(Debug)]
pub struct People {
    /// Signs and checks access tokens.
    pub keys: keys::Keys,
    /// Hashes passwords, a few at a time.
    pub passwords: passwords::Passwords,
    /// Remembers failed sign-ins.
    pub throttle: throttle::Throttle,
}

impl People {
    /// Makes what is missing: the key in the state folder, the first tenant.
    pub(super) async fn open(config: &Config, clock: &Clock, store: &Store) -> Result<Self> {
        let keys = keys::Keys::open(&config.state.join("keys"), clock.now())?;
        let tx = store.begin().await?;
        if tenants::first(&tx).await?.is_none() {
            let tenant = tenants::Tenant { id: clock.id(), name: tenants::DEFAULT.to_owned(), created: clock.now() };
            tenants::insert(&tx, &tenant).await?;
        }
        around(points::PEOPLE_COMMIT, tx.commit()).await?;
        let throttle = throttle::Throttle::new(config.limits.sign_in_failures);
        Ok(Self { keys, passwords: passwords::Passwords::default(), throttle })
    }
}
