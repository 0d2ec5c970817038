//! What people arrange for themselves: preferences of their pages, and templates.

use serde_json::json;
use tieline_model::name::line;
use tieline_model::{AppName, Error, Result, TemplateId};
use tieline_store_hub::templates::{self, Template};
use tieline_store_hub::{apps, preferences};

use super::caller::Caller;
use crate::App;

/// So many bytes of preferences are kept.
const DOCUMENT: usize = 64 * 1024;
/// So many templates a person has at most.
const TEMPLATES: usize = 500;

/// The caller's preferences as they were kept.
///
/// # Errors
/// Where the database fails.
pub async fn preferences(app: &App, caller: &Caller) -> Result<Option<String>> {
    preferences::of_user(app.store.read(), caller.user).await
}

/// Keeps the caller's preferences in place of those before.
///
/// # Errors
/// `TooLarge` beyond what is kept.
pub async fn prefer(app: &App, caller: &Caller, document: String) -> Result<()> {
    if document.len() > DOCUMENT {
        return Err(Error::too_large(format!("preferences are kept up to {DOCUMENT} bytes; these have {}", document.len())));
    }
    let tx = app.store.begin().await?;
    preferences::save(&tx, caller.user, document).await?;
    app.audit(&tx, caller, "preferences.set", caller.user, json!({})).await?;
    tx.commit().await
}

/// Keeps a request under a name. It need not be one that could run: it is checked when a job is made of it.
///
/// # Errors
/// `NotFound` for an app that does not exist, `Conflict` for a name the caller has used for it, `Invalid` for a name of
/// more than one line or too many templates.
pub async fn keep(app: &App, caller: &Caller, name: &str, of: &str, request: String) -> Result<Template> {
    let name = line("name", name, 100)?;
    let unknown = || Error::not_found(format!("there is no app '{}'", tieline_model::id::shown(of))).field("request.app");
    let of: AppName = of.parse().map_err(|_| unknown())?;
    let tx = app.store.begin().await?;
    if apps::of_app(&tx, &of).await?.is_empty() {
        return Err(unknown());
    }
    let present = templates::of_user(&tx, caller.user, None).await?;
    if present.len() >= TEMPLATES {
        return Err(Error::conflict(format!("you have {TEMPLATES} templates, which is as many as are kept")).hint("delete some"));
    }
    if present.iter().any(|one| one.app == of && one.name == name) {
        return Err(Error::conflict(format!("you have a template '{name}' for {of}")).code("name_taken").field("name"));
    }
    let template = Template { id: app.clock.id(), user: caller.user, app: of, name, request, created: app.clock.now() };
    templates::insert(&tx, &template).await?;
    app.audit(&tx, caller, "template.create", template.id, json!({ "app": template.app, "name": template.name })).await?;
    tx.commit().await?;
    Ok(template)
}

/// Removes one of the caller's templates.
///
/// # Errors
/// `NotFound`.
pub async fn drop(app: &App, caller: &Caller, id: TemplateId) -> Result<()> {
    let tx = app.store.begin().await?;
    if !templates::remove(&tx, caller.user, id).await? {
        return Err(Error::not_found(format!("you have no template {id}")));
    }
    app.audit(&tx, caller, "template.delete", id, json!({})).await?;
    tx.commit().await
}
