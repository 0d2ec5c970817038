//! Accounts and their members.

use serde_json::json;
use tieline_fault::around;
use tieline_model::{AccountId, AccountName, Error, MemberRole, Result, UserId};
use tieline_store_hub::accounts::{self, Account, Member};
use tieline_store_hub::{ConnectionTrait, tenants, users};

use super::caller::Caller;
use crate::App;
use crate::points;

/// Adds a shared account, owned by `owner` or else by the caller.
///
/// # Errors
/// `Forbidden` for all but platform administrators, `Conflict` where the name is taken.
pub async fn create(app: &App, caller: &Caller, name: AccountName, owner: Option<UserId>) -> Result<Account> {
    caller.must_administer()?;
    let tx = app.store.begin().await?;
    if accounts::by_name(&tx, &name).await?.is_some() {
        return Err(Error::conflict(format!("the name '{name}' is taken")).field("name"));
    }
    let owner = owner.unwrap_or(caller.user);
    users::by_id(&tx, owner).await?.ok_or_else(|| Error::not_found(format!("there is no user {owner}")).field("owner"))?;
    let tenant = tenants::first(&tx).await?.ok_or_else(|| Error::internal("the store has no tenant"))?;
    let now = app.clock.now();
    let account = Account { id: app.clock.id(), tenant: tenant.id, name, personal_of: None, created: now };
    accounts::insert(&tx, &account).await?;
    accounts::set_member(&tx, account.id, owner, MemberRole::Owner, now).await?;
    app.audit(&tx, caller, "account.create", account.id, json!({ "name": account.name, "owner": owner })).await?;
    around(points::PEOPLE_COMMIT, tx.commit()).await?;
    Ok(account)
}

/// The account with this id or name, with its members, for one of them or a platform administrator.
///
/// # Errors
/// `NotFound`, also for everybody else.
pub async fn find(app: &App, caller: &Caller, id_or_name: &str) -> Result<(Account, Vec<Member>)> {
    let db = app.store.read();
    let account = visible(db, caller, id_or_name).await?;
    let members = accounts::members(db, account.id).await?;
    Ok((account, members))
}

/// Makes a person a member or changes what they may do. Owners set any role, administrators of the account set members,
/// platform administrators set all.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Conflict` for the last owner.
pub async fn set_member(app: &App, caller: &Caller, account: &str, user: UserId, role: MemberRole) -> Result<()> {
    let tx = app.store.begin().await?;
    let account = visible(&tx, caller, account).await?;
    let before = accounts::role_of(&tx, account.id, user).await?;
    may_set(&tx, caller, account.id, before, role).await?;
    if before == Some(MemberRole::Owner) && role != MemberRole::Owner {
        another_owner(&tx, &account).await?;
    }
    accounts::set_member(&tx, account.id, user, role, app.clock.now()).await?;
    let detail = json!({ "account": account.name, "user": user, "from": before, "to": role });
    app.audit(&tx, caller, "account.member", account.id, detail).await?;
    around(points::PEOPLE_COMMIT, tx.commit()).await
}

/// Takes a person out of an account; everybody may leave.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Conflict` for the last owner.
pub async fn remove_member(app: &App, caller: &Caller, account: &str, user: UserId) -> Result<()> {
    let tx = app.store.begin().await?;
    let account = visible(&tx, caller, account).await?;
    let before = accounts::role_of(&tx, account.id, user).await?;
    if caller.user != user {
        may_set(&tx, caller, account.id, before, MemberRole::Member).await?;
    }
    let before = before.ok_or_else(|| Error::not_found(format!("this user is not a member of '{}'", account.name)))?;
    if before == MemberRole::Owner {
        another_owner(&tx, &account).await?;
    }
    accounts::remove_member(&tx, account.id, user).await?;
    let detail = json!({ "account": account.name, "user": user, "from": before });
    app.audit(&tx, caller, "account.member", account.id, detail).await?;
    around(points::PEOPLE_COMMIT, tx.commit()).await
}

async fn visible(db: &impl ConnectionTrait, caller: &Caller, id_or_name: &str) -> Result<Account> {
    let found = match (id_or_name.parse::<AccountId>(), id_or_name.parse::<AccountName>()) {
        (Ok(id), _) => accounts::by_id(db, id).await?,
        (_, Ok(name)) => accounts::by_name(db, &name).await?,
        _ => None,
    };
    let missing = || Error::not_found(format!("there is no account '{}'", id_or_name.escape_debug()));
    let account = found.ok_or_else(missing)?;
    if caller.roles.is_administrator() || accounts::is_member(db, account.id, caller.user).await? {
        return Ok(account);
    }
    Err(missing())
}

async fn may_set(
    db: &impl ConnectionTrait,
    caller: &Caller,
    account: AccountId,
    before: Option<MemberRole>,
    role: MemberRole,
) -> Result<()> {
    if caller.roles.is_administrator() {
        return Ok(());
    }
    let own = accounts::role_of(db, account, caller.user).await?;
    let may = own.is_some_and(|own| own.may_set(role) && before.is_none_or(|before| own.may_set(before)));
    if may { Ok(()) } else { Err(Error::forbidden("only an owner or an administrator of the account may do this")) }
}

async fn another_owner(db: &impl ConnectionTrait, account: &Account) -> Result<()> {
    if accounts::owners(db, account.id).await? > 1 {
        return Ok(());
    }
    let message = format!("the account '{}' must keep an owner", account.name);
    Err(Error::conflict(message).code("last_owner").hint("make somebody else an owner first"))
}
