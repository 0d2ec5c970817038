//! What is removed by itself: uploads whose time is over, bytes that no upload knows, and contents that nothing names.

use std::time::Duration;

use tieline_model::{Result, Seconds, UploadId};
use tieline_store_hub::{blobs, uploads};
use tokio_util::sync::CancellationToken;

use super::blobs::fault;
use super::uploads::{discard, remove_bytes};
use crate::App;

/// A content is kept this long after it arrived though nothing names it yet: the fact that names a job's output may lie in a
/// gateway's spool for a week.
const GRACE: Seconds = Seconds::days(8);
const PAUSE: Duration = Duration::from_secs(600);
const BATCH: u64 = 100;

/// What one round removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Uploads whose time was over.
    pub uploads: u64,
    /// Contents that nothing named.
    pub blobs: u64,
}

/// Removes what may go, now and every ten minutes, until `stop`.
pub async fn run(app: App, stop: CancellationToken) {
    loop {
        match once(&app).await {
            Ok(removed) if removed != Removed::default() => {
                tracing::info!(uploads = removed.uploads, blobs = removed.blobs, "files that nobody needs were removed");
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(detail = error.operator_detail(), "files that nobody needs could not be removed: {error}"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// One round.
///
/// # Errors
/// Where the store or the folder fails.
pub async fn once(app: &App) -> Result<Removed> {
    let now = app.clock.now();
    let mut removed = Removed::default();
    for id in uploads::expired(app.store.read(), now, BATCH).await? {
        // One that is being sent to at this moment goes in the next round.
        if discard(app, id).await.is_ok() {
            removed.uploads += 1;
        }
    }
    remove_strays(app).await?;
    let needed = |candidates: Vec<tieline_model::Sha256>| {
        let store = app.store.clone();
        async move { blobs::referenced(store.read(), &candidates).await }
    };
    removed.blobs = app.blobs.remove_unreferenced(now - GRACE, needed).await?;
    Ok(removed)
}

/// An upload's row is made before its bytes and removed before them, so bytes without a row are left over from a crash.
async fn remove_strays(app: &App) -> Result<()> {
    let folder = app.blobs.incoming("");
    let failed = |error| fault("the folder of uploads cannot be read", &folder, error);
    let mut entries = tokio::fs::read_dir(&folder).await.map_err(failed)?;
    while let Some(entry) = entries.next_entry().await.map_err(failed)? {
        let Ok(id) = entry.file_name().to_string_lossy().parse::<UploadId>() else { continue };
        match uploads::by_id(app.store.read(), id).await? {
            Some(upload) if upload.file.is_none() => {}
            _ => remove_bytes(app, id).await?,
        }
    }
    Ok(())
}
