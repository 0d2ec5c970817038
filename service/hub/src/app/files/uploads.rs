//! Uploads: announced, sent in pieces, and turned into a file once every byte is there and has the announced checksum.
//!
//! How far one has come is the length of its file on the disk, made lasting before anybody is told.

use bytes::Bytes;
use futures::{Stream, StreamExt};
use tieline_fault::around;
use tieline_model::{Error, FileId, RelPath, Result, Seconds, Sha256, Timestamp, UploadId};
use tieline_store_hub::files::{self, File};
use tieline_store_hub::uploads::{self, Upload};

use super::blobs::{check, fault, hash_file};
use super::send::{Sending, Settled};
use super::spaces;
use crate::App;
use crate::app::people::caller::Caller;
use crate::points;

/// How long an upload may take, and how long its end can be asked about.
pub const LIFETIME: Seconds = Seconds::days(7);
/// A piece with a checksum of its own is held in memory until it is verified; it may be this large.
pub const PIECE_MAX: u64 = 8 << 20;

/// What somebody announces.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The file's path in the person's space. A file that is there is replaced once the new one is complete.
    pub path: RelPath,
    /// Its size in bytes.
    pub size: u64,
    /// What it must hash to.
    pub sha256: Option<Sha256>,
}

/// How far an upload has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Which upload.
    pub id: UploadId,
    /// How many bytes lie on the hub's disk for good.
    pub offset: u64,
    /// How many there will be.
    pub size: u64,
    /// The file it became.
    pub file: Option<FileId>,
    /// After this moment it is removed.
    pub expires: Timestamp,
}

/// Announces an upload. One of no bytes is complete at once.
///
/// # Errors
/// `TooLarge` over the limit of one file, `Full` over the space's limit or where the disk is, `Conflict` where another file
/// is in the way of the path.
pub async fn create(app: &App, caller: &Caller, wanted: Wanted) -> Result<Progress> {
    let Wanted { path, size, sha256 } = wanted;
    let limit = app.config.limits.file_bytes;
    if size > limit {
        return Err(Error::too_large(format!("'{path}' has {size} bytes, the limit for one file is {limit}")).field("Upload-Length"));
    }
    app.blobs.must_have_room(size, app.config.limits.disk_percent)?;
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let space = spaces::ensure(app, &tx, caller.user).await?;
    spaces::must_be_free(&tx, space.id, &path, None).await?;
    let replaced = files::by_path(&tx, space.id, &path).await?.map_or(0, |old| old.size);
    spaces::must_fit(app, &tx, space.id, size, replaced).await?;
    let upload = Upload { id: app.clock.id(), space: space.id, path, size, sha256, created: now, expires: now + LIFETIME, file: None };
    uploads::insert(&tx, &upload).await?;
    around(points::UPLOAD_COMMIT, tx.commit()).await?;
    if size == 0 {
        return settle(app, caller, upload).await;
    }
    Ok(Progress { id: upload.id, offset: 0, size, file: None, expires: upload.expires })
}

/// How far an upload has come. One whose last piece arrived just before the hub died is completed now.
///
/// # Errors
/// `NotFound` for somebody else's or an expired one, `Conflict` while a request is sending to it; what [`append`] ends with.
pub async fn progress(app: &App, caller: &Caller, id: UploadId) -> Result<Progress> {
    let upload = own(app, caller, id).await?;
    settle(app, caller, upload).await
}

/// Adds bytes at `offset`, which must be where the upload stands. With `checksum` the piece counts only if it hashes to that.
///
/// # Errors
/// `Conflict` (`offset_mismatch`, `upload_busy`); `TooLarge` for more than was announced; `Full`; `Invalid`
/// (`piece_mismatch`) for a piece that is not what its checksum says, (`checksum_mismatch`) for a whole that is not what was
/// announced: that upload is gone. Pieces that were written before a failure stay.
pub async fn append(
    app: &App,
    caller: &Caller,
    id: UploadId,
    offset: u64,
    content: impl Stream<Item = Result<Bytes>>,
    checksum: Option<Sha256>,
) -> Result<Progress> {
    let upload = own(app, caller, id).await?;
    if upload.file.is_some() {
        must_match(offset, upload.size)?;
        return settle(app, caller, upload).await;
    }
    app.blobs.must_have_room(0, app.config.limits.disk_percent)?;
    let mut sending = Sending::open(&app.blobs.incoming(&id.to_string()), app.running.claim(id)?).await?;
    must_match(offset, sending.bytes)?;
    let mut content = std::pin::pin!(content);
    if let Some(checksum) = checksum {
        sending = sending.write(verified(content, checksum).await?, upload.size).await?;
    } else {
        while let Some(piece) = content.next().await {
            sending = sending.write(piece?, upload.size).await?;
        }
    }
    let settled = sending.settle().await?;
    advance(app, caller, upload, settled).await
}

/// Gives an upload up. A file it has become stays.
///
/// # Errors
/// `NotFound`; `Conflict` while a request is sending to it.
pub async fn remove(app: &App, caller: &Caller, id: UploadId) -> Result<()> {
    own(app, caller, id).await?;
    discard(app, id).await
}

