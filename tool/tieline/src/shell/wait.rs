//! Staying with a job until it ends: each change of its state is said on stderr.

use std::time::Duration;

use tieline_model::job::{Base, StateName};
use tieline_model::{JobId, Result};
use tieline_wire_api::Client;
use tieline_wire_api::jobs::JobDetail;

use super::job;
use crate::exit::Exit;
use crate::talk::say;

/// How often a young job is looked at; the pause grows to [`LONGEST`].
const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(3);

/// Waits until the job has ended.
///
/// # Errors
/// What the hub says; it may be away for a few seconds without ending this.
pub async fn until_end(client: &Client, id: JobId) -> Result<JobDetail> {
    let mut known: Option<StateName> = None;
    let mut pause = FIRST;
    loop {
        let detail = client.get_job(id).await?;
        let state = detail.job.state;
        if known.replace(state) != Some(state) {
            say(told(&detail));
            pause = FIRST;
        }
        if state.is_final() {
            return Ok(detail);
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 5 / 4).min(LONGEST);
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
    let reason = detail.attempts.last().and_then(|attempt| job::why(&attempt.detail)).map(|reason| format!(": {reason}"));
    format!("{} is {}{place}{}", job.id, job.state, reason.unwrap_or_default())
}
