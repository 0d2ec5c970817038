//! Centers: who owns machines, how their gateways are let in, and what they tell of their machines.

mod gateways;
pub mod labels;
mod machines;

use serde_json::json;
use tieline_fault::around;
use tieline_model::name::line;
use tieline_model::{CenterId, Error, JoinTokenId, Result, Seconds, Sha256, Timestamp};
use tieline_store_hub::Tx;
use tieline_store_hub::centers::{Center, find, insert};
use tieline_store_hub::join_tokens::{self, JoinToken};
use tieline_wire_api::centers::CreateCenter;

pub use gateways::{admit, enroll, greeted, renew, seen, set_revoked};
pub use machines::{described, read, set_enabled};

use super::people::caller::Caller;
use super::people::secret;
use crate::App;
use crate::points;

/// How long a join token is good.
pub const JOIN_LIFE: Seconds = Seconds::minutes(15);

/// A join token as the person sees it, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// `<secret>.<SHA-256 of the authority's certificate>`.
    pub text: String,
    /// Until when it is good.
    pub expires: Timestamp,
}

/// Makes a center, and the token its first gateway enrols with.
///
/// # Errors
/// `Forbidden` for all but platform administrators, `Conflict` where the name is taken, `Invalid` for a text that is too long.
pub async fn create(app: &App, caller: &Caller, ask: CreateCenter) -> Result<(Center, Join)> {
    caller.must_administer()?;
    let optional = |field: &str, text: &str| if text.trim().is_empty() { Ok(String::new()) } else { line(field, text, 200) };
    let center = Center {
        id: app.clock.id(),
        title: line("title", ask.title.as_deref().unwrap_or(ask.name.as_str()), 100)?,
        description: paragraph("description", &ask.description)?,
        organisation: optional("organisation", &ask.organisation)?,
        contact: optional("contact", &ask.contact)?,
        created: app.clock.now(),
        name: ask.name,
    };
    let tx = app.store.begin().await?;
    let taken = |error: Error| match error.kind() {
        tieline_model::ErrorKind::Conflict => Error::conflict(format!("there is a center '{}' already", center.name)).field("name"),
        _ => error,
    };
    insert(&tx, &center).await.map_err(taken)?;
    app.audit(&tx, caller, "center.create", center.id, json!({ "name": center.name, "title": center.title })).await?;
    let join = add_token(app, &tx, caller, center.id).await?;
    around(points::CENTER_COMMIT, tx.commit()).await?;
    Ok((center, join))
}

/// Makes another join token for a center.
///
/// # Errors
/// `NotFound`; `Forbidden` for all but its operators and platform administrators.
pub async fn create_join_token(app: &App, caller: &Caller, center: &str) -> Result<Join> {
    let tx = app.store.begin().await?;
    let center = find(&tx, center).await?.id;
    must_operate(caller, center)?;
    let join = add_token(app, &tx, caller, center).await?;
    around(points::CENTER_COMMIT, tx.commit()).await?;
    Ok(join)
}

/// Refuses everybody who does not run this center.
///
/// # Errors
/// `Forbidden`.
pub fn must_operate(caller: &Caller, center: CenterId) -> Result<()> {
    if caller.roles.operates(center) { Ok(()) } else { Err(Error::forbidden("only an operator of this center may do this")) }
}

async fn add_token(app: &App, tx: &Tx, caller: &Caller, center: CenterId) -> Result<Join> {
    let now = app.clock.now();
    let proof = secret::letters(app.clock.bytes());
    let token = JoinToken { id: app.clock.id::<JoinTokenId>(), center, secret: checksum(&proof), created: now, expires: now + JOIN_LIFE };
    join_tokens::forget(tx, now - Seconds::days(1)).await?;
    join_tokens::insert(tx, &token).await?;
    app.audit(tx, caller, "center.join_token", center, json!({ "token": token.id, "expires_at": token.expires })).await?;
    Ok(Join { text: format!("{proof}.{}", app.authority.fingerprint()), expires: token.expires })
}

/// What is kept of a token's secret.
fn checksum(secret: &str) -> Sha256 {
    Sha256(<sha2::Sha256 as sha2::Digest>::digest(secret).into())
}

fn paragraph(field: &str, text: &str) -> Result<String> {
    let length = text.chars().count();
    if length > 2000 {
        return Err(Error::invalid(format!("is {length} characters long, at most 2000 are allowed")).field(field));
    }
    if text.chars().any(|letter| letter.is_control() && letter != '\n') {
        return Err(Error::invalid("holds a control character").field(field));
    }
    Ok(text.trim().to_owned())
}
