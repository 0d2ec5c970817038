//! The packages that ship with Tieline are inside the program; at its start the hub publishes those that are new.

use std::collections::BTreeMap;

use futures::stream;
use rust_embed::RustEmbed;
use tieline_fault::around;
use tieline_model::job::Script;
use tieline_model::{AppVersionId, Error, Result};
use tieline_pack::{Entry, Package};
use tieline_store_hub::apps;
use tieline_store_hub::apps::AppVersion;

use crate::App;
use crate::points;

#[derive(RustEmbed)]
#[folder = "../../packages"]
struct Shipped;

/// Publishes every package that ships; what is published already stays as it is.
///
/// # Errors
/// Where a package that ships does not hold together, or the store fails.
pub async fn publish_shipped(app: &App) -> Result<()> {
    for (name, entries) in folders()? {
        let package = Package::from_files(entries).map_err(|error| Error::internal(format!("the package {name} that ships: {error}")))?;
        publish(app, &package).await?;
    }
    Ok(())
}

/// Keeps the package's bytes and makes it the current edition of its app.
///
/// # Errors
/// Where the package cannot be packed, or the store fails.
pub async fn publish(app: &App, package: &Package) -> Result<()> {
    let archive = package.to_archive()?;
    let manifest = package.files.iter().find(|entry| entry.path.as_str() == "app.toml");
    let text = manifest.map(|entry| String::from_utf8_lossy(&entry.bytes).into_owned()).unwrap_or_default();
    let size = archive.len() as u64;
    let (sha256, _) = app.blobs.receive(stream::iter([Ok(archive.into())]), None, size).await?;
    let edition = AppVersion {
        id: app.clock.id::<AppVersionId>(),
        app: package.manifest.id.clone(),
        version: package.manifest.version.to_string(),
        manifest: text,
        sha256,
        size,
        scripts: Script::ALL.into_iter().filter(|script| package.script(*script).is_some()).collect(),
        current: true,
        created: app.clock.now(),
    };
    let tx = app.store.begin().await?;
    apps::publish(&tx, &edition).await?;
    around(points::APP_COMMIT, tx.commit()).await
}

/// The embedded files by package.
fn folders() -> Result<BTreeMap<String, Vec<Entry>>> {
    let mut folders: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for path in Shipped::iter() {
        let (Some((package, below)), Some(file)) = (path.split_once('/'), Shipped::get(&path)) else { continue };
        let bytes = file.data.into_owned();
        // What is embedded has no permissions: scripts and whatever begins as one may be executed.
        let executable = below.starts_with("scripts/") || bytes.starts_with(b"#!");
        folders.entry(package.to_owned()).or_default().push(Entry { path: below.parse()?, executable, bytes });
    }
    Ok(folders)
}
