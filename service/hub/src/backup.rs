//! A backup of a hub while it serves, and a hub made from one: the database, files, keys and the authority.
//!
//! The database is one SQLite file whichever engine it comes from, so a hub may be restored on the other engine. It is copied
//! first, as it is at one moment: a file that comes later is in the copy though nothing speaks of it, which harms nobody, and
//! until all is copied no content is removed.

use std::fs::{self, DirBuilder, File};
use std::io::{Error as IoError, ErrorKind as IoKind};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tieline_model::{Error, Result, Timestamp};
use tieline_store_hub::Store;

use crate::Config;
use crate::app::files::{BLOBS, keep_all};

/// The file that says what a backup is; it is written last, so that a backup without it is none.
const ABOUT: &str = "backup.json";
const DATABASE: &str = "database.sqlite";
const STATE: &str = "state";

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The program that made it.
    pub version: String,
    /// When.
    pub at: Timestamp,
}

/// Copies a hub, which may be serving, into a new folder.
///
/// # Errors
/// `Conflict` where the folder holds something already, `NotFound` where there is no hub, `Full` without room.
pub async fn backup(config: &Config, target: &Path, now: Timestamp) -> Result<About> {
    if !config.state.is_dir() {
        return Err(Error::not_found(format!("there is no state folder {}", config.state.display())).field("state"));
    }
    let url = config.database_url()?;
    if let Some(file) = sqlite_file(&url).filter(|file| !file.exists()) {
        return Err(Error::not_found(format!("there is no database {}", file.display())).field("database.url"));
    }
    must_be_empty(target, "choose a new folder")?;
    make(target)?;
    let _kept = keep_all(&config.state.join(BLOBS))?;
    let store = Store::connect(&url).await?;
    let copied = store.copy_to(&target.join(DATABASE)).await;
    store.close().await?;
    copied?;
    sync(&target.join(DATABASE))?;
    copy(&config.state, &target.join(STATE), &leave_out(sqlite_file(&url).as_deref()))?;
    let about = About { version: env!("CARGO_PKG_VERSION").to_owned(), at: now };
    let text = serde_json::to_vec_pretty(&about).map_err(|error| Error::internal(error.to_string()))?;
    let path = target.join(ABOUT);
    fs::write(&path, text).map_err(|error| fault(&path, &error))?;
    sync(&path)?;
    Ok(about)
}

/// Makes a hub's state folder and database from a backup, on either engine.
///
/// # Errors
/// `Invalid` where the folder is not a whole backup; `Conflict` where the state folder or the database holds something
/// already, or the backup was made by a newer program.
pub async fn restore(config: &Config, source: &Path) -> Result<About> {
    let path = source.join(ABOUT);
    let broken = |error: &dyn std::fmt::Display| Error::invalid(format!("{} is not a whole backup: {error}", source.display()));
    let about = serde_json::from_slice::<About>(&fs::read(&path).map_err(|error| broken(&error))?).map_err(|error| broken(&error))?;
    let database = source.join(DATABASE);
    if !database.is_file() {
        return Err(broken(&format!("{DATABASE} is missing")));
    }
    must_be_empty(&config.state, "a hub is restored into a state folder that is empty or missing")?;
    make(&config.state)?;
    let url = config.database_url()?;
    match sqlite_file(&url) {
        Some(file) if file.exists() => return Err(Error::conflict(format!("the database {} is there already", file.display()))),
        Some(file) => {
            fs::copy(&database, &file).map_err(|error| fault(&file, &error))?;
            sync(&file)?;
        }
        None => fill(&url, &database, &config.state).await?,
    }
    copy(&source.join(STATE), &config.state, &[])?;
    Ok(about)
}

/// Fills an empty PostgreSQL database from a copy, which is first brought to the newest schema, in a place of its own.
async fn fill(url: &str, database: &Path, beside: &Path) -> Result<()> {
    let folder = tempfile::tempdir_in(beside).map_err(|error| fault(beside, &error))?;
    let copy = folder.path().join(DATABASE);
    fs::copy(database, &copy).map_err(|error| fault(&copy, &error))?;
    let source = Store::open(&format!("sqlite:{}", copy.display())).await?;
    let target = Store::open(url).await?;
    let moved = source.move_to(&target).await;
    source.close().await?;
    target.close().await?;
    moved
}

