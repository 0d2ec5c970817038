//! Adding people, changing what they may do, keeping them out.

use serde_json::json;
use tieline_fault::around;
use tieline_model::name::line;
use tieline_model::{AccountId, Error, MemberRole, Result, Role, Roles, UserId, UserName};
use tieline_store_hub::accounts::{self, Account};
use tieline_store_hub::users::User;
use tieline_store_hub::{Tx, credentials, sessions, tenants, users};

use super::audit::Actor;
use super::caller::Caller;
use super::passwords;
use crate::App;
use crate::points;

/// What is asked for a new person.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// What they sign in with.
    pub name: UserName,
    /// What they are called.
    pub display_name: String,
    /// What they may do besides being a user.
    pub roles: Roles,
    /// The first password.
    pub password: String,
}

/// Adds a person with a password and a personal account, all at once.
///
/// # Errors
/// `Conflict` where the name is taken, `Invalid` for a weak password.
pub async fn create(app: &App, actor: impl Into<Actor>, new: NewUser) -> Result<User> {
    passwords::check("password", &new.password, &new.name)?;
    let display_name = line("display_name", &new.display_name, 100)?;
    if users::by_name(app.store.read(), &new.name).await?.is_some() {
        return Err(taken(&new.name));
    }
    let hash = app.people.passwords.hash(new.password).await?;
    let tx = app.store.begin().await?;
    if users::by_name(&tx, &new.name).await?.is_some() {
        return Err(taken(&new.name));
    }
    let tenant = tenants::first(&tx).await?.ok_or_else(|| Error::internal("the store has no tenant"))?;
    let now = app.clock.now();
    let roles = new.roles.iter().chain([Role::User]).collect();
    let user = User { id: app.clock.id(), tenant: tenant.id, name: new.name, display_name, roles, blocked: false, created: now };
    users::insert(&tx, &user).await?;
    credentials::set(&tx, user.id, &hash, now).await?;
    let account = personal_account(app, &tx, &user).await?;
    let roles = user.roles.iter().map(|role| role.to_string()).collect::<Vec<_>>();
    app.audit(&tx, actor, "user.create", user.id, json!({ "name": user.name, "roles": roles, "account": account })).await?;
    around(points::PEOPLE_COMMIT, tx.commit()).await?;
    Ok(user)
}

/// The first administrator: adds the person if there is none of that name, and makes sure of the role. A password that was
/// set before stays.
///
/// # Errors
/// As [`create`].
pub async fn ensure_administrator(app: &App, name: &UserName, password: &str) -> Result<User> {
    let roles = Roles::from_iter([Role::User, Role::PlatformAdministrator]);
    let Some(user) = users::by_name(app.store.read(), name).await? else {
        let new = NewUser { name: name.clone(), display_name: name.to_string(), roles, password: password.to_owned() };
        return create(app, app.platform(), new).await;
    };
    if user.roles.is_administrator() {
        return Ok(user);
    }
    let roles: Roles = user.roles.iter().chain(roles.iter()).collect();
    let tx = app.store.begin().await?;
    users::set_roles(&tx, user.id, &roles).await?;
    app.audit(&tx, app.platform(), "user.roles", user.id, json!({ "name": user.name, "to": words(&roles) })).await?;
    around(points::PEOPLE_COMMIT, tx.commit()).await?;
    Ok(User { roles, ..user })
}

/// Replaces a person's roles. Everybody stays a user; one administrator always remains.
///
/// # Errors
/// `NotFound`; `Conflict` for the last administrator; `Forbidden` for an API token, which must not make what outlives it.
pub async fn set_roles(app: &App, caller: &Caller, id: UserId, roles: Roles) -> Result<User> {
    caller.must_administer()?;
    caller.must_be_signed_in()?;
    let tx = app.store.begin().await?;
    let user = known(&tx, id).await?;
    let roles: Roles = roles.iter().chain([Role::User]).collect();
    if !roles.is_administrator() {
        another_administrator(&tx, &user).await?;
    }
    users::set_roles(&tx, id, &roles).await?;
    let detail = json!({ "name": user.name, "from": words(&user.roles), "to": words(&roles) });
    app.audit(&tx, caller, "user.roles", id, detail).await?;
    around(points::PEOPLE_COMMIT, tx.commit()).await?;
    Ok(User { roles, ..user })
}

/// Keeps a person out and ends their sessions, or lets them in again. One administrator always remains.
///
/// # Errors
/// `NotFound`; `Conflict` for the last administrator.
pub async fn set_blocked(app: &App, caller: &Caller, id: UserId, blocked: bool) -> Result<User> {
    caller.must_administer()?;
    let tx = app.store.begin().await?;
    let user = known(&tx, id).await?;
    if blocked {
        another_administrator(&tx, &user).await?;
        sessions::end_all(&tx, id, None, app.clock.now()).await?;
    }
    users::set_blocked(&tx, id, blocked).await?;
    app.audit(&tx, caller, "user.blocked", id, json!({ "name": user.name, "blocked": blocked })).await?;
    around(points::PEOPLE_COMMIT, tx.commit()).await?;
    Ok(User { blocked, ..user })
}

