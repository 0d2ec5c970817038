//! Files of jobs: from the hub where they were brought back, else from the machine, also while the job runs.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use tieline_model::job::AttemptKey;
use tieline_model::{Error, ErrorKind, GatewayId, JobId, RelPath, Result, Seconds, Sha256, Timestamp};
use tieline_store_hub::attempts::{self, Attempt};
use tieline_store_hub::{gateways, job_files};
use tieline_wire_gateway::v1;
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

use crate::App;
use crate::app::jobs;
use crate::app::people::caller::Caller;

/// How many bytes of a content are read at once.
const PIECE: usize = 128 * 1024;
/// How long a machine may take to list a folder.
const LISTING: Duration = Duration::from_secs(15);

/// Bytes of a file, in order.
pub type Bytestream = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

/// What lies in a folder of a job.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Which attempt.
    pub attempt: u32,
    /// The lines, by path.
    pub lines: Vec<Line>,
    /// Whether the machine was asked just now.
    pub live: bool,
    /// When the folder will be removed from its machine.
    pub expires: Option<Timestamp>,
    /// Why it may not be all.
    pub notice: Option<String>,
}

/// One line of a folder.
#[derive(Clone, Debug)]
pub struct Line {
    /// Below the job's folder.
    pub path: RelPath,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Bytes.
    pub size: u64,
    /// When it was changed last.
    pub modified: Option<Timestamp>,
    /// What it hashes to, where the hub has it.
    pub sha256: Option<Sha256>,
    /// Whether it is gone from the machine.
    pub gone: bool,
}

/// A file of a job that can be read.
#[derive(Clone, Debug)]
pub struct Found {
    /// Whose file.
    pub key: AttemptKey,
    /// Below the job's folder.
    pub path: RelPath,
    /// The hub's copy, with its size.
    pub kept: Option<(Sha256, u64)>,
}

