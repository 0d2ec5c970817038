//! Checking the proof a request carries: a short access token, or a personal API token (`tlt_…`).

use std::time::Duration;

use tieline_fault::around;
use tieline_model::{Error, Result, Seconds, Timestamp};
use tieline_store_hub::{sessions, tokens, users};

use super::caller::{Caller, Origin};
use super::keys::Claims;
use super::secret;
use crate::App;
use crate::points;

/// What a personal API token starts with.
pub const TOKEN_PREFIX: &str = "tlt_";
/// How often it is looked whether somebody who gets an answer that goes on may still have it.
const LOOK: Duration = Duration::from_secs(5);
/// How long a link to one file is good.
const TICKET: Seconds = Seconds(60);
/// How exact the last use of a token is noted.
const USE_NOTED: Seconds = Seconds(60);

/// Who it is that sent this bearer token. An ended session or a blocked person is refused at once: both are read each time.
///
/// # Errors
/// `Unauthenticated`, also for a blocked person.
pub async fn check(app: &App, bearer: &str, origin: &Origin) -> Result<Caller> {
    if bearer.starts_with(TOKEN_PREFIX) { by_token(app, bearer, origin).await } else { by_session(app, bearer, origin).await }
}

/// Who it is that asks for this address with a ticket for it.
///
/// # Errors
/// `Unauthenticated`, also where the ticket is for another address.
pub async fn check_ticket(app: &App, ticket: &str, path: &str, origin: &Origin) -> Result<Caller> {
    let claims = app.people.keys.check(ticket, app.clock.now())?;
    if claims.only.as_deref() != Some(path) {
        return Err(Error::unauthenticated("the link is not for this address"));
    }
    of_session(app, claims, origin).await
}

/// A ticket with which whoever has it may read this address for a minute, as the caller, for as long as the caller is signed in.
/// Gives it with the moment it ends.
///
/// # Errors
/// `Forbidden` for an API token, which can be sent along itself.
pub fn ticket(app: &App, caller: &Caller, path: &str) -> Result<(String, Timestamp)> {
    let (session, now) = (caller.must_be_signed_in()?, app.clock.now());
    let until = Timestamp::from_seconds(now.seconds()) + TICKET;
    let ticket = app.people.keys.sign(&Claims::of(caller.user, &caller.name, session, now, until).only(path))?;
    Ok((ticket, until))
}

async fn by_session(app: &App, bearer: &str, origin: &Origin) -> Result<Caller> {
    let claims = app.people.keys.check(bearer, app.clock.now())?;
    if claims.only.is_some() {
        return Err(Error::unauthenticated("a link to one file opens nothing else"));
    }
    of_session(app, claims, origin).await
}

async fn of_session(app: &App, claims: Claims, origin: &Origin) -> Result<Caller> {
    let now = app.clock.now();
    let found = sessions::with_user(app.store.read(), claims.sid).await?;
    let open = found.filter(|(session, user)| session.is_open(now) && user.id == claims.sub);
    let (session, user) = open.ok_or_else(|| Error::unauthenticated("the session was ended").hint("sign in again"))?;
    let caller = caller(user, origin)?;
    Ok(Caller { session: Some(session.id), ..caller })
}

async fn by_token(app: &App, bearer: &str, origin: &Origin) -> Result<Caller> {
    let now = app.clock.now();
    let found = tokens::with_user(app.store.read(), &secret::hash(bearer)).await?;
    let good = found.filter(|(token, _)| token.is_open(now));
    let (token, user) = good.ok_or_else(|| Error::unauthenticated("the API token is unknown, revoked or has ended"))?;
    let caller = Caller { token: Some(token.id), ..caller(user, origin)? };
    if token.used.is_none_or(|used| used + USE_NOTED <= now) {
        let tx = app.store.begin().await?;
        tokens::touch(&tx, token.id, now).await?;
        around(points::PEOPLE_COMMIT, tx.commit()).await?;
    }
    Ok(caller)
}

/// Waits until this caller would be refused: the session or the token is over, or the person was blocked. It is for answers
/// that go on longer than a proof may be trusted without being looked at.
pub async fn is_over(app: App, caller: Caller) {
    loop {
        tokio::time::sleep(LOOK).await;
        match is_good(&app, &caller).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(%error, "it is not known whether somebody is still signed in"),
        }
    }
}

async fn is_good(app: &App, caller: &Caller) -> Result<bool> {
    let (db, now) = (app.store.read(), app.clock.now());
    let is_open = match (caller.session, caller.token) {
        (Some(session), _) => sessions::by_id(db, session).await?.is_some_and(|session| session.is_open(now)),
        (None, Some(token)) => tokens::by_id(db, token).await?.is_some_and(|token| token.is_open(now)),
        (None, None) => false,
    };
    Ok(is_open && users::by_id(db, caller.user).await?.is_some_and(|user| !user.blocked))
}

fn caller(user: users::User, origin: &Origin) -> Result<Caller> {
    if user.blocked {
        return Err(Error::unauthenticated("this user is blocked").code("blocked").hint("ask a platform administrator"));
    }
    let Origin { request, address } = origin.clone();
    Ok(Caller { user: user.id, name: user.name, roles: user.roles, session: None, token: None, request, address })
}
