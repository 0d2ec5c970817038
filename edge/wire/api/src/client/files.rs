//! Files: one's own space, and what jobs left behind. Each call fails with what the hub says, or with `Unavailable` where
//! it cannot be reached.
#![expect(clippy::missing_errors_doc, reason = "said once above for all of them")]

use std::io::SeekFrom;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt;
use reqwest::{Body, Method, Response};
use tieline_model::{Error, ErrorKind, FileId, JobId, RelPath, Result, Sha256, UploadId};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::Client;
use super::calls::pairs;
use crate::Page;
use crate::files::{FILE_HEADER, FileDetail, FolderEntry, ListFiles, MoveFile, Quota};
use crate::job_files::{FollowJobLog, JobFolder, LOG_OFFSET_HEADER, ListJobFiles, ReadJobFile};

const TUS: (&str, &str) = ("Tus-Resumable", "1.0.0");
const OFFSET: &str = "Upload-Offset";
/// One request carries at most this much, so that little is sent again after a break.
const PIECE: u64 = 64 << 20;
/// How often an upload goes on after a break without a single new byte.
const TRIES: u32 = 6;

impl Client {
    /// What lies in a folder of one's space.
    pub async fn list_files(&self, which: &ListFiles) -> Result<Page<FolderEntry>> {
        self.whole(&["files"], which).await
    }

    /// One file.
    pub async fn get_file(&self, file: FileId) -> Result<FileDetail> {
        self.get(&["files", &file.to_string()], &[]).await
    }

    /// The bytes of a file, from `offset` on.
    pub async fn download_file(&self, file: FileId, offset: u64) -> Result<Response> {
        self.stream(&["files", &file.to_string(), "content"], &[], &from(offset)).await
    }

    /// Takes a file away.
    pub async fn delete_file(&self, file: FileId) -> Result<()> {
        self.tell(Method::DELETE, &["files", &file.to_string()], None::<&()>).await
    }

    /// What one has and may have.
    pub async fn my_quota(&self) -> Result<Quota> {
        self.get(&["quota"], &[]).await
    }

    /// What lies in a job's folder.
    pub async fn list_job_files(&self, job: JobId, which: &ListJobFiles) -> Result<JobFolder> {
        self.get(&["jobs", &job.to_string(), "files"], &pairs(which)?).await
    }

    /// What a job's program prints, as a stream, and at which byte of it the stream begins.
    pub async fn follow_job_log(&self, job: JobId, which: &FollowJobLog) -> Result<(u64, Response)> {
        let response = self.stream(&["jobs", &job.to_string(), "log"], &pairs(which)?, &[]).await?;
        let begin = header(&response, LOG_OFFSET_HEADER).and_then(|text| text.parse().ok());
        Ok((begin.unwrap_or_default(), response))
    }

    /// The bytes of a file of a job's attempt, the latest where none is named, from `offset` on; while it runs, too.
    pub async fn read_job_file(&self, job: JobId, path: &RelPath, attempt: Option<u32>, offset: u64) -> Result<Response> {
        let job = job.to_string();
        let mut parts = vec!["jobs", &*job, "files"];
        parts.extend(path.as_str().split('/'));
        self.stream(&parts, &pairs(&ReadJobFile { attempt, tail: None })?, &from(offset)).await
    }

    /// Gives a file of one's space another place.
    pub async fn move_file(&self, file: FileId, to: &MoveFile) -> Result<FileDetail> {
        self.send(Method::PUT, &["files", &file.to_string()], to).await
    }

    /// Brings a file from here into one's space as `path`; goes on where a break stopped it. `told` hears how many bytes
    /// the hub has.
    pub async fn upload(&self, source: &Path, path: &RelPath, size: u64, sha256: Sha256, told: &(dyn Fn(u64) + Sync)) -> Result<FileId> {
        let upload = self.announce_upload(path, size, sha256).await?;
        self.go_on(upload, source, 0, size, told).await
    }

