//! Checking the proof a request carries: a short access token, or a personal API token (`tlt_…`).

use tieline_fault::around;
use tieline_model::{Error, Result, Seconds};
use tieline_store_hub::{sessions, tokens, users};

use super::caller::{Caller, Origin};
use super::secret;
use crate::App;
use crate::points;

/// What a personal API token starts with.
pub const TOKEN_PREFIX: &str = "tlt_";
/// How exact the last use of a token is noted.
const USE_NOTED: Seconds = Seconds(60);

/// Who it is that sent this bearer token. An ended session or a blocked person is refused at once: both are read each time.
///
/// # Errors
/// `Unauthenticated`, also for a blocked person.
pub async fn check(app: &App, bearer: &str, origin: &Origin) -> Result<Caller> {
    if bearer.starts_with(TOKEN_PREFIX) { by_token(app, bearer, origin).await } else { by_session(app, bearer, origin).await }
}

async fn by_session(app: &App, bearer: &str, origin: &Origin) -> Result<Caller> {
    let now = app.clock.now();
    let claims = app.people.keys.check(bearer, now)?;
    let found = sessions::with_user(app.store.read(), claims.sid).await?;
    let open = found.filter(|(session, user)| session.is_open(now) && user.id == claims.sub);
    let (session, user) = open.ok_or_else(|| Error::unauthenticated("the session was ended").hint("sign in again"))?;
    caller(user, Some(session.id), origin)
}

async fn by_token(app: &App, bearer: &str, origin: &Origin) -> Result<Caller> {
    let now = app.clock.now();
    let found = tokens::with_user(app.store.read(), &secret::hash(bearer)).await?;
    let good = found.filter(|(token, _)| token.expires.is_none_or(|until| now < until));
    let (token, user) = good.ok_or_else(|| Error::unauthenticated("the API token is unknown, revoked or has ended"))?;
    let caller = caller(user, None, origin)?;
    if token.used.is_none_or(|used| used + USE_NOTED <= now) {
        let tx = app.store.begin().await?;
        tokens::touch(&tx, token.id, now).await?;
        around(points::PEOPLE_COMMIT, tx.commit()).await?;
    }
    Ok(caller)
}

fn caller(user: users::User, session: Option<tieline_model::SessionId>, origin: &Origin) -> Result<Caller> {
    if user.blocked {
        return Err(Error::unauthenticated("this user is blocked").code("blocked").hint("ask a platform administrator"));
    }
    Ok(Caller { user: user.id, name: user.name, roles: user.roles, session, request: origin.request, address: origin.address.clone() })
}
