//! Files of jobs by line: pages of lines, and lines that hold a text. Where every thousandth line begins is remembered, so
//! that the middle of a large file is not read from its beginning twice. One request reads so much and no more; whoever needs
//! a line further on asks again and goes on from there.

mod marks;
mod walk;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use regex::bytes::RegexBuilder;
use tieline_model::{Error, Result};

use self::marks::Key;
pub use self::marks::Marks;
use self::walk::{Line, Walk};
use super::job_files::Found;
use crate::App;

/// How many bytes one request reads.
const BUDGET: u64 = 256 << 20;
/// How many bytes of lines one answer holds.
const ANSWER: usize = 1 << 20;

/// A page of lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The lines, from the one that was asked for on.
    pub lines: Vec<String>,
    /// How many the file has, once its end was seen.
    pub total: Option<u64>,
    /// What to ask for next; `None` at the end.
    pub next: Option<u64>,
    /// The last line that was read on the way.
    pub reached: u64,
}

/// Lines that hold a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// Their numbers and the lines.
    pub hits: Vec<(u64, String)>,
    /// Where to go on; `None` at the end.
    pub next: Option<u64>,
    /// The last line that was looked at.
    pub searched_to: u64,
}

/// Lines from `first` (1 for the first) on, at most `count`.
///
/// # Errors
/// As [`Found::read`].
pub async fn page(app: &App, found: &Found, first: u64, count: usize) -> Result<Page> {
    let (mut page, mut bytes) = (Page::default(), 0);
    let end = walk(app, found, first, |line| {
        page.reached = line.number;
        if line.number < first {
            return true;
        }
        let text = line.text();
        bytes += text.len();
        page.lines.push(text);
        page.lines.len() < count && bytes < ANSWER
    })
    .await?;
    page.total = end.total;
    let over = end.whole || end.total == Some(page.reached);
    page.next = (!over).then(|| first.max(page.reached + 1));
    Ok(page)
}

/// Lines from `from` on that hold the text, whatever the case of its letters, at most `limit`.
///
/// # Errors
/// `Invalid` for an empty text; as [`Found::read`].
pub async fn search(app: &App, found: &Found, text: &str, from: u64, limit: usize) -> Result<Hits> {
    if text.is_empty() || text.contains('\n') {
        return Err(Error::invalid("must be some text of one line").field("text"));
    }
    let unfit = |error: regex::Error| Error::invalid(format!("cannot be searched for: {error}")).field("text");
    let wanted = RegexBuilder::new(&regex::escape(text)).case_insensitive(true).build().map_err(unfit)?;
    let mut found_lines = Hits::default();
    let end = walk(app, found, from, |line| {
        found_lines.searched_to = line.number;
        if line.number >= from && wanted.is_match(line.bytes) {
            found_lines.hits.push((line.number, line.text()));
        }
        found_lines.hits.len() < limit
    })
    .await?;
    found_lines.next = (!end.whole).then(|| from.max(found_lines.searched_to + 1));
    Ok(found_lines)
}

/// How a walk ended.
struct End {
    /// Whether everything up to the file's end was looked at.
    whole: bool,
    /// How many lines there are, where that is known by now.
    total: Option<u64>,
}

/// Goes through the lines from the last mark before `first` on, as long as `visit` wants more and the budget lasts.
async fn walk(app: &App, found: &Found, first: u64, mut visit: impl FnMut(Line<'_>) -> bool) -> Result<End> {
    let key = Key::of(found);
    let known = app.lines.of(&key);
    let (number, offset) = known.before(first);
    let (size, bytes) = found.read(app, i64::try_from(offset).unwrap_or(i64::MAX), 0).await?;
    if known.is_of_another(size) {
        // The file was cut since: what is known of it is worth nothing.
        app.lines.forget(&key);
        return Box::pin(walk(app, found, first, visit)).await;
    }
    let mut walk = Walk::from(number, offset);
    let whole = drive(bytes, &mut walk, &mut visit).await?;
    let total = if whole { Some(walk.lines()) } else { known.total_of(size) };
    app.lines.learn(key, &walk, size, total);
    Ok(End { whole, total })
}

/// Whether the end was reached with everything looked at.
async fn drive(
    mut bytes: impl Stream<Item = Result<Bytes>> + Unpin,
    walk: &mut Walk,
    visit: &mut impl FnMut(Line<'_>) -> bool,
) -> Result<bool> {
    let mut read = 0;
    while let Some(piece) = bytes.next().await {
        let piece = piece?;
        if !walk.take(&piece, visit) {
            return Ok(false);
        }
        read += piece.len() as u64;
        if read >= BUDGET {
            return Ok(false);
        }
    }
    walk.finish(visit);
    Ok(true)
}
