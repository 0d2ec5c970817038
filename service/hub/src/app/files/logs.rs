//! Following what a job prints: everybody who follows one file shares one look at it a second.
//!
//! There is no task behind it. Whoever wants news and finds none looks, while the others wait for the same lock and then
//! find what was seen; if the one who looks goes away, the next one does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt, stream};
use tieline_model::job::AttemptKey;
use tieline_model::{Error, ErrorKind, RelPath, Result};
use tieline_store_hub::attempts;
use tokio::time::Instant;

use super::job_files::{Bytestream, Found};
use crate::App;

/// The shortest time between two looks at one file.
const PAUSE: Duration = Duration::from_secs(1);
/// How much new text one look takes for everybody; who finds more reads the rest alone.
const LOOK: u64 = 1 << 20;

type Key = (AttemptKey, RelPath);

/// The files that are followed now.
#[derive(Clone, Debug, Default)]
pub struct Logs(Arc<Mutex<HashMap<Key, Weak<Tail>>>>);

/// One file that is followed.
#[derive(Debug)]
struct Tail {
    seen: tokio::sync::Mutex<Seen>,
}

/// What the last look saw.
#[derive(Clone, Debug)]
struct Seen {
    /// Which look.
    number: u64,
    at: Instant,
    /// The file's size.
    size: u64,
    /// The bytes from here on were new.
    from: u64,
    bytes: Bytes,
    /// The job had ended before the file was looked at.
    ended: bool,
}

/// The bytes of a file from `offset` (negative: so many before the end), and then what is added until the job has ended; with
/// the byte they begin at.
///
/// # Errors
/// As [`Found::read`]; a file that is not there yet is waited for.
pub async fn follow(app: &App, found: Found, offset: i64) -> Result<(u64, impl Stream<Item = Result<Bytes>> + Send + use<>)> {
    let (at, first) = match found.read(app, offset, 0).await {
        Ok((size, bytes)) => (if offset < 0 { size.saturating_sub(offset.unsigned_abs()) } else { offset.unsigned_abs() }, Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => (u64::try_from(offset).unwrap_or_default(), None),
        Err(error) => return Err(error),
    };
    let tail = app.logs.tail((found.key, found.path.clone()));
    let follower = Follower { app: app.clone(), whole: found.kept.is_some(), found, tail, look: 0, at, reading: first, ended: false };
    let stop = app.signals.stopping.clone();
    Ok((at, stream::try_unfold(follower, Follower::next).take_until(stop.cancelled_owned())))
}

impl Logs {
    fn tail(&self, key: Key) -> Arc<Tail> {
        let mut tails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tail) = tails.get(&key).and_then(Weak::upgrade) {
            return tail;
        }
        tails.retain(|_, tail| tail.strong_count() > 0);
        let now = Instant::now();
        let seen = Seen { number: 0, at: now.checked_sub(PAUSE).unwrap_or(now), size: 0, from: 0, bytes: Bytes::new(), ended: false };
        let tail = Arc::new(Tail { seen: tokio::sync::Mutex::new(seen) });
        tails.insert(key, Arc::downgrade(&tail));
        tail
    }
}

impl Tail {
    /// What was seen after the look `after`: seen already, or by looking now.
    async fn news(&self, app: &App, found: &Found, after: u64, at: u64) -> Result<Seen> {
        let mut seen = self.seen.lock().await;
        if seen.number > after {
            return Ok(seen.clone());
        }
        tokio::time::sleep_until(seen.at + PAUSE).await;
        // Asked before the file is looked at: what was printed until then is seen.
        let attempt = attempts::by_key(app.store.read(), found.key).await?;
        seen.ended = attempt.is_none_or(|attempt| attempt.state.is_final());
        seen.from = seen.size.max(at);
        seen.bytes = Bytes::new();
        if !seen.ended {
            match look(app, found, seen.from).await {
                Ok((size, bytes)) => (seen.size, seen.bytes) = (size, bytes),
                // Not there yet, or not to be reached: the next look may see more.
                Err(error) => tracing::debug!("a job's output cannot be looked at: {error}"),
            }
        }
        seen.number += 1;
        seen.at = Instant::now();
        Ok(seen.clone())
    }
}

async fn look(app: &App, found: &Found, from: u64) -> Result<(u64, Bytes)> {
    let offset = i64::try_from(from).map_err(|_| Error::too_large("the file is larger than any can be"))?;
    let (size, mut pieces) = found.read(app, offset, LOOK).await?;
    let mut bytes = BytesMut::new();
    while let Some(piece) = pieces.next().await {
        bytes.extend_from_slice(&piece?);
    }
    Ok((size, bytes.freeze()))
}

struct Follower {
    app: App,
    found: Found,
    /// The hub has all of it: there is nothing to wait for.
    whole: bool,
    tail: Arc<Tail>,
    /// The last look this follower knows.
    look: u64,
    /// How far this follower is.
    at: u64,
    /// Bytes from `at` on that are being read for this follower alone.
    reading: Option<Bytestream>,
    ended: bool,
}

impl Follower {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>> {
        loop {
            if let Some(reading) = &mut self.reading {
                match reading.next().await {
                    Some(Ok(bytes)) => return Ok(Some(self.give(bytes))),
                    // Broken off: what is missing is seen at the next look.
                    Some(Err(error)) if self.ended || self.whole => return Err(error),
                    Some(Err(_)) | None => self.reading = None,
                }
            }
            if self.ended || self.whole {
                return Ok(None);
            }
            let seen = self.tail.news(&self.app, &self.found, self.look, self.at).await?;
            self.look = seen.number;
            if seen.ended {
                self.ended = true;
                self.reading = self.rest().await?;
                continue;
            }
            let skip = self.at.checked_sub(seen.from).and_then(|skip| usize::try_from(skip).ok());
            match skip {
                Some(skip) if skip < seen.bytes.len() => return Ok(Some(self.give(seen.bytes.slice(skip..)))),
                // Behind what was seen: the rest is read for this follower alone.
                _ if self.at < seen.size => self.reading = self.rest().await?,
                _ => {}
            }
        }
    }

    fn give(mut self, bytes: Bytes) -> (Bytes, Self) {
        self.at += bytes.len() as u64;
        (bytes, self)
    }

    async fn rest(&mut self) -> Result<Option<Bytestream>> {
        if self.ended {
            // Its output may have been brought back meanwhile, and its folder removed.
            let row = tieline_store_hub::job_files::by_path(self.app.store.read(), self.found.key, &self.found.path).await?;
            self.found.kept = row.and_then(|row| row.sha256.map(|sha256| (sha256, row.size)));
        }
        let offset = i64::try_from(self.at).map_err(|_| Error::too_large("the file is larger than any can be"))?;
        match self.found.read(&self.app, offset, 0).await {
            Ok((_, bytes)) => Ok(Some(bytes)),
            Err(error) if self.ended && error.kind() != ErrorKind::NotFound => Err(error),
            Err(_) => Ok(None),
        }
    }
}
