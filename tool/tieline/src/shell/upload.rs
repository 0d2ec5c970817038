//! Bringing a file from here to the hub, with a bar on a terminal.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use sha2::{Digest, Sha256 as Hasher};
use tieline_model::{Error, ErrorKind, FileId, RelPath, Result, Sha256, UploadId};
use tieline_wire_api::Client;
use tieline_wire_api::files::{File as Kept, FolderEntry, ListFiles};

use super::place;
use super::progress::Bar;
use super::unfinished::{Unfinished, Upload};

/// What a path of a file at the hub starts with.
pub const REMOTE: &str = "tl:";
/// The folder of one's space for files that `tieline run` brings.
const INPUTS: &str = "inputs";
/// Letters of a checksum that name a folder below it.
const SHORT: usize = 12;
/// How often an upload that another request is sending to is asked for again, with a pause in between.
const BUSY: u32 = 10;
const PAUSE: Duration = Duration::from_millis(500);

/// A file for a job: `tl:PATH` names one that is at the hub already. A file from here goes to a folder named by its
/// checksum, so that the same content is brought once and a changed file does not replace what another job reads.
///
/// # Errors
/// Where the file cannot be read, or what the hub says.
pub async fn for_job(client: &Client, path: &str) -> Result<FileId> {
    if let Some(remote) = path.strip_prefix(REMOTE) {
        return found(client, remote).await.map(|file| file.id);
    }
    let path = Path::new(path);
    let (size, sha256) = measured(path).await?;
    let folder = format!("{INPUTS}/{}", &sha256.to_string()[..SHORT]);
    let wanted: RelPath = format!("{folder}/{}", name(path)?).parse()?;
    let known =
        client.list_files(&ListFiles { path: Some(folder), ..ListFiles::default() }).await.map(|page| page.items).unwrap_or_default();
    let same = known.into_iter().find_map(|entry| match entry {
        FolderEntry::File(file) if file.path == wanted && file.sha256 == sha256 => Some(file.id),
        FolderEntry::File(_) | FolderEntry::Folder { .. } => None,
    });
    match same {
        Some(file) => Ok(file),
        None => send(client, path, &wanted, size, sha256).await,
    }
}

/// Brings a file from here to this path of one's space.
///
/// # Errors
/// As [`for_job`].
pub async fn to(client: &Client, source: &Path, path: &RelPath) -> Result<FileId> {
    let (size, sha256) = measured(source).await?;
    send(client, source, path, size, sha256).await
}

/// The file of one's space with this path.
///
/// # Errors
/// `NotFound`.
pub async fn found(client: &Client, path: &str) -> Result<Kept> {
    let wanted: RelPath = path.parse()?;
    let folder = wanted.as_str().rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let entries = client.list_files(&ListFiles { path: folder, ..ListFiles::default() }).await?.items;
    let fits = |entry| match entry {
        FolderEntry::File(file) if file.path == wanted => Some(file),
        FolderEntry::File(_) | FolderEntry::Folder { .. } => None,
    };
    entries.into_iter().find_map(fits).ok_or_else(|| Error::not_found(format!("there is no file {REMOTE}{path}")).hint("tieline ls"))
}

/// The last part of a path here, as a name at the hub.
///
/// # Errors
/// Where it has none, or one that is not text.
pub fn name(path: &Path) -> Result<&str> {
    path.file_name().and_then(|name| name.to_str()).ok_or_else(|| Error::invalid(format!("'{}' has no name that is text", path.display())))
}

/// Brings the bytes; where an earlier command broke off bringing the same ones to the same place, only the rest of them.
async fn send(client: &Client, source: &Path, path: &RelPath, size: u64, sha256: Sha256) -> Result<FileId> {
    let unfinished = place::unfinished()?;
    let upload = Upload { hub: client.key(), path: path.clone(), size, sha256 };
    let bar = Bar::new(path.file_name(), Some(size));
    if let Some(id) = unfinished.find(&upload) {
        match continued(client, id, source, size, &bar).await {
            // Forgotten by the hub, or another command is at it: begun anew.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Conflict) => {}
            ended => return settled(&unfinished, &upload, &bar, ended).await,
        }
    }
    let id = client.announce_upload(path, size, sha256).await?;
    unfinished.remember(&upload, id).await;
    let ended = client.continue_upload(id, source, size, &|reached| bar.set(reached)).await;
    settled(&unfinished, &upload, &bar, ended).await
}

/// Goes on with an upload. The hub may not have noticed yet that the command before is gone.
async fn continued(client: &Client, id: UploadId, source: &Path, size: u64, bar: &Bar) -> Result<FileId> {
    for _ in 0..BUSY {
        match client.continue_upload(id, source, size, &|reached| bar.set(reached)).await {
            Err(error) if error.kind() == ErrorKind::Conflict => tokio::time::sleep(PAUSE).await,
            ended => return ended,
        }
    }
    client.continue_upload(id, source, size, &|reached| bar.set(reached)).await
}

/// What could be continued stays remembered.
async fn settled(unfinished: &Unfinished, upload: &Upload, bar: &Bar, ended: Result<FileId>) -> Result<FileId> {
    if !matches!(&ended, Err(error) if matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Full | ErrorKind::Throttled)) {
        unfinished.forget(upload).await;
    }
    bar.done();
    ended.map_err(
        |error| if error.kind() == ErrorKind::Unavailable { error.hint("the same command goes on where it broke off") } else { error },
    )
}

/// The size and checksum of a file, read in pieces.
async fn measured(path: &Path) -> Result<(u64, Sha256)> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || hash(&path)).await.map_err(|error| Error::internal(error.to_string()))?
}

fn hash(path: &Path) -> Result<(u64, Sha256)> {
    let fault = |error: std::io::Error| Error::invalid(format!("{}: {error}", path.display()));
    let mut file = File::open(path).map_err(fault)?;
    if file.metadata().map_err(fault)?.is_dir() {
        return Err(Error::invalid(format!("{} is a folder; give a file", path.display())));
    }
    let (mut hasher, mut buffer, mut size) = (Hasher::new(), vec![0; 256 << 10], 0);
    loop {
        let count = file.read(&mut buffer).map_err(fault)?;
        if count == 0 {
            return Ok((size, Sha256(hasher.finalize().into())));
        }
        hasher.update(&buffer[..count]);
        size += count as u64;
    }
}
