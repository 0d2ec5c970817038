//! Accounts and their members.

use tieline_model::{ErrorKind, MemberRole};
use tieline_store_hub::accounts::{self, Account};
use tieline_store_hub::users::User;

use crate::engines::id;
use crate::{for_each_engine, moment, seeded};

fn account(name: &str, user: &User, personal: bool) -> Account {
    let personal_of = personal.then_some(user.id);
    Account { id: id(), tenant: user.tenant, name: name.parse().unwrap(), personal_of, created: moment(2) }
}

#[tokio::test]
async fn a_person_has_at_most_one_account_of_their_own() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        let alice = seeded(&tx, "alice").await;
        let own = account("alice", &alice, true);
        accounts::insert(&tx, &own).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(accounts::personal(store.read(), alice.id).await.unwrap(), Some(own.clone()));
        assert_eq!(accounts::by_id(store.read(), own.id).await.unwrap(), Some(own.clone()));
        assert_eq!(accounts::by_name(store.read(), &own.name).await.unwrap(), Some(own));
        let tx = store.begin().await.unwrap();
        let second = accounts::insert(&tx, &account("alice2", &alice, true)).await.unwrap_err();
        assert_eq!(second.kind(), ErrorKind::Conflict);
    })
    .await;
}

#[tokio::test]
async fn members_see_their_accounts_and_their_role_may_change() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        let [bob, alice] = [seeded(&tx, "bob").await, seeded(&tx, "alice").await];
        let [ours, other, theirs] = ["ours", "other", "theirs"].map(|name| account(name, &alice, false));
        for account in [&ours, &other, &theirs] {
            accounts::insert(&tx, account).await.unwrap();
        }
        for account in [&ours, &other] {
            accounts::set_member(&tx, account.id, alice.id, MemberRole::Owner, moment(3)).await.unwrap();
        }
        accounts::set_member(&tx, ours.id, bob.id, MemberRole::Member, moment(4)).await.unwrap();
        accounts::set_member(&tx, ours.id, bob.id, MemberRole::Administrator, moment(5)).await.unwrap();
        tx.commit().await.unwrap();

        let db = store.read();
        assert_eq!(accounts::of_user(db, alice.id, None, 1).await.unwrap(), std::slice::from_ref(&ours));
        assert_eq!(accounts::of_user(db, alice.id, Some(ours.id), 10).await.unwrap(), std::slice::from_ref(&other));
        assert_eq!(accounts::all(db, None, 10).await.unwrap().len(), 3);
        assert_eq!(accounts::role_of(db, ours.id, bob.id).await.unwrap(), Some(MemberRole::Administrator));
        assert!(!accounts::is_member(db, theirs.id, alice.id).await.unwrap());
        let members = accounts::members(db, ours.id).await.unwrap();
        let seen = members.iter().map(|member| (member.name.as_str(), member.role, member.since)).collect::<Vec<_>>();
        assert_eq!(seen, [("alice", MemberRole::Owner, moment(3)), ("bob", MemberRole::Administrator, moment(4))]);
        assert_eq!(accounts::owners(db, ours.id).await.unwrap(), 1);

        let tx = store.begin().await.unwrap();
        assert!(accounts::remove_member(&tx, ours.id, bob.id).await.unwrap());
        assert!(!accounts::remove_member(&tx, ours.id, bob.id).await.unwrap());
    })
    .await;
}
