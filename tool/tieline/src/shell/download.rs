//! Bringing bytes from the hub into a file here: beside it first, under its name when whole.

use std::path::Path;

use futures::StreamExt;
use reqwest::Response;
use tieline_model::{Error, Result};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::progress::Bar;

/// Writes an answer into a file, whatever its size, with flat memory. Folders above it are made.
///
/// # Errors
/// Where the connection breaks or the disk refuses; then nothing stands under the name.
pub async fn into_file(response: Response, target: &Path, name: &str) -> Result<u64> {
    if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        tokio::fs::create_dir_all(folder).await.map_err(|error| fault(folder, &error))?;
    }
    let mut beside = target.as_os_str().to_owned();
    beside.push(".part");
    let beside = std::path::PathBuf::from(beside);
    let written = write(response, &beside, name).await;
    match written {
        Ok(size) => tokio::fs::rename(&beside, target).await.map(|()| size).map_err(|error| fault(target, &error)),
        Err(error) => {
            // What could not be finished is of no use; leaving it behind would be the lesser evil.
            let _ = tokio::fs::remove_file(&beside).await;
            Err(error)
        }
    }
}

async fn write(response: Response, target: &Path, name: &str) -> Result<u64> {
    let expected = response.content_length();
    let bar = Bar::new(name, expected);
    let mut file = File::create(target).await.map_err(|error| fault(target, &error))?;
    let mut stream = response.bytes_stream();
    let mut size = 0;
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|error| Error::unavailable(format!("the connection broke while {name} was brought: {error}")))?;
        file.write_all(&piece).await.map_err(|error| fault(target, &error))?;
        size += piece.len() as u64;
        bar.set(size);
    }
    file.sync_all().await.map_err(|error| fault(target, &error))?;
    bar.done();
    match expected {
        Some(expected) if expected != size => Err(Error::unavailable(format!("{name} was cut off: {size} of {expected} bytes came"))),
        _ => Ok(size),
    }
}

fn fault(path: &Path, error: &std::io::Error) -> Error {
    let message = format!("{}: {error}", path.display());
    if error.kind() == std::io::ErrorKind::StorageFull { Error::full(message) } else { Error::invalid(message) }
}
