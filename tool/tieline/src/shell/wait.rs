//! Staying with a job until it ends: each change of its state is said on stderr.
//!
//! The hub tells of changes live. Where that breaks off, the job is asked after now and then until the connection is there
//! again.

use std::time::Duration;

use tieline_model::job::{Base, StateName};
use tieline_model::{JobId, Result};
use tieline_wire_api::Client;
use tieline_wire_api::client::events::{Events, Told};
use tieline_wire_api::jobs::JobDetail;

use super::patience::Patience;
use super::shown;
use crate::exit::Exit;
use crate::talk::say;

/// How often a job is asked after even though nothing was told: live events are of one's own jobs only, and something between
/// here and the hub may hold them back.
const LOOK: Duration = Duration::from_secs(20);
/// The pause before a job is asked after where there are no live events; it doubles up to [`SELDOM`].
const SOON: Duration = Duration::from_millis(250);
const SELDOM: Duration = Duration::from_secs(5);

/// Waits until the job has ended.
///
/// # Errors
/// What the hub says; it may be away for minutes without ending this.
pub async fn until_end(client: &Client, id: JobId) -> Result<JobDetail> {
    let (mut events, mut patience) = (client.events(), Patience::new());
    let mut known: Option<StateName> = None;
    let mut pause = SOON;
    loop {
        // First the connection, then the question, so that what happens in between is told. Where there is no connection, the
        // answer to the question says why, or serves instead.
        let live = events.open().await.is_ok();
        let detail = match client.get_job(id).await {
            Ok(detail) => detail,
            Err(error) => {
                patience.or(error).await?;
                continue;
            }
        };
        patience.answered();
        let state = detail.job.state;
        if known.replace(state) != Some(state) {
            say(told(&detail));
        }
        if state.is_final() {
            return Ok(detail);
        }
        let news = async { if live { tokio::time::timeout(LOOK, changed(&mut events, id, state)).await } else { Ok(None) } };
        if news.await.is_ok_and(|told| told.is_none()) {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(SELDOM);
        } else {
            pause = SOON;
        }
    }
}

/// Waits until the job is told to be in another state, or may be without being told; nothing where the connection ended.
async fn changed(events: &mut Events, id: JobId, state: StateName) -> Option<()> {
    loop {
        match events.next().await.ok()? {
            Told::Job(event) if event.job.id == id && event.job.state != state => return Some(()),
            Told::Job(_) => {}
            Told::Reset => return Some(()),
        }
    }
}

/// What the program's status says about a job that ended.
pub fn exit(detail: &JobDetail) -> Exit {
    match detail.job.base {
        Base::Canceled => Exit::Canceled,
        Base::Failed => Exit::Failed,
        Base::Pending | Base::Running | Base::Finished => Exit::Done,
    }
}

fn told(detail: &JobDetail) -> String {
    let job = &detail.job;
    let place = job.machine_name.as_ref().map(|machine| format!(" on {machine}")).unwrap_or_default();
    let reason = detail.attempts.last().and_then(|attempt| shown::why(&attempt.detail)).map(|reason| format!(": {reason}"));
    format!("{} is {}{place}{}", job.id, job.state, reason.unwrap_or_default())
}
