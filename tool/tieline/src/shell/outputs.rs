//! What a job left behind, and what it prints.

use std::path::Path;

use futures::StreamExt;
use tieline_model::{Error, JobId, Result};
use tieline_wire_api::Client;
use tieline_wire_api::job_files::{FollowJobLog, JobFile, ListJobFiles};

use super::patience::Patience;
use super::{ShellArgs, download};
use crate::output::{self, Column, Listing, Look};
use crate::talk::say;

/// Lists the files of a job's folder.
///
/// # Errors
/// What the hub says.
pub async fn list(client: &Client, job: JobId, which: &ListJobFiles, args: &ShellArgs) -> Result<()> {
    let folder = client.list_job_files(job, which).await?;
    if let Some(notice) = &folder.notice {
        say(format!("note: {notice}"));
    }
    let columns = [
        Column { title: "SIZE", cell: |file: &JobFile, _: &Look| if file.folder { "-".to_owned() } else { output::bytes(file.size) } },
        Column { title: "CHANGED", cell: |file, look| look.time_or_dash(file.modified) },
        Column { title: "WHERE", cell: |file, _| place(file).to_owned() },
        Column { title: "PATH", cell: |file, _| if file.folder { format!("{}/", file.path) } else { file.path.to_string() } },
    ];
    let name = |file: &JobFile| file.path.to_string();
    args.output().give(&Listing { items: folder.items, next: folder.next, columns: &columns, name, none: "no files" })
}

/// Brings the outputs the hub keeps into a folder; the rest is named, not brought.
///
/// # Errors
/// Where one of them cannot be brought.
pub async fn bring(client: &Client, job: JobId, which: &ListJobFiles, target: &Path) -> Result<()> {
    let folder = client.list_job_files(job, which).await?;
    let kept: Vec<&JobFile> = folder.items.iter().filter(|file| file.kept && !file.folder).collect();
    for file in &kept {
        let response = client.read_job_file(job, &file.path, which.attempt, 0).await?;
        let size = download::into_file(response, &target.join(file.path.as_str()), file.path.file_name()).await?;
        say(format!("{} ({})", target.join(file.path.as_str()).display(), output::bytes(size)));
    }
    let rest = folder.items.iter().filter(|file| !file.kept && !file.folder && !file.gone).count();
    if rest > 0 {
        let more = output::count(rest as u64, "more file");
        say(format!("{more} on the machine: tieline job outputs {job}; bring one with tieline cp tl:{job}/PATH ."));
    }
    if kept.is_empty() {
        say("the job left no outputs at the hub");
    }
    Ok(())
}

/// Prints what a job's program has printed.
///
/// # Errors
/// What the hub says.
pub async fn log(client: &Client, job: JobId, which: &FollowJobLog) -> Result<()> {
    let (_, response) = client.follow_job_log(job, which).await?;
    copied(response, &mut 0).await
}

/// Prints what a job's program prints until it has ended; where the connection breaks, goes on with the next byte.
///
/// # Errors
/// What the hub says; it may be away for minutes without ending this.
pub async fn follow(client: &Client, job: JobId, mut which: FollowJobLog) -> Result<()> {
    let mut patience = Patience::new();
    loop {
        match followed(client, job, &mut which, &mut patience).await {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(error) => patience.or(error).await?,
        }
    }
}

/// Prints what comes over one connection, and moves `which` to the byte behind it. True where that was the end.
async fn followed(client: &Client, job: JobId, which: &mut FollowJobLog, patience: &mut Patience) -> Result<bool> {
    // Asked before the output is read: all of it is there once the job is over.
    let detail = client.get_job(job).await?;
    // A retry while this runs is another output.
    let number = *which.attempt.get_or_insert(detail.job.attempt);
    let over = detail.attempts.iter().find(|attempt| attempt.number == number).is_none_or(|attempt| attempt.state.is_final());
    let (mut at, response) = client.follow_job_log(job, which).await?;
    patience.answered();
    let copied = copied(response, &mut at).await;
    (which.tail, which.from) = (None, Some(at));
    copied.map(|()| over)
}

async fn copied(response: reqwest::Response, at: &mut u64) -> Result<()> {
    let mut bytes = response.bytes_stream();
    while let Some(piece) = bytes.next().await {
        let piece = piece.map_err(|error| Error::unavailable(format!("the connection broke: {error}")))?;
        output::print_bytes(&piece)?;
        *at += piece.len() as u64;
    }
    Ok(())
}

fn place(file: &JobFile) -> &'static str {
    match (file.folder, file.kept, file.gone) {
        (true, _, false) => "machine",
        (false, true, false) => "hub, machine",
        (false, true, true) => "hub",
        (false, false, false) => "machine",
        (_, _, true) => "gone",
    }
}
