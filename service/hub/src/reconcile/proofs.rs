//! What proves who somebody is does not last: sessions and API tokens are removed some time after they ended, and the key
//! that signs access tokens is replaced when it is old. What was done with them stays in the audit log.

use serde_json::json;
use tieline_model::{Result, Seconds};
use tieline_store_hub::{sessions, tokens};

use crate::App;

/// How many rows are removed in one transaction, so that nobody waits long for the writer.
const BATCH: u64 = 500;

/// Removes what ended more than `limits.ended_session_days` ago, and renews the key after `limits.signing_key_days`.
///
/// # Errors
/// Where the database or the folder of keys fails.
pub async fn renew_proofs(app: &App) -> Result<()> {
    let limits = &app.config.limits;
    let now = app.clock.now();
    if let Some(key) = app.people.keys.renew(Seconds::days(limits.signing_key_days), now)? {
        let tx = app.store.begin().await?;
        app.audit(&tx, app.platform(), "signing_key.renew", &key, json!({})).await?;
        tx.commit().await?;
        tracing::info!(key, "a new key signs access tokens");
    }
    let before = now - Seconds::days(limits.ended_session_days);
    loop {
        let tx = app.store.begin().await?;
        let (sessions, tokens) = (sessions::remove_over(&tx, before, BATCH).await?, tokens::remove_over(&tx, before, BATCH).await?);
        tx.commit().await?;
        if sessions + tokens > 0 {
            tracing::info!(sessions, tokens, "sessions and tokens that ended long ago were removed");
        }
        if sessions < BATCH && tokens < BATCH {
            return Ok(());
        }
    }
}