/// Sets another person's password and ends their sessions.
///
/// # Errors
/// `NotFound`, `Invalid` for a weak password.
pub async fn reset_password(app: &App, caller: &Caller, id: UserId, password: String) -> Result<()> {
    caller.must_administer()?;
    caller.must_be_signed_in()?;
    let user = users::by_id(app.store.read(), id).await?.ok_or_else(|| unknown(id))?;
    passwords::check("password", &password, &user.name)?;
    let hash = app.people.passwords.hash(password).await?;
    let tx = app.store.begin().await?;
    credentials::set(&tx, id, &hash, app.clock.now()).await?;
    let ended = sessions::end_all(&tx, id, None, app.clock.now()).await?;
    app.audit(&tx, caller, "user.password", id, json!({ "name": user.name, "ended_sessions": ended })).await?;
    around(points::PEOPLE_COMMIT, tx.commit()).await
}

/// Changes the caller's own password and ends their other sessions.
///
/// # Errors
/// `Forbidden` where the old one is wrong, `Throttled` after many such, `Invalid` for a weak new one.
pub async fn change_password(app: &App, caller: &Caller, old: String, new: String) -> Result<()> {
    let session = caller.must_be_signed_in()?;
    let turn = app.people.throttle.enter(&caller.name, &caller.address, || app.clock.now()).await?;
    let hash = credentials::of_user(app.store.read(), caller.user).await?;
    if !app.people.passwords.fits(old.clone(), hash).await? {
        turn.failed(app.clock.now());
        return Err(Error::forbidden("the old password is wrong").field("old"));
    }
    drop(turn);
    passwords::check("new", &new, &caller.name)?;
    if new == old {
        return Err(Error::invalid("the new password is the old one").field("new"));
    }
    let hash = app.people.passwords.hash(new).await?;
    let tx = app.store.begin().await?;
    credentials::set(&tx, caller.user, &hash, app.clock.now()).await?;
    let ended = sessions::end_all(&tx, caller.user, Some(session), app.clock.now()).await?;
    app.audit(&tx, caller, "user.password", caller.user, json!({ "name": caller.name, "ended_sessions": ended })).await?;
    around(points::PEOPLE_COMMIT, tx.commit()).await
}

/// The person with this id or name.
///
/// # Errors
/// `NotFound`.
pub async fn find(app: &App, id_or_name: &str) -> Result<User> {
    let missing = || Error::not_found(format!("there is no user '{}'", id_or_name.escape_debug()));
    let found = match (id_or_name.parse::<UserId>(), id_or_name.parse::<UserName>()) {
        (Ok(id), _) => users::by_id(app.store.read(), id).await?,
        (_, Ok(name)) => users::by_name(app.store.read(), &name).await?,
        _ => None,
    };
    found.ok_or_else(missing)
}

async fn personal_account(app: &App, tx: &Tx, user: &User) -> Result<AccountId> {
    let id = app.clock.id();
    let name = user.name.as_str().parse()?;
    let account = Account { id, tenant: user.tenant, name, personal_of: Some(user.id), created: user.created };
    if accounts::by_name(tx, &account.name).await?.is_some() {
        let message = format!("there is an account '{}' already, and a user's own account has the user's name", user.name);
        return Err(Error::conflict(message).field("name").hint("choose another name"));
    }
    accounts::insert(tx, &account).await?;
    accounts::set_member(tx, id, user.id, MemberRole::Owner, user.created).await?;
    Ok(id)
}

async fn known(tx: &Tx, id: UserId) -> Result<User> {
    users::by_id(tx, id).await?.ok_or_else(|| unknown(id))
}

/// Refuses where this person is the only administrator who can still sign in.
async fn another_administrator(tx: &Tx, user: &User) -> Result<()> {
    if user.roles.is_administrator() && !user.blocked && users::administrators(tx).await? <= 1 {
        let message = format!("{} is the last platform administrator", user.name);
        return Err(Error::conflict(message).code("last_administrator").hint("make somebody else an administrator first"));
    }
    Ok(())
}

fn unknown(id: UserId) -> Error {
    Error::not_found(format!("there is no user {id}"))
}

fn taken(name: &UserName) -> Error {
    Error::conflict(format!("the name '{name}' is taken")).field("name")
}

fn words(roles: &Roles) -> Vec<String> {
    roles.iter().map(|role| role.to_string()).collect()
}
