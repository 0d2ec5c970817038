//! `tieline job …`: one job.

use std::path::PathBuf;

use clap::Subcommand;
use tieline_model::{JobId, Result};
use tieline_wire_api::Client;
use tieline_wire_api::apps::Candidate;
use tieline_wire_api::job_files::{ListJobFiles, LogStream};
use tieline_wire_api::jobs::{Attempt, CancelJob, Explanation, JobDetail, Progress};

use super::{ShellArgs, jobs, outputs, scripts};
use crate::exit::Exit;
use crate::output::{Look, Record};
use crate::talk::say;

/// What one does with a job. An id may be shortened to letters that only one of one's jobs has.
#[derive(Subcommand, Debug)]
pub enum JobCommand {
    /// Show everything known of a job
    Show {
        /// The job
        id: String,
    },
    /// End a job; in every state, as often as one likes
    Cancel {
        /// The job
        id: String,
        /// Why, in your words
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Try a job that ended once more
    Retry {
        /// The job
        id: String,
    },
    /// Print what a job's program prints
    Logs {
        /// The job
        id: String,
        /// Go on until the job has ended
        #[arg(long, short)]
        follow: bool,
        /// What it complains about, instead of what it says
        #[arg(long)]
        stderr: bool,
        /// What the scripts of its package wrote, instead
        #[arg(long, conflicts_with_all = ["follow", "stderr", "tail"])]
        scripts: bool,
        /// Only so many bytes at the end
        #[arg(long, value_name = "BYTES")]
        tail: Option<u64>,
        /// Of this attempt; without it, the latest
        #[arg(long, value_name = "N")]
        attempt: Option<u32>,
    },
    /// List the files of a job, or bring the outputs that are at the hub
    Outputs {
        /// The job
        id: String,
        /// Of this attempt; without it, the latest
        #[arg(long, value_name = "N")]
        attempt: Option<u32>,
        /// Bring the outputs into this folder
        #[arg(long, value_name = "DIR")]
        download: Option<PathBuf>,
    },
    /// Say why a job is where it is
    Explain {
        /// The job
        id: String,
    },
}

/// Does it.
///
/// # Errors
/// What the hub says.
pub async fn run(command: JobCommand, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    match command {
        JobCommand::Show { id } => show(&client, jobs::meant(&client, &id).await?, args).await?,
        JobCommand::Cancel { id, reason } => {
            let job = jobs::meant(&client, &id).await?;
            client.cancel_job(job, &CancelJob { reason }).await?;
            say(format!("{job} is being cancelled"));
        }
        JobCommand::Retry { id } => {
            let job = jobs::meant(&client, &id).await?;
            client.retry_job(job).await?;
            say(format!("{job} is tried once more"));
        }
        JobCommand::Logs { id, scripts: true, attempt, .. } => {
            scripts::list(&client, jobs::meant(&client, &id).await?, attempt, args).await?
        }
        JobCommand::Logs { id, follow, stderr, scripts: false, tail, attempt } => {
            let stream = if stderr { LogStream::Stderr } else { LogStream::Stdout };
            outputs::log(&client, jobs::meant(&client, &id).await?, stream, follow, tail, attempt).await?;
        }
        JobCommand::Outputs { id, attempt: _, download: Some(folder) } => {
            outputs::bring(&client, jobs::meant(&client, &id).await?, &folder).await?;
        }
        JobCommand::Outputs { id, attempt, download: None } => {
            let which = ListJobFiles { attempt, path: None };
            outputs::list(&client, jobs::meant(&client, &id).await?, &which, args).await?;
        }
        JobCommand::Explain { id } => {
            let value = client.explain_job(jobs::meant(&client, &id).await?).await?;
            args.output().give(&Record { value, lines: reasons, name: |explanation| explanation.sentence.clone() })?;
        }
    }
    Ok(Exit::Done)
}

async fn show(client: &Client, job: JobId, args: &ShellArgs) -> Result<()> {
    let value = client.get_job(job).await?;
    args.output().give(&Record { value, lines, name: |detail| detail.job.id.to_string() })
}

fn lines(detail: &JobDetail, look: &Look) -> Vec<(&'static str, String)> {
    let job = &detail.job;
    let mut lines = vec![
        ("job", job.id.to_string()),
        ("name", job.name.clone()),
        ("app", format!("{} {}", job.app, detail.version)),
        ("state", job.state.to_string()),
        ("machine", job.machine_name.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string)),
        ("made", look.time(job.created_at)),
        ("changed", look.time(job.changed_at)),
        ("ended", look.time_or_dash(job.ended_at)),
    ];
    if !job.remark.is_empty() {
        lines.push(("remark", job.remark.clone()));
    }
    if let Some(seen) = detail.last_seen_at {
        lines.push(("last seen", format!("{}: its center does not answer since", look.time(seen))));
    }
    for attempt in &detail.attempts {
        lines.push(("attempt", tried(attempt, look)));
    }
    lines
}

fn tried(attempt: &Attempt, look: &Look) -> String {
    let mut text = vec![format!("{} {}", attempt.number, attempt.state)];
    let mut add = |what: &str, value: &Option<String>| text.extend(value.as_ref().map(|value| format!("{what} {value}")));
    add("queue", &attempt.queue.as_ref().map(ToString::to_string));
    add("scheduler's number", &attempt.native);
    add("folder", &attempt.folder);
    add("began", &attempt.started_at.map(|moment| look.time(moment)));
    add("ended", &attempt.ended_at.map(|moment| look.time(moment)));
    add("progress", &attempt.progress.as_ref().map(|progress| advanced(progress, look)));
    add("because", &why(&attempt.detail));
    for step in &attempt.transitions {
        let inferred = if step.inferred { " (inferred)" } else { "" };
        text.push(format!("{}  {} -> {}{inferred}", look.time(step.at), step.from, step.to));
    }
    text.join("\n")
}

fn advanced(progress: &Progress, look: &Look) -> String {
    let percent = progress.percent.map(|percent| format!("{percent} % ")).unwrap_or_default();
    format!("{percent}{} ({}, {})", progress.message, progress.script, look.time(progress.at))
}

/// The reason an attempt's state carries, where it carries one.
pub fn why(detail: &serde_json::Value) -> Option<String> {
    detail.get("reason").and_then(|reason| reason.as_str()).map(str::to_owned)
}

fn reasons(explanation: &Explanation, look: &Look) -> Vec<(&'static str, String)> {
    let mut lines =
        vec![("job", explanation.job.to_string()), ("state", explanation.state.to_string()), ("why", explanation.sentence.clone())];
    if let Some(moment) = explanation.evaluated_at {
        lines.push(("evaluated", look.time(moment)));
    }
    lines.extend(explanation.candidates.iter().map(|candidate| ("machine", weighed(candidate))));
    lines
}

/// One machine of an evaluation in a line, and its reasons below.
pub fn weighed(candidate: &Candidate) -> String {
    let mark = match (candidate.chosen, candidate.eligible) {
        (true, _) => "chosen",
        (false, true) => "eligible",
        (false, false) => "not eligible",
    };
    let wait = candidate.expected_wait_s.map(|wait| format!(", starts in about {}", tieline_model::Seconds(wait)));
    let cost = candidate.cost.map(|cost| format!(", at most {cost}"));
    let queue = candidate.queue.as_ref().map(|queue| format!(" queue {queue}"));
    let head = format!("{}{}  {mark}{}{}", candidate.name, queue.unwrap_or_default(), wait.unwrap_or_default(), cost.unwrap_or_default());
    candidate.reasons.iter().fold(head, |text, reason| format!("{text}\n  {} ({})", reason.message, reason.code))
}
