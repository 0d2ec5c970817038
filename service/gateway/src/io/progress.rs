//! What scripts say of their progress on descriptor 3, one JSON object a line: `{"pct":40,"msg":"…"}`. A script may write as much
//! and as fast as it likes: of each piece only the last whole line is looked at, and only the latest is kept for each attempt.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use tieline_model::job::{AttemptKey, Progress, Script};
use tieline_model::{Error, Result};
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe;

use super::clock;

/// The longest line that is understood, in bytes.
const LONGEST: usize = 4 << 10;
/// How much is read at once: what a pipe holds.
const PIECE: usize = 64 << 10;

/// A line of the contract. What it does not know is left out.
#[derive(Debug, Deserialize)]
struct Line {
    #[serde(default)]
    pct: Option<f64>,
    #[serde(default)]
    msg: Option<String>,
}

/// The latest progress of each attempt that has any.
#[derive(Debug, Default)]
pub struct Progresses {
    latest: Mutex<Latest>,
}

#[derive(Debug, Default)]
struct Latest {
    version: u64,
    of: BTreeMap<AttemptKey, (u64, Progress)>,
}

impl Progresses {
    /// An attempt is so far. What says the same as before is no news.
    pub fn told(&self, key: AttemptKey, progress: Progress) {
        let progress = progress.bounded();
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let says = |of: &Progress| (of.script, of.percent, of.message.clone());
        if latest.of.get(&key).is_some_and(|(_, known)| says(known) == says(&progress)) {
            return;
        }
        latest.version += 1;
        let version = latest.version;
        latest.of.insert(key, (version, progress));
    }

    /// Nothing more is told of an attempt.
    pub fn forget(&self, key: AttemptKey) {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).of.remove(&key);
    }

    /// Everything newer than this version, and the version that makes.
    pub fn since(&self, version: u64) -> (u64, Vec<(AttemptKey, Progress)>) {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = latest.of.iter().filter(|(_, (at, _))| *at > version);
        (latest.version, fresh.map(|(key, (_, progress))| (*key, progress.clone())).collect())
    }

    /// Keeps what one run of a script says, for as long as it is polled.
    pub(super) async fn follow(&self, mut pipe: pipe::Receiver, key: AttemptKey, script: Script) -> std::convert::Infallible {
        let mut held = Vec::new();
        let mut piece = vec![0; PIECE];
        loop {
            match pipe.read(&mut piece).await {
                Ok(read @ 1..) => held.extend_from_slice(&piece[..read]),
                Ok(0) | Err(_) => std::future::pending().await,
            }
            if let Some(line) = last_line(&mut held) {
                let percent = line.pct.filter(|pct| pct.is_finite()).map(|pct| pct.clamp(0.0, 100.0) as u8);
                let progress = Progress { script, percent, message: line.msg.unwrap_or_default(), at: clock::now() };
                self.told(key, progress);
            }
        }
    }
}

/// Makes a pipe with a name that only this account may open, and opens its reading end.
///
/// # Errors
/// The system's.
pub(super) fn pipe(path: &Path) -> Result<pipe::Receiver> {
    let fault = |error: std::io::Error| Error::internal(format!("{}: {error}", path.display()));
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, mode, 0).map_err(|error| fault(error.into()))?;
    // Held open for writing as well: it does not end between two that write.
    pipe::OpenOptions::new().read_write(true).open_receiver(path).map_err(fault)
}

/// The last whole line that is one of the contract's; it and all before it are gone from what is held.
fn last_line(held: &mut Vec<u8>) -> Option<Line> {
    let end = held.iter().rposition(|byte| *byte == b'\n');
    let whole: Vec<u8> = end.map(|end| held.drain(..=end).collect()).unwrap_or_default();
    if held.len() > LONGEST {
        // The beginning of a line nobody will understand: its end is no line either.
        held.clear();
        held.push(b'!');
    }
    let lines = whole.split(|byte| *byte == b'\n').rev().take(8);
    // A list would be taken for the fields in their order.
    lines
        .filter(|line| line.len() <= LONGEST && line.trim_ascii_start().starts_with(b"{"))
        .find_map(|line| serde_json::from_slice(line).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]]) -> Vec<(Option<f64>, Option<String>)> {
        let mut held = Vec::new();
        let take = |piece: &&[u8]| {
            held.extend_from_slice(piece);
            let line = last_line(&mut held);
            assert!(held.len() <= LONGEST, "bounded whatever is written");
            line.map(|line| (line.pct, line.msg))
        };
        pieces.iter().filter_map(take).collect()
    }

    #[test]
    fn the_last_whole_line_counts_and_what_is_none_says_nothing() {
        assert_eq!(read(&[b"{\"pct\":1}\n{\"pct\":40,\"msg\":\"half\"}\n{\"pc"]), [(Some(40.0), Some("half".into()))]);
        assert_eq!(read(&[b"{\"pct\":", b"7}\n"]), [(Some(7.0), None)]);
        assert_eq!(read(&[b"{\"pct\":3}\nrubbish\n\n"]), [(Some(3.0), None)]);
        assert_eq!(read(&[b"rubbish\n[1]\n\"x\"\n"]), []);
    }

    #[test]
    fn a_line_without_end_is_not_kept_and_the_next_one_is_read() {
        let long = vec![b'x'; 60_000];
        assert_eq!(read(&[&long, &long, b"\n{\"msg\":\"on\"}\n"]), [(None, Some("on".into()))]);
        let sly = [&long[..], b"{\"pct\":1}\n"];
        assert_eq!(read(&sly), [], "the end of a line is no line");
    }

    #[test]
    fn only_what_says_something_new_is_news() {
        let progresses = Progresses::default();
        let key = AttemptKey { job: tieline_model::Id::from_bytes([1; 16]), number: 1 };
        let progress = |percent, at| Progress { script: Script::Submit, percent, message: String::new(), at };
        progresses.told(key, progress(Some(1), clock::now()));
        progresses.told(key, progress(Some(1), clock::now()));
        let (version, told) = progresses.since(0);
        assert_eq!((version, told.len()), (1, 1));
        progresses.told(key, progress(Some(2), clock::now()));
        assert_eq!(progresses.since(version).1.len(), 1);
        progresses.forget(key);
        assert!(progresses.since(0).1.is_empty());
    }
}