/// The file of a SQLite database; none for another kind.
fn sqlite_file(url: &str) -> Option<PathBuf> {
    url.strip_prefix("sqlite:").map(PathBuf::from)
}

/// The database and what SQLite keeps beside it.
fn leave_out(database: Option<&Path>) -> Vec<PathBuf> {
    let Some(database) = database else { return Vec::new() };
    ["", "-wal", "-shm", "-journal"].map(|end| PathBuf::from(format!("{}{end}", database.display()))).to_vec()
}

/// Copies files and folders with their permissions. A file that goes away meanwhile was on its way out.
fn copy(from: &Path, to: &Path, without: &[PathBuf]) -> Result<()> {
    make(to)?;
    let entries = fs::read_dir(from).map_err(|error| fault(from, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| fault(from, &error))?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().map_err(|error| fault(&path, &error))?;
        if without.contains(&path) {
            continue;
        }
        if kind.is_dir() {
            copy(&path, &target, without)?;
        } else if kind.is_file() {
            match fs::copy(&path, &target) {
                Ok(_) => sync(&target)?,
                Err(error) if error.kind() == IoKind::NotFound => {}
                Err(error) => return Err(fault(&path, &error)),
            }
        }
    }
    let mode = fs::metadata(from).map_err(|error| fault(from, &error))?.permissions().mode();
    fs::set_permissions(to, fs::Permissions::from_mode(mode)).map_err(|error| fault(to, &error))
}

fn must_be_empty(folder: &Path, advice: &str) -> Result<()> {
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            Some(_) => Err(Error::conflict(format!("{} is not empty", folder.display())).hint(advice)),
            None => Ok(()),
        },
        Err(error) if error.kind() == IoKind::NotFound => Ok(()),
        Err(error) => Err(fault(folder, &error)),
    }
}

fn make(folder: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| fault(folder, &error))
}

fn sync(file: &Path) -> Result<()> {
    File::open(file).and_then(|file| file.sync_all()).map_err(|error| fault(file, &error))
}

fn fault(path: &Path, error: &IoError) -> Error {
    let message = format!("{}: {error}", path.display());
    if error.kind() == IoKind::StorageFull { Error::full(message) } else { Error::unavailable(message) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::App;
    use crate::app::people::{ensure_administrator, users};
    use crate::clock::Clock;

    fn config(state: &Path) -> Config {
        Config { state: state.to_owned(), ..Config::default() }
    }

    #[tokio::test]
    async fn a_hub_made_from_a_backup_knows_its_people_and_keeps_its_keys() {
        let folder = tempfile::tempdir().unwrap();
        let [old, kept, new] = ["old", "kept", "new"].map(|name| folder.path().join(name));
        let name = "admin".parse().unwrap();
        let app = App::open(config(&old), Clock::default()).await.unwrap();
        ensure_administrator(&app, &name, "a long password of ours").await.unwrap();
        // It is still open, as a serving hub is.
        let made = backup(&config(&old), &kept, Timestamp::from_seconds(5)).await.unwrap();
        assert_eq!(restore(&config(&new), &kept).await.unwrap(), made);
        let again = App::open(config(&new), Clock::default()).await.unwrap();
        assert_eq!(users::find(&again, "admin").await.unwrap().name, name);
        let keys = |state: &Path| {
            let files = fs::read_dir(state.join("keys")).unwrap().map(|entry| entry.unwrap());
            files.map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap())).collect::<std::collections::BTreeMap<_, _>>()
        };
        assert_eq!(keys(&old), keys(&new));
    }

    #[tokio::test]
    async fn nothing_is_written_over_and_half_a_backup_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let [old, kept] = ["old", "kept"].map(|name| folder.path().join(name));
        drop(App::open(config(&old), Clock::default()).await.unwrap());
        backup(&config(&old), &kept, Timestamp::from_seconds(5)).await.unwrap();
        let error = backup(&config(&old), &kept, Timestamp::from_seconds(6)).await.unwrap_err();
        assert!(error.message().contains("not empty"), "{error}");
        let error = restore(&config(&old), &kept).await.unwrap_err();
        assert!(error.message().contains("not empty"), "{error}");
        for part in [DATABASE, ABOUT] {
            fs::remove_file(kept.join(part)).unwrap();
            let error = restore(&config(&folder.path().join("new")), &kept).await.unwrap_err();
            assert!(error.message().contains("not a whole backup"), "{error}");
        }
        assert!(!folder.path().join("new").exists());
    }
}
