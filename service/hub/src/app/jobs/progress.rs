//! How far steps of jobs are, as their gateways last said. Readings of the moment: kept in memory, bounded, and told again by every
//! gateway that comes back.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tieline_model::job::{AttemptKey, Progress, StateName};
use tieline_model::{Error, GatewayId, Result};
use tieline_store_hub::attempts;
use tieline_wire_gateway::{convert, v1};

use crate::App;

/// The largest text of a reading, in bytes.
const TEXT_MAX: usize = 8 << 10;
/// Attempts whose progress is kept; beyond that the oldest word goes.
const MOST: usize = 20_000;

/// The latest word on each attempt.
#[derive(Debug, Default)]
pub struct Progresses(Mutex<HashMap<AttemptKey, Progress>>);

impl Progresses {
    /// How far the step is that this state stands for.
    pub fn of(&self, key: AttemptKey, state: StateName) -> Option<Progress> {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.is_final() {
            latest.remove(&key);
        }
        latest.get(&key).filter(|progress| progress.is_of(state)).cloned()
    }

    fn keep(&self, key: AttemptKey, progress: Progress) {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        latest.insert(key, progress);
        if latest.len() > MOST
            && let Some(oldest) = latest.iter().min_by_key(|(_, progress)| progress.at).map(|(key, _)| *key)
        {
            latest.remove(&oldest);
        }
    }
}

/// A gateway says how far a step of one of its attempts is.
///
/// # Errors
/// `Invalid` where it cannot be read, `Forbidden` where the attempt is not this gateway's.
pub async fn told(app: &App, gateway: GatewayId, message: &v1::Progress) -> Result<()> {
    let key = convert::attempt(&message.job, message.attempt)?;
    if message.body.len() > TEXT_MAX {
        return Err(Error::too_large(format!("has {} bytes, at most {TEXT_MAX} are taken", message.body.len())));
    }
    let progress: Progress =
        serde_json::from_str(&message.body).map_err(|error| Error::invalid(format!("not what it should be: {error}")))?;
    let attempt = attempts::by_key(app.store.read(), key).await?.filter(|attempt| attempt.gateway == Some(gateway));
    let attempt = attempt.ok_or_else(|| Error::forbidden(format!("{key} is not this gateway's")))?;
    if !attempt.state.is_final() {
        app.progress.keep(key, progress.bounded());
    }
    Ok(())
}
