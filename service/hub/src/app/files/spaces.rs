//! Spaces: what a person has, what is left, and the names in it.

use tieline_fault::around;
use tieline_model::file::Location;
use tieline_model::{Error, FileId, RelPath, Result, SpaceId, UserId};
use tieline_store_hub::files::{self, Entry, File};
use tieline_store_hub::spaces::{self, Space, Used};
use tieline_store_hub::{ConnectionTrait, Tx};

use crate::App;
use crate::app::people::caller::Caller;
use crate::points;

/// What a person has, and may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// What lies in the space.
    pub used: Used,
    /// Bytes that may lie in it.
    pub limit: u64,
}

/// What this person has, and may have.
///
/// # Errors
/// Where the database fails.
pub async fn quota(app: &App, user: UserId) -> Result<Quota> {
    let used = match spaces::of_user(app.store.read(), user).await? {
        Some(space) => spaces::used(app.store.read(), space.id).await?,
        None => Used::default(),
    };
    Ok(Quota { used, limit: app.config.limits.space_bytes })
}

/// What lies in a folder of this person's space; see [`files::list`].
///
/// # Errors
/// Where the database fails.
pub async fn list(app: &App, user: UserId, folder: Option<&RelPath>, deep: bool, from: Option<String>, limit: u64) -> Result<Vec<Entry>> {
    let Some(space) = spaces::of_user(app.store.read(), user).await? else { return Ok(Vec::new()) };
    files::list(app.store.read(), space.id, folder, deep, from, limit).await
}

/// A file of this person and where it lies.
///
/// # Errors
/// `NotFound`, also for somebody else's.
pub async fn get(app: &App, user: UserId, id: FileId) -> Result<(File, Vec<Location>)> {
    let file = own(app.store.read(), user, id).await?;
    let locations = files::locations(app.store.read(), &file).await?;
    Ok((file, locations))
}

/// Gives a file of this person another path.
///
/// # Errors
/// `NotFound`; `Conflict` where a file has that path or is in its way.
pub async fn rename(app: &App, caller: &Caller, id: FileId, path: &RelPath) -> Result<()> {
    let tx = app.store.begin().await?;
    let file = own(&tx, caller.user, id).await?;
    if file.path == *path {
        return Ok(());
    }
    must_be_free(&tx, file.space, path, Some(id)).await?;
    if files::by_path(&tx, file.space, path).await?.is_some() {
        return Err(Error::conflict(format!("there is a file '{path}' already")).code("path_taken").field("path"));
    }
    files::rename(&tx, id, path, app.clock.now()).await?;
    let detail = serde_json::json!({ "from": file.path, "to": path });
    app.audit(&tx, caller, "file.move", id, detail).await?;
    around(points::SPACE_COMMIT, tx.commit()).await
}

/// Removes a file of this person. Its bytes stay as long as a job that has not ended needs them.
///
/// # Errors
/// `NotFound`.
pub async fn delete(app: &App, caller: &Caller, id: FileId) -> Result<()> {
    let tx = app.store.begin().await?;
    let file = own(&tx, caller.user, id).await?;
    files::delete(&tx, id).await?;
    let detail = serde_json::json!({ "path": file.path, "size": file.size, "sha256": file.sha256 });
    app.audit(&tx, caller, "file.delete", id, detail).await?;
    around(points::SPACE_COMMIT, tx.commit()).await
}

async fn own(db: &impl ConnectionTrait, user: UserId, id: FileId) -> Result<File> {
    files::owned(db, id, user).await?.ok_or_else(|| Error::not_found(format!("there is no file {id}")))
}

/// The person's space, made now if this is the first file.
pub(super) async fn ensure(app: &App, tx: &Tx, user: UserId) -> Result<Space> {
    if let Some(space) = spaces::of_user(tx, user).await? {
        return Ok(space);
    }
    let space = Space { id: app.clock.id(), user, created: app.clock.now() };
    spaces::insert(tx, &space).await?;
    Ok(space)
}

/// Refuses a path that needs a folder where a file is, or the other way round. `but` is about to leave.
pub(super) async fn must_be_free(tx: &Tx, space: SpaceId, path: &RelPath, but: Option<FileId>) -> Result<()> {
    match files::in_the_way(tx, space, path).await? {
        Some(other) if Some(other.id) != but => {
            Err(Error::conflict(format!("'{path}' cannot be made: there is a file '{}'", other.path)).code("path_taken").field("path"))
        }
        _ => Ok(()),
    }
}

/// Refuses `size` more bytes, `replaced` of which are given back, beyond the space's limit.
pub(super) async fn must_fit(app: &App, tx: &Tx, space: SpaceId, size: u64, replaced: u64) -> Result<()> {
    let limit = app.config.limits.space_bytes;
    let used = spaces::used(tx, space).await?;
    if used.bytes().saturating_sub(replaced).saturating_add(size) <= limit {
        return Ok(());
    }
    Err(Error::full(format!(
        "no room for {size} more bytes: {} bytes of files and {} of uploads under way are in your space, its limit is {limit}",
        used.file_bytes, used.upload_bytes
    ))
    .code("quota")
    .hint("remove files, or give uploads up"))
}
