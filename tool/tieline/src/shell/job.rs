//! `tieline job …`: one job.

use std::path::PathBuf;

use clap::Subcommand;
use tieline_model::{JobId, Result};
use tieline_wire_api::Client;
use tieline_wire_api::job_files::{FollowJobLog, ListJobFiles, LogStream};
use tieline_wire_api::jobs::{CancelJob, UpdateJob};

use super::{ShellArgs, jobs, outputs, run as running, scripts, shown};
use crate::exit::Exit;
use crate::output::Record;

/// What one does with a job. An id may be shortened to letters that only one of one's jobs has.
#[derive(Subcommand, Debug)]
pub enum JobCommand {
    /// Show everything known of a job
    Show {
        /// The job
        id: String,
    },
    /// Stay with a job until it ends; the exit status tells how
    Wait {
        /// The job
        id: String,
        /// Bring its outputs into this folder
        #[arg(long, value_name = "DIR")]
        download: Option<PathBuf>,
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
    /// List what the scripts of its package did and said
    Scripts {
        /// The job
        id: String,
        /// Of this attempt; without it, of all
        #[arg(long, value_name = "N")]
        attempt: Option<u32>,
    },
    /// Call a job something else
    Rename {
        /// The job
        id: String,
        /// What to call it
        name: String,
    },
    /// Note something about a job; without a text, the note goes away
    Note {
        /// The job
        id: String,
        /// A line for yourself
        #[arg(default_value = "", hide_default_value = true)]
        text: String,
    },
    /// Put jobs that are over away: lists leave them out from then on
    Delete {
        /// The jobs
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Bring back jobs that were put away
    Restore {
        /// The jobs
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
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
        JobCommand::Wait { id, download } => {
            let job = jobs::meant(&client, &id).await?;
            return running::see_off(&client, job, download.as_deref(), args).await;
        }
        JobCommand::Cancel { id, reason } => {
            let job = jobs::meant(&client, &id).await?;
            let now = client.cancel_job(job, &CancelJob { reason }).await?;
            let sentence =
                if now.state.is_final() { format!("{job} is {} already", now.state) } else { format!("{job} is being cancelled") };
            args.done(&now, job, sentence)?;
        }
        JobCommand::Retry { id } => {
            let job = jobs::meant(&client, &id).await?;
            args.done(&client.retry_job(job).await?, job, format!("{job} is tried once more"))?;
        }
        JobCommand::Logs { id, follow, stderr, tail, attempt } => {
            let job = jobs::meant(&client, &id).await?;
            let stream = if stderr { LogStream::Stderr } else { LogStream::Stdout };
            let which = FollowJobLog { stream: Some(stream), follow: follow.then_some(true), attempt, tail, from: None };
            if follow { outputs::follow(&client, job, which).await? } else { outputs::log(&client, job, &which).await? }
        }
        JobCommand::Outputs { id, attempt, download } => {
            let (job, which) = (jobs::meant(&client, &id).await?, ListJobFiles { attempt, path: None });
            match download {
                Some(folder) => outputs::bring(&client, job, &which, &folder).await?,
                None => outputs::list(&client, job, &which, args).await?,
            }
        }
        JobCommand::Explain { id } => {
            let value = client.explain_job(jobs::meant(&client, &id).await?).await?;
            args.output().give(&Record { value, lines: shown::reasons, name: |explanation| explanation.sentence.clone() })?;
        }
        JobCommand::Scripts { id, attempt } => scripts::list(&client, jobs::meant(&client, &id).await?, attempt, args).await?,
        JobCommand::Rename { id, name } => {
            let job = jobs::meant(&client, &id).await?;
            let now = client.update_job(job, &UpdateJob { name: Some(name), remark: None }).await?;
            args.done(&now, job, format!("{job} is now called '{}'", now.name))?;
        }
        JobCommand::Note { id, text } => {
            let job = jobs::meant(&client, &id).await?;
            let now = client.update_job(job, &UpdateJob { name: None, remark: Some(text) }).await?;
            let sentence =
                if now.remark.is_empty() { format!("{job} has no note") } else { format!("{job} has the note '{}'", now.remark) };
            args.done(&now, job, sentence)?;
        }
        JobCommand::Delete { ids } => {
            for id in ids {
                let job = jobs::meant(&client, &id).await?;
                let sentence = format!("{job} is put away; bring it back with: tieline job restore {job}");
                args.done(&client.delete_job(job).await?, job, sentence)?;
            }
        }
        JobCommand::Restore { ids } => {
            for id in ids {
                let job = jobs::meant_of(&client, &id, true).await?;
                args.done(&client.restore_job(job).await?, job, format!("{job} is back"))?;
            }
        }
    }
    Ok(Exit::Done)
}

async fn show(client: &Client, job: JobId, args: &ShellArgs) -> Result<()> {
    let value = client.get_job(job).await?;
    args.output().give(&Record { value, lines: shown::lines, name: |detail| detail.job.id.to_string() })
}
