//! Signing in, staying signed in, signing out.

use serde_json::json;
use tieline_fault::around;
use tieline_model::{Error, Id, Result, Seconds, SessionId, Timestamp, UserName};
use tieline_store_hub::sessions::Session;
use tieline_store_hub::users::User;
use tieline_store_hub::{credentials, sessions, users};

use super::audit::Actor;
use super::caller::{Caller, Origin};
use super::keys::Claims;
use super::secret;
use crate::App;
use crate::points;

/// How long an access token is good.
pub const ACCESS: Seconds = Seconds::minutes(10);
/// How long a session lives after its last refresh.
pub const IDLE: Seconds = Seconds::days(30);
/// For so long the refresh token before the present one still gives access, but no new refresh token: two programs of one
/// session may refresh at the same moment.
const OVERLAP: Seconds = Seconds(10);

const REFRESH_PREFIX: &str = "tlr_";

/// What a person has in hand after signing in or refreshing.
#[derive(Debug)]
pub struct Proof {
    /// Who it is.
    pub user: User,
    /// Of which session.
    pub session: SessionId,
    /// For the `Authorization` header.
    pub access: String,
    /// Until when `access` is good.
    pub expires: Timestamp,
    /// For the next refresh; `None` where another program of this session has just been given it.
    pub refresh: Option<String>,
}

/// Signs in by name and password. An unknown name, a wrong password and a person without one get the same answer after the
/// same work.
///
/// # Errors
/// `Unauthenticated`; `Throttled` after too many failures; `Unavailable` where too many sign in at once.
pub async fn sign_in(app: &App, origin: &Origin, name: &str, password: String, client: &str) -> Result<Proof> {
    let wrong = || Error::unauthenticated("the name or the password is wrong");
    // A name that cannot be anybody's is nobody's.
    let shape = name.parse::<UserName>();
    let counted = shape.as_ref().ok().cloned().map_or_else(|| "-".parse::<UserName>().or_else(|_| "nobody".parse()), Ok)?;
    let turn = app.people.throttle.enter(&counted, &origin.address, || app.clock.now()).await?;
    let user = match &shape {
        Ok(name) => users::by_name(app.store.read(), name).await?,
        Err(_) => None,
    };
    let hash = match &user {
        Some(user) => credentials::of_user(app.store.read(), user.id).await?,
        None => None,
    };
    let fits = app.people.passwords.fits(password, hash).await?;
    let (true, Some(user)) = (fits, user) else {
        turn.failed(app.clock.now());
        return Err(wrong());
    };
    if user.blocked {
        return Err(Error::forbidden("this user is blocked").code("blocked").hint("ask a platform administrator"));
    }
    turn.succeeded();
    open(app, origin, user, client).await
}

/// Opens a session for a person whose proof was checked by other means.
///
/// # Errors
/// Where the database fails.
pub async fn open(app: &App, origin: &Origin, user: User, client: &str) -> Result<Proof> {
    let now = app.clock.now();
    let id: SessionId = app.clock.id();
    let refresh = Refresh { session: id, family: secret::letters(app.clock.bytes()), turn: secret::letters(app.clock.bytes()) };
    let session = Session {
        id,
        user: user.id,
        client: client.chars().filter(|letter| !letter.is_control()).take(200).collect(),
        address: origin.address.clone(),
        family: secret::hash(&refresh.family),
        current: secret::hash(&refresh.turn),
        previous: secret::hash(&refresh.turn),
        created: now,
        rotated: now,
        expires: now + IDLE,
        ended: None,
    };
    let tx = app.store.begin().await?;
    sessions::insert(&tx, &session).await?;
    let actor = Actor { user: Some(user.id), ..Actor::named(&user.name, origin) };
    app.audit(&tx, actor, "session.open", id, json!({ "client": session.client })).await?;
    around(points::PEOPLE_COMMIT, tx.commit()).await?;
    proof(app, user, id, Some(refresh.to_text()))
}

