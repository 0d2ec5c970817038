//! Apps: editions of packages, published into the store, and what the hub knows of them.

mod shipped;

use std::sync::Arc;

use tieline_model::{AppName, AppVersionId, Error, Result};
use tieline_pack::Manifest;
use tieline_store_hub::apps;
use tieline_store_hub::apps::AppVersion;

use crate::App;

pub use shipped::{publish, publish_shipped};

/// An edition with its manifest read.
#[derive(Clone, Debug)]
pub struct Edition {
    /// As it lies in the store.
    pub row: AppVersion,
    /// What it says of itself.
    pub manifest: Arc<Manifest>,
}

/// The current edition of every app, by name.
///
/// # Errors
/// Where the database fails.
pub async fn current(app: &App) -> Result<Vec<Edition>> {
    apps::current(app.store.read()).await?.into_iter().map(Edition::read).collect()
}

/// All editions of one app, the current one first, then newest first.
///
/// # Errors
/// `NotFound` where there is no such app.
pub async fn editions(app: &App, name: &str) -> Result<Vec<AppVersion>> {
    let unknown = || Error::not_found(format!("there is no app '{}'", tieline_model::id::shown(name))).field("app").hint("tieline apps");
    let name: AppName = name.parse().map_err(|_| unknown())?;
    let mut all = apps::of_app(app.store.read(), &name).await?;
    if all.is_empty() {
        return Err(unknown());
    }
    all.sort_by_key(|edition| !edition.current);
    Ok(all)
}

/// The edition a new job gets: the current one, or the newest with this version.
///
/// # Errors
/// `NotFound` naming the app or the version.
pub async fn edition(app: &App, name: &str, version: Option<&str>) -> Result<Edition> {
    let all = editions(app, name).await?;
    let known: Vec<_> = all.iter().map(|edition| edition.version.clone()).collect();
    let found = all.into_iter().find(|edition| version.is_none_or(|wanted| edition.version == wanted));
    let missing = || {
        Error::not_found(format!("{name} has no version '{}'", tieline_model::id::shown(version.unwrap_or_default())))
            .field("version")
            .hint(format!("it has {}", known.join(", ")))
    };
    Edition::read(found.ok_or_else(missing)?)
}

/// The edition a job was made with.
///
/// # Errors
/// Where the database fails or the edition is gone, which nothing may do.
pub async fn pinned(app: &App, id: AppVersionId) -> Result<Edition> {
    let row = apps::by_id(app.store.read(), id).await?.ok_or_else(|| Error::internal(format!("the edition {id} is gone")))?;
    Edition::read(row)
}

impl Edition {
    fn read(row: AppVersion) -> Result<Self> {
        let manifest = Manifest::parse(&row.manifest)
            .map_err(|error| Error::internal(format!("the manifest of {} {} no longer reads: {error}", row.app, row.version)))?;
        Ok(Self { row, manifest: Arc::new(manifest) })
    }
}
