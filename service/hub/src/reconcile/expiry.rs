//! Folders of jobs that were over long ago are removed from their machines. What was brought back stays at the hub.

use tieline_fault::around;
use tieline_model::{Result, Seconds};
use tieline_store_hub::attempts;
use tieline_wire_gateway::v1;
use tieline_wire_gateway::v1::intent::Body;

use crate::App;
use crate::app::jobs::intents::want;
use crate::app::signals::ring;
use crate::points;

/// How many folders are asked for in one transaction.
const BATCH: u64 = 200;

/// Asks gateways to remove the folders of attempts that were over more than `limits.folder_days` ago.
///
/// # Errors
/// Where the database fails.
pub async fn expire(app: &App) -> Result<()> {
    let before = app.clock.now() - Seconds::days(app.config.limits.folder_days);
    loop {
        let found = attempts::to_purge(app.store.read(), before, BATCH).await?;
        if found.is_empty() {
            return Ok(());
        }
        let tx = app.store.begin().await?;
        for attempt in &found {
            let Some(gateway) = attempt.gateway else { continue };
            want(app, &tx, gateway, attempt.key, Body::Purge(v1::PurgeAttempt {})).await?;
        }
        around(points::EXPIRY_COMMIT, tx.commit()).await?;
        ring(&app.signals.intents);
        tracing::info!(folders = found.len(), "folders of jobs that were over long ago are to be removed");
    }
}