/// Gives a new access token and a new refresh token for a refresh token. One that was used before ends the whole session.
///
/// # Errors
/// `Unauthenticated`.
pub async fn refresh(app: &App, origin: &Origin, token: &str) -> Result<Proof> {
    let over = || Error::unauthenticated("the session has ended").hint("sign in again");
    let given = Refresh::parse(token).ok_or_else(over)?;
    let now = app.clock.now();
    // What anybody may make up must not make the others wait for the writer.
    let known = sessions::by_id(app.store.read(), given.session).await?;
    known.filter(|session| session.is_open(now) && session.family == secret::hash(&given.family)).ok_or_else(over)?;
    let tx = app.store.begin().await?;
    let (session, user) = sessions::with_user(&tx, given.session).await?.ok_or_else(over)?;
    if !session.is_open(now) || session.family != secret::hash(&given.family) {
        return Err(over());
    }
    if user.blocked {
        return Err(Error::unauthenticated("this user is blocked").code("blocked").hint("ask a platform administrator"));
    }
    let turn = secret::hash(&given.turn);
    if turn == session.current {
        let next = Refresh { turn: secret::letters(app.clock.bytes()), ..given };
        sessions::rotate(&tx, session.id, &secret::hash(&next.turn), &session.current, now, now + IDLE).await?;
        around(points::PEOPLE_COMMIT, tx.commit()).await?;
        return proof(app, user, session.id, Some(next.to_text()));
    }
    if turn == session.previous && now < session.rotated + OVERLAP {
        return proof(app, user, session.id, None);
    }
    sessions::end(&tx, session.id, now).await?;
    let actor = Actor { user: Some(user.id), ..Actor::named(&user.name, origin) };
    app.audit(&tx, actor, "session.reuse", session.id, json!({ "signed_in_from": session.address })).await?;
    around(points::PEOPLE_COMMIT, tx.commit()).await?;
    tracing::warn!(session = %session.id, user = %user.name, "a refresh token was used twice; the session was ended");
    Err(Error::unauthenticated("this refresh token was used before, so the session was ended")
        .code("token_reused")
        .hint("sign in again; if it was not you, change the password"))
}

/// Ends one of the caller's sessions; of another person's only an administrator knows.
///
/// # Errors
/// `NotFound`.
pub async fn end(app: &App, caller: &Caller, id: SessionId) -> Result<()> {
    let tx = app.store.begin().await?;
    let found = sessions::by_id(&tx, id).await?;
    let theirs = found.filter(|session| session.user == caller.user || caller.roles.is_administrator());
    let session = theirs.ok_or_else(|| Error::not_found(format!("there is no session {id}")))?;
    if sessions::end(&tx, session.id, app.clock.now()).await? {
        app.audit(&tx, caller, "session.end", id, json!({})).await?;
    }
    around(points::PEOPLE_COMMIT, tx.commit()).await
}

/// Ends the session this refresh token belongs to, where it is a good one; else nothing.
///
/// # Errors
/// Where the database fails.
pub async fn end_by_refresh(app: &App, origin: &Origin, token: &str) -> Result<()> {
    let Some(given) = Refresh::parse(token) else { return Ok(()) };
    let tx = app.store.begin().await?;
    let Some((session, user)) = sessions::with_user(&tx, given.session).await? else { return Ok(()) };
    if session.family != secret::hash(&given.family) || !sessions::end(&tx, session.id, app.clock.now()).await? {
        return Ok(());
    }
    let actor = Actor { user: Some(user.id), ..Actor::named(&user.name, origin) };
    app.audit(&tx, actor, "session.end", session.id, json!({})).await?;
    around(points::PEOPLE_COMMIT, tx.commit()).await
}

fn proof(app: &App, user: User, session: SessionId, refresh: Option<String>) -> Result<Proof> {
    let now = app.clock.now();
    let expires = Timestamp::from_seconds(now.seconds()) + ACCESS;
    let access = app.people.keys.sign(&Claims::of(user.id, &user.name, session, now, expires))?;
    Ok(Proof { user, session, access, expires, refresh })
}

/// A refresh token: which session, the part that stays, the part that changes.
#[derive(Clone)]
struct Refresh {
    session: SessionId,
    family: String,
    turn: String,
}

impl Refresh {
    fn to_text(&self) -> String {
        let session = self.session.to_string();
        let letters = session.trim_start_matches(SessionId::PREFIX).trim_start_matches('_');
        format!("{REFRESH_PREFIX}{letters}.{}.{}", self.family, self.turn)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix(REFRESH_PREFIX)?.split('.');
        let (session, family, turn) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let session = format!("{}_{session}", SessionId::PREFIX).parse().ok()?;
        Some(Self { session, family: family.to_owned(), turn: turn.to_owned() })
    }
}
