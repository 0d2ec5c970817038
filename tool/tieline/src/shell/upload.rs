//! Bringing a file from here to the hub, with a bar on a terminal.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256 as Hasher};
use tieline_model::{Error, FileId, RelPath, Result, Sha256};
use tieline_wire_api::Client;
use tieline_wire_api::files::{File as Kept, FolderEntry, ListFiles};

use super::progress::Bar;

/// What a path of a file at the hub starts with.
pub const REMOTE: &str = "tl:";
/// The folder of one's space for files that `tieline run` brings.
const INPUTS: &str = "inputs";
/// Letters of a checksum that name a folder below it.
const SHORT: usize = 12;

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

async fn send(client: &Client, source: &Path, path: &RelPath, size: u64, sha256: Sha256) -> Result<FileId> {
    let bar = Bar::new(path.file_name(), Some(size));
    let file = client.upload(source, path, size, sha256, &|reached| bar.set(reached)).await?;
    bar.done();
    Ok(file)
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
