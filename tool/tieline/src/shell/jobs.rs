//! `tieline jobs`: one's jobs, newest first.

use clap::Args;
use tieline_model::{Error, JobId, Result};
use tieline_wire_api::Client;
use tieline_wire_api::jobs::{Job, ListJobs};

use super::ShellArgs;
use crate::exit::Exit;
use crate::output::{Column, Listing, Look};

/// Which jobs.
#[derive(Args, Debug)]
pub struct JobsArgs {
    /// In this state, such as `queued` or `staging_out`
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Pending, running, finished, failed or canceled
    #[arg(long, value_name = "BASE")]
    base: Option<String>,
    /// Of this app
    #[arg(long, value_name = "APP")]
    app: Option<String>,
    /// On this machine
    #[arg(long, value_name = "MACHINE")]
    machine: Option<String>,
    /// Whose name holds this text
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Made at this moment or later (RFC 3339)
    #[arg(long, value_name = "MOMENT")]
    since: Option<String>,
    /// Made before this moment (RFC 3339)
    #[arg(long, value_name = "MOMENT")]
    until: Option<String>,
    /// Only those that were put away
    #[arg(long)]
    deleted: bool,
    /// Of this person, or `all`; for administrators
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// At most this many
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: u64,
    /// Go on where the page before ended
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

/// Lists jobs.
///
/// # Errors
/// What the hub says.
pub async fn list(jobs: JobsArgs, args: &ShellArgs) -> Result<Exit> {
    let which = ListJobs {
        state: jobs.state,
        base: jobs.base,
        app: jobs.app,
        machine: jobs.machine,
        name: jobs.name,
        since: jobs.since,
        until: jobs.until,
        deleted: jobs.deleted.then_some(true),
        user: jobs.user,
        limit: Some(jobs.limit),
        after: jobs.after,
    };
    let page = args.client()?.list_jobs(&which).await?;
    let columns = [
        Column { title: "ID", cell: |job: &Job, _: &Look| job.id.to_string() },
        Column { title: "NAME", cell: |job, _| job.name.clone() },
        Column { title: "APP", cell: |job, _| job.app.to_string() },
        Column { title: "STATE", cell: |job, _| job.state.to_string() },
        Column { title: "MACHINE", cell: |job, _| job.machine_name.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string) },
        Column { title: "MADE", cell: |job, look| look.time(job.created_at) },
        Column { title: "ENDED", cell: |job, look| look.time_or_dash(job.ended_at) },
    ];
    args.output().give(&Listing {
        items: page.items,
        next: page.next,
        columns: &columns,
        name: |job| job.id.to_string(),
        none: "no jobs",
    })?;
    Ok(Exit::Done)
}

/// The job that is meant: by its whole id, or by a beginning or an end of it that only one of one's jobs has.
///
/// # Errors
/// `NotFound` where no job fits, `Conflict` where several do.
pub async fn meant(client: &Client, text: &str) -> Result<JobId> {
    meant_of(client, text, false).await
}

/// The job that is meant, of those that were put away or of the others.
///
/// # Errors
/// As [`meant`].
pub async fn meant_of(client: &Client, text: &str, deleted: bool) -> Result<JobId> {
    if let Ok(id) = text.parse::<JobId>() {
        return Ok(id);
    }
    let part = text.strip_prefix("job_").unwrap_or(text);
    if part.len() < 4 || !part.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Error::invalid(format!("'{text}' is neither a job's id nor four or more letters of one")).field("id"));
    }
    let fits = |id: &JobId| id.to_string().strip_prefix("job_").is_some_and(|letters| letters.starts_with(part) || letters.ends_with(part));
    let own: Vec<Job> = client.whole(&["jobs"], &ListJobs { deleted: deleted.then_some(true), ..ListJobs::default() }).await?.items;
    let found: Vec<JobId> = own.into_iter().map(|job| job.id).filter(fits).collect();
    match found.as_slice() {
        [] => Err(Error::not_found(format!("no job of yours begins or ends with '{text}'")).hint("tieline jobs")),
        [one] => Ok(*one),
        several => Err(Error::conflict(format!("'{text}' could be {} of your jobs", several.len())).hint("give more letters of the id")),
    }
}