/// What lies in a folder of a job: what the hub knows, and what the machine shows where it can be asked.
///
/// # Errors
/// `NotFound` for a job the caller may not read, or a folder that nobody knows.
pub async fn list(app: &App, caller: &Caller, job: JobId, number: Option<u32>, folder: Option<&RelPath>) -> Result<Folder> {
    let attempt = readable(app, caller, job, number).await?;
    let prefix = folder.map(|folder| format!("{folder}/")).unwrap_or_default();
    let mut lines = BTreeMap::new();
    for file in job_files::of(app.store.read(), attempt.key).await? {
        let Some(rest) = file.path.as_str().strip_prefix(&prefix) else { continue };
        if let Some((name, _)) = rest.split_once('/') {
            let path: RelPath = format!("{prefix}{name}").parse()?;
            let above = Line { path: path.clone(), is_folder: true, size: 0, modified: None, sha256: None, gone: file.gone };
            lines.entry(path).or_insert(above).gone &= file.gone;
        } else {
            let line =
                Line { path: file.path.clone(), is_folder: false, size: file.size, modified: None, sha256: file.sha256, gone: file.gone };
            lines.insert(file.path, line);
        }
    }
    let expires = (attempt.state.is_final() && attempt.gateway.is_some() && !attempt.purged)
        .then(|| attempt.changed + Seconds::days(app.config.limits.folder_days));
    let mut listed = Folder { attempt: attempt.key.number, lines: Vec::new(), live: false, expires, notice: None };
    match live(app, &attempt, folder).await {
        Ok(Some(entries)) => {
            listed.live = true;
            listed.notice = entries.truncated.then(|| "there is more in this folder than can be listed".to_owned());
            for entry in entries.entries {
                // A name that no path of ours can carry cannot be read either.
                let Some(path) = entry.path.parse::<RelPath>().ok().filter(|path| path.as_str().starts_with(&prefix)) else { continue };
                let known = lines.remove(&path).filter(|line| line.size == entry.size);
                let line = Line {
                    path: path.clone(),
                    is_folder: entry.is_folder,
                    size: entry.size,
                    modified: (entry.modified_micros != 0).then(|| Timestamp::from_micros(entry.modified_micros)),
                    sha256: known.and_then(|line| line.sha256),
                    gone: false,
                };
                lines.insert(path, line);
            }
        }
        Ok(None) => {}
        Err(error) if error.kind() == ErrorKind::NotFound && (folder.is_none() || !lines.is_empty()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(error),
        Err(error) => listed.notice = Some(format!("the machine could not be asked: {}", error.message())),
    }
    listed.lines = lines.into_values().collect();
    Ok(listed)
}

/// A file of a job by its path.
///
/// # Errors
/// `NotFound` for a job the caller may not read, and for a file that is gone.
pub async fn find(app: &App, caller: &Caller, job: JobId, number: Option<u32>, path: RelPath) -> Result<Found> {
    let attempt = readable(app, caller, job, number).await?;
    let row = job_files::by_path(app.store.read(), attempt.key, &path).await?;
    let kept = row.as_ref().and_then(|row| row.sha256.map(|sha256| (sha256, row.size)));
    if kept.is_none() && (attempt.purged || row.is_some_and(|row| row.gone)) {
        let days = app.config.limits.folder_days;
        return Err(Error::not_found(format!("'{path}' is gone: the job's folder was removed from its machine"))
            .hint(format!("folders stay {days} days after a job ended; outputs that were brought back stay here")));
    }
    Ok(Found { key: attempt.key, path, kept })
}

impl Found {
    /// The size of the whole, and the bytes from `offset` on (negative: so many before the end), at most `length` (zero: all).
    ///
    /// # Errors
    /// `NotFound` where the machine has no such file; `Unavailable` where it cannot be asked, with when it was seen last.
    pub async fn read(&self, app: &App, offset: i64, length: u64) -> Result<(u64, Bytestream)> {
        if let Some((sha256, size)) = self.kept {
            let start = if offset < 0 { size.saturating_sub(offset.unsigned_abs()) } else { offset.unsigned_abs().min(size) };
            let (_, reader) = app.blobs.open(sha256, start).await?;
            let bytes = if length == 0 { size - start } else { length.min(size - start) };
            let pieces = ReaderStream::with_capacity(reader.take(bytes), PIECE);
            let broken = move |error: std::io::Error| Error::internal(format!("content {sha256}: {error}"));
            return Ok((size, Box::pin(pieces.map(move |piece| piece.map_err(broken)))));
        }
        let gateway = placed(app, self.key).await?;
        let (size, pieces) = app.links.read(gateway, self.key, &self.path, offset, length).await?;
        Ok((size, Box::pin(pieces)))
    }
}

/// The gateway that has an attempt, if it is connected.
async fn placed(app: &App, key: AttemptKey) -> Result<GatewayId> {
    let attempt = attempts::by_key(app.store.read(), key).await?;
    let Some(gateway) = attempt.and_then(|attempt| attempt.gateway) else {
        return Err(Error::not_found("the job has no folder yet: it was not given to a machine"));
    };
    if app.links.is_connected(gateway) {
        return Ok(gateway);
    }
    let seen = gateways::by_id(app.store.read(), gateway).await?.and_then(|gateway| gateway.last_seen);
    let when = seen.map_or_else(|| "never seen".to_owned(), |at| format!("last seen at {at}"));
    Err(Error::unavailable(format!("the center is not connected at the moment ({when}); the file lies there"))
        .code("center_away")
        .hint("try again later; the job itself goes on"))
}

/// The attempt, if the caller may read the job's files: its owner and administrators.
async fn readable(app: &App, caller: &Caller, job: JobId, number: Option<u32>) -> Result<Attempt> {
    let job = jobs::changeable(app, caller, job).await?;
    let key = AttemptKey { job: job.id, number: number.unwrap_or(job.attempt) };
    let missing = || Error::not_found(format!("the job has attempts 1 to {}, not {}", job.attempt, key.number)).field("attempt");
    attempts::by_key(app.store.read(), key).await?.ok_or_else(missing)
}

/// What the machine shows; `None` where there is nothing to ask for.
async fn live(app: &App, attempt: &Attempt, folder: Option<&RelPath>) -> Result<Option<v1::Folder>> {
    if attempt.purged || attempt.gateway.is_none() {
        return Ok(None);
    }
    let gateway = placed(app, attempt.key).await?;
    let path = folder.map(ToString::to_string).unwrap_or_default();
    let job = tieline_model::Id::bytes(attempt.key.job).to_vec();
    let question = v1::question::Body::List(v1::ListFolder { job, attempt: attempt.key.number, path });
    match app.links.ask(gateway, question, None, LISTING).await? {
        v1::answer::Body::Folder(folder) => Ok(Some(folder)),
        _ => Err(Error::internal("a folder was answered with something else")),
    }
}
