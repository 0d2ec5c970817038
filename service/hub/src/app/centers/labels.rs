//! The names of all machines, remembered for a moment: every page of jobs shows them, and they hardly change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tieline_model::{MachineId, Result, Seconds, Timestamp};
use tieline_store_hub::machines::{Label, labels};

use crate::App;

/// How long they are taken as they are. A machine that is newer has no name in lists for as long.
const REMEMBERED: Seconds = Seconds(1);

/// The labels by machine.
pub type Labels = Arc<HashMap<MachineId, Label>>;

/// What was read last, and when.
#[derive(Debug, Default)]
pub struct Remembered(Mutex<Option<(Timestamp, Labels)>>);

impl Remembered {
    fn look(&self, now: Timestamp) -> Option<Labels> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back makes nothing last longer.
        held.as_ref().filter(|(read, _)| *read <= now && now < *read + REMEMBERED).map(|(_, labels)| labels.clone())
    }
}

/// The labels as they are now.
///
/// # Errors
/// Where the database fails.
pub async fn fresh(app: &App) -> Result<Labels> {
    let now = app.clock.now();
    let read: Labels = Arc::new(labels(app.store.read()).await?.into_iter().map(|machine| (machine.id, machine)).collect());
    *app.labels.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, read.clone()));
    Ok(read)
}

/// The labels as they were a moment ago: names, and not when a machine was last seen.
///
/// # Errors
/// Where the database fails.
pub async fn recent(app: &App) -> Result<Labels> {
    match app.labels.look(app.clock.now()) {
        Some(labels) => Ok(labels),
        None => fresh(app).await,
    }
}
