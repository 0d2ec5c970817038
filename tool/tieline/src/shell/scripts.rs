//! What the scripts of a job's package did, and what they wrote for people.

use tieline_model::text::plain;
use tieline_model::{JobId, Result};
use tieline_wire_api::Client;
use tieline_wire_api::jobs::ScriptRun;

use super::ShellArgs;
use crate::output::{Column, Listing, Look};

/// The longest line of a script's log that is shown, in letters.
const LONGEST: usize = 2_000;

/// Lists the runs of a job's scripts, oldest first, each with its log.
///
/// # Errors
/// What the hub says.
pub async fn list(client: &Client, job: JobId, attempt: Option<u32>, args: &ShellArgs) -> Result<()> {
    let mut items = client.job_scripts(job).await?;
    items.retain(|run| attempt.is_none_or(|wanted| run.attempt == wanted));
    let columns = [
        Column { title: "WHEN", cell: |run: &ScriptRun, look: &Look| look.time(run.at) },
        Column { title: "ATTEMPT", cell: |run, _| run.attempt.to_string() },
        Column { title: "SCRIPT", cell: |run, _| run.script.clone() },
        Column { title: "STATUS", cell: |run, _| run.status.to_string() },
        Column { title: "TOOK", cell: |run, _| tieline_model::Seconds(run.took_s).to_string() },
        Column { title: "WROTE", cell: |run, _| harmless(&run.log) },
    ];
    let name = |run: &ScriptRun| run.script.clone();
    args.output().give(&Listing { items, next: None, columns: &columns, name, none: "no script of its package has run" })
}

/// A log as a terminal may show it: a script is somebody's program.
fn harmless(log: &str) -> String {
    log.lines().map(|line| plain(line, LONGEST)).collect::<Vec<_>>().join("\n")
}