/// Forgets an upload and removes its bytes.
///
/// # Errors
/// `Conflict` while a request is sending to it.
pub(super) async fn discard(app: &App, id: UploadId) -> Result<()> {
    let _claim = app.running.claim(id)?;
    let tx = app.store.begin().await?;
    uploads::delete(&tx, id).await?;
    around(points::UPLOAD_COMMIT, tx.commit()).await?;
    app.running.forget(id);
    remove_bytes(app, id).await
}

async fn own(app: &App, caller: &Caller, id: UploadId) -> Result<Upload> {
    let space = tieline_store_hub::spaces::of_user(app.store.read(), caller.user).await?.ok_or_else(|| gone(id))?;
    let upload = uploads::by_id(app.store.read(), id).await?.ok_or_else(|| gone(id))?;
    if upload.space != space.id || upload.expires < app.clock.now() {
        return Err(gone(id));
    }
    Ok(upload)
}

fn gone(id: UploadId) -> Error {
    Error::not_found(format!("there is no upload {id}")).hint("it was given up, or its time is over; start again")
}

async fn settle(app: &App, caller: &Caller, upload: Upload) -> Result<Progress> {
    if upload.file.is_some() {
        return Ok(Progress { id: upload.id, offset: upload.size, size: upload.size, file: upload.file, expires: upload.expires });
    }
    let claim = app.running.claim(upload.id)?;
    let sending = Sending::open(&app.blobs.incoming(&upload.id.to_string()), claim).await?;
    let settled = sending.settle().await?;
    advance(app, caller, upload, settled).await
}

async fn advance(app: &App, caller: &Caller, upload: Upload, mut settled: Settled) -> Result<Progress> {
    let Upload { id, size, expires, .. } = upload;
    let offset = settled.bytes;
    let mut file = None;
    if offset == size {
        let known = settled.take_hash();
        // Still claimed: two requests cannot complete one upload.
        file = Some(complete(app, caller, upload, known).await?);
    }
    settled.release();
    Ok(Progress { id, offset, size, file, expires })
}

async fn complete(app: &App, caller: &Caller, upload: Upload, known: Option<Sha256>) -> Result<FileId> {
    let path = app.blobs.incoming(&upload.id.to_string());
    let sha256 = match known {
        Some(sha256) => sha256,
        None => hash_file(&path).await?,
    };
    if let Err(error) = check(sha256, upload.sha256) {
        let tx = app.store.begin().await?;
        uploads::delete(&tx, upload.id).await?;
        around(points::UPLOAD_COMMIT, tx.commit()).await?;
        remove_bytes(app, upload.id).await?;
        return Err(error);
    }
    app.blobs.adopt(&path, sha256).await?;
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    if uploads::by_id(&tx, upload.id).await?.is_none() {
        return Err(gone(upload.id));
    }
    spaces::must_be_free(&tx, upload.space, &upload.path, None).await?;
    let file =
        File { id: app.clock.id(), space: upload.space, path: upload.path.clone(), size: upload.size, sha256, created: now, modified: now };
    let id = files::put(&tx, &file).await?;
    uploads::finish(&tx, upload.id, id).await?;
    let detail = serde_json::json!({ "path": upload.path, "size": upload.size, "sha256": sha256 });
    app.audit(&tx, caller, "file.upload", id, detail).await?;
    around(points::FILE_COMMIT, tx.commit()).await?;
    remove_bytes(app, upload.id).await?;
    Ok(id)
}

fn must_match(offset: u64, stands: u64) -> Result<()> {
    if offset == stands {
        return Ok(());
    }
    Err(Error::conflict(format!("the upload stands at byte {stands}, not at {offset}"))
        .code("offset_mismatch")
        .field("Upload-Offset")
        .hint("ask for the offset and go on from there"))
}

async fn verified(mut content: impl Stream<Item = Result<Bytes>> + Unpin, checksum: Sha256) -> Result<Bytes> {
    use sha2::Digest;
    let mut whole = bytes::BytesMut::new();
    while let Some(piece) = content.next().await {
        whole.extend_from_slice(&piece?);
        if whole.len() as u64 > PIECE_MAX {
            return Err(Error::too_large(format!("a piece with a checksum of its own may have {PIECE_MAX} bytes"))
                .field("Upload-Checksum")
                .hint("send smaller pieces, or give the checksum of the whole file when the upload is announced"));
        }
    }
    let found = Sha256(sha2::Sha256::digest(&whole).into());
    if found != checksum {
        return Err(Error::invalid(format!("the piece has the SHA-256 {found}, announced was {checksum}; it was not kept"))
            .code("piece_mismatch")
            .field("Upload-Checksum"));
    }
    Ok(whole.freeze())
}

pub(super) async fn remove_bytes(app: &App, id: UploadId) -> Result<()> {
    let path = app.blobs.incoming(&id.to_string());
    match tokio::fs::remove_file(&path).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(fault("an upload cannot be removed", &path, error)),
        _ => Ok(()),
    }
}
