//! Runs one test on both engines, each with an empty store of the present schema.

use std::sync::atomic::{AtomicU64, Ordering};

use tieline_model::{Id, Role, Roles, TenantId, Timestamp, UserId};
use tieline_store_hub::tenants::{self, Tenant};
use tieline_store_hub::users::{self, User};
use tieline_store_hub::{Store, Tx};

/// Runs `test` on SQLite in a temporary file, then on an empty database of a real PostgreSQL.
pub async fn for_each_engine(test: impl AsyncFn(Store)) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("hub.sqlite").display())).await.unwrap();
    test(store.clone()).await;
    store.close().await.unwrap();

    let url = tieline_testkit::postgres::fresh_database().await.unwrap();
    let store = Store::open(&url).await.unwrap();
    test(store.clone()).await;
    store.close().await.unwrap();
}

/// This many seconds after the epoch.
pub fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

/// A new id: later ones sort after earlier ones.
pub fn id<I: Id>() -> I {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    I::fresh(Timestamp::from_micros(i64::try_from(number).unwrap() * 1000), [0; 10])
}

/// A tenant and a person of this name in it, for rows that need somebody.
pub async fn seeded(tx: &Tx, name: &str) -> User {
    let tenant = match tenants::first(tx).await.unwrap() {
        Some(tenant) => tenant.id,
        None => {
            let tenant = Tenant { id: id::<TenantId>(), name: tenants::DEFAULT.to_owned(), created: moment(0) };
            tenants::insert(tx, &tenant).await.unwrap();
            tenant.id
        }
    };
    let user = User {
        id: id::<UserId>(),
        tenant,
        name: name.parse().unwrap(),
        display_name: name.to_uppercase(),
        roles: Roles::from_iter([Role::User]),
        blocked: false,
        created: moment(1),
    };
    users::insert(tx, &user).await.unwrap();
    user
}