    /// Announces a file whose bytes [`Client::continue_upload`] brings, now or later.
    pub async fn announce_upload(&self, path: &RelPath, size: u64, sha256: Sha256) -> Result<UploadId> {
        let metadata = format!("filename {},sha256 {}", STANDARD.encode(path.as_str()), STANDARD.encode(sha256.to_string()));
        let shape = |request: reqwest::RequestBuilder| {
            request.header(TUS.0, TUS.1).header("Upload-Length", size).header("Upload-Metadata", &metadata).timeout(super::ANSWER)
        };
        let response = self.request(Method::POST, &["uploads"], &[], shape).await?;
        let place = header(&response, "Location").ok_or_else(|| Error::internal("the hub announced an upload without a place"))?;
        place.rsplit('/').next().unwrap_or_default().parse()
    }

    /// Brings the bytes of an announced file that the hub does not have yet. `NotFound` where the hub has forgotten it.
    pub async fn continue_upload(&self, upload: UploadId, source: &Path, size: u64, told: &(dyn Fn(u64) + Sync)) -> Result<FileId> {
        match self.progress(upload).await? {
            (_, Some(file)) => Ok(file),
            (reached, None) => {
                told(reached);
                self.go_on(upload, source, reached, size, told).await
            }
        }
    }

    async fn go_on(&self, upload: UploadId, source: &Path, from: u64, size: u64, told: &(dyn Fn(u64) + Sync)) -> Result<FileId> {
        let (mut offset, mut left) = (from, TRIES);
        loop {
            match self.piece(upload, source, offset, size).await {
                Ok((_, Some(file))) => {
                    told(size);
                    return Ok(file);
                }
                Ok((reached, None)) => (offset, left) = (reached, TRIES),
                Err(error) if error.kind() == ErrorKind::Unavailable && left > 0 => {
                    tokio::time::sleep(super::FIRST_PAUSE * (1 << (TRIES - left))).await;
                    left -= 1;
                    match self.progress(upload).await {
                        Ok((_, Some(file))) => return Ok(file),
                        Ok((reached, None)) => offset = reached,
                        Err(error) if error.kind() == ErrorKind::Unavailable => {}
                        Err(error) => return Err(error),
                    }
                }
                Err(error) => return Err(error),
            }
            told(offset);
        }
    }

    async fn progress(&self, upload: UploadId) -> Result<(u64, Option<FileId>)> {
        let shape = |request: reqwest::RequestBuilder| request.header(TUS.0, TUS.1).timeout(super::ANSWER);
        reached(&self.request(Method::HEAD, &["uploads", &upload.to_string()], &[], shape).await?)
    }

    async fn piece(&self, upload: UploadId, source: &Path, offset: u64, size: u64) -> Result<(u64, Option<FileId>)> {
        let fault = |error: std::io::Error| Error::invalid(format!("{} cannot be read: {error}", source.display()));
        let length = (size - offset).min(PIECE);
        // Opened for each sending: a request that is sent again, after a refresh, needs its bytes again.
        let std_file = std::fs::File::open(source).map_err(fault)?;
        let shape = |request: reqwest::RequestBuilder| {
            let request = request.header(TUS.0, TUS.1).header(OFFSET, offset).header("Content-Type", "application/offset+octet-stream");
            match std_file.try_clone() {
                Ok(copy) => request.header("Content-Length", length).body(bytes_of(tokio::fs::File::from_std(copy), offset, length)),
                Err(_) => request,
            }
        };
        reached(&self.request(Method::PATCH, &["uploads", &upload.to_string()], &[], shape).await?)
    }
}

/// A range of a file as a body.
fn bytes_of(mut file: tokio::fs::File, offset: u64, length: u64) -> Body {
    let opened = async move {
        file.seek(SeekFrom::Start(offset)).await?;
        Ok::<_, std::io::Error>(ReaderStream::with_capacity(file.take(length), 256 << 10))
    };
    Body::wrap_stream(futures::stream::once(opened).flat_map(|opened| match opened {
        Ok(stream) => stream.left_stream(),
        Err(error) => futures::stream::once(async move { Err(error) }).right_stream(),
    }))
}

fn reached(response: &Response) -> Result<(u64, Option<FileId>)> {
    let offset = header(response, OFFSET).and_then(|text| text.parse().ok());
    let offset = offset.ok_or_else(|| Error::internal("the hub did not say how far an upload is"))?;
    Ok((offset, header(response, FILE_HEADER).map(str::parse).transpose()?))
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

fn from(offset: u64) -> Vec<(&'static str, String)> {
    if offset == 0 { Vec::new() } else { vec![("Range", format!("bytes={offset}-"))] }
}
