//! People, their passwords, sessions and tokens.

use tieline_model::{CenterId, ErrorKind, Role, Roles};
use tieline_store_hub::sessions::{self, Session};
use tieline_store_hub::tokens::{self, Token};
use tieline_store_hub::users::User;
use tieline_store_hub::{credentials, users};

use crate::engines::id;
use crate::{for_each_engine, moment, seeded};

fn session(user: &User) -> Session {
    Session {
        id: id(),
        user: user.id,
        client: "curl".to_owned(),
        address: "::1".to_owned(),
        family: "f".to_owned(),
        current: "c".to_owned(),
        previous: "c".to_owned(),
        created: moment(1),
        rotated: moment(1),
        expires: moment(100),
        ended: None,
    }
}

#[tokio::test]
async fn a_person_is_found_by_id_and_by_name_as_they_were_added() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        let mut alice = seeded(&tx, "alice").await;
        alice.roles = Roles::from_iter([Role::User, Role::CenterOperator(id::<CenterId>())]);
        users::set_roles(&tx, alice.id, &alice.roles).await.unwrap();
        users::set_blocked(&tx, alice.id, true).await.unwrap();
        alice.blocked = true;
        tx.commit().await.unwrap();
        assert_eq!(users::by_id(store.read(), alice.id).await.unwrap().unwrap(), alice);
        assert_eq!(users::by_name(store.read(), &alice.name).await.unwrap().unwrap(), alice);
        assert_eq!(users::by_id(store.read(), id()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_name_is_given_once_and_a_refused_row_leaves_nothing() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        let alice = seeded(&tx, "alice").await;
        tx.commit().await.unwrap();
        let tx = store.begin().await.unwrap();
        let again = users::insert(&tx, &User { id: id(), ..alice }).await.unwrap_err();
        assert_eq!(again.kind(), ErrorKind::Conflict);
        drop(tx);
        assert_eq!(users::list(store.read(), None, 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn people_are_listed_by_name_a_page_at_a_time() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        for name in ["carol", "alice", "b-ob", "bob", "b_ob"] {
            seeded(&tx, name).await;
        }
        tx.commit().await.unwrap();
        let (mut names, mut after) = (Vec::new(), None);
        loop {
            let page = users::list(store.read(), after.as_ref(), 2).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.name.clone());
            names.extend(page.into_iter().map(|user| user.name.to_string()));
        }
        assert_eq!(names, ["alice", "b-ob", "b_ob", "bob", "carol"]);
    })
    .await;
}

#[tokio::test]
async fn only_administrators_who_can_sign_in_count() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        let roles = Roles::from_iter([Role::User, Role::PlatformAdministrator]);
        for (name, blocked) in [("root", false), ("gone", true)] {
            let user = seeded(&tx, name).await;
            users::set_roles(&tx, user.id, &roles).await.unwrap();
            users::set_blocked(&tx, user.id, blocked).await.unwrap();
        }
        seeded(&tx, "alice").await;
        assert_eq!(users::administrators(&tx).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_password_replaces_the_one_before() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        let alice = seeded(&tx, "alice").await;
        assert_eq!(credentials::of_user(&tx, alice.id).await.unwrap(), None);
        credentials::set(&tx, alice.id, "first", moment(1)).await.unwrap();
        credentials::set(&tx, alice.id, "second", moment(2)).await.unwrap();
        assert_eq!(credentials::of_user(&tx, alice.id).await.unwrap().as_deref(), Some("second"));
    })
    .await;
}

#[tokio::test]
async fn a_session_is_read_with_its_person_and_ends_once() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        let alice = seeded(&tx, "alice").await;
        let [first, second] = [session(&alice), session(&alice)];
        sessions::insert(&tx, &first).await.unwrap();
        sessions::insert(&tx, &second).await.unwrap();
        sessions::rotate(&tx, first.id, "d", "c", moment(5), moment(105)).await.unwrap();
        tx.commit().await.unwrap();

        let (found, whose) = sessions::with_user(store.read(), first.id).await.unwrap().unwrap();
        assert_eq!(whose, alice);
        let rotated = Session { current: "d".to_owned(), rotated: moment(5), expires: moment(105), ..first.clone() };
        assert_eq!(found, rotated);
        let open = async |at| {
            let found = sessions::open_of_user(store.read(), alice.id, moment(at), None, 10).await.unwrap();
            found.into_iter().map(|session| session.id).collect::<Vec<_>>()
        };
        assert_eq!(open(50).await, [second.id, first.id]);
        assert_eq!(open(100).await, [first.id]);

        let tx = store.begin().await.unwrap();
        assert!(sessions::end(&tx, first.id, moment(60)).await.unwrap());
        assert!(!sessions::end(&tx, first.id, moment(70)).await.unwrap());
        assert_eq!(sessions::end_all(&tx, alice.id, Some(second.id), moment(80)).await.unwrap(), 0);
        assert_eq!(sessions::end_all(&tx, alice.id, None, moment(80)).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(sessions::by_id(store.read(), first.id).await.unwrap().unwrap().ended, Some(moment(60)));
    })
    .await;
}

#[tokio::test]
async fn a_token_is_found_by_its_hash_and_removed_by_its_owner_only() {
    for_each_engine(async |store| {
        let tx = store.begin().await.unwrap();
        let [alice, bob] = [seeded(&tx, "alice").await, seeded(&tx, "bob").await];
        let token = Token {
            id: id(),
            user: alice.id,
            name: "nightly".to_owned(),
            hash: "h".to_owned(),
            created: moment(1),
            expires: None,
            used: None,
        };
        tokens::insert(&tx, &token).await.unwrap();
        tokens::touch(&tx, token.id, moment(9)).await.unwrap();
        let used = Token { used: Some(moment(9)), ..token.clone() };
        assert_eq!(tokens::with_user(&tx, "h").await.unwrap(), Some((used.clone(), alice.clone())));
        assert_eq!(tokens::of_user(&tx, alice.id, None, 10).await.unwrap(), [used]);
        assert_eq!(tokens::with_user(&tx, "x").await.unwrap(), None);
        assert!(!tokens::remove(&tx, bob.id, token.id).await.unwrap());
        assert!(tokens::remove(&tx, alice.id, token.id).await.unwrap());
        assert_eq!(tokens::with_user(&tx, "h").await.unwrap(), None);
    })
    .await;
}
