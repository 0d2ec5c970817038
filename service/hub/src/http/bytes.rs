//! Answers that are bytes: names, checksums as entity tags, ranges (RFC 9110), and a body that streams.

use std::ops::Range;

use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::Stream;
use http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, IF_RANGE, RANGE,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use tieline_model::{Error, Sha256};
use tieline_wire_api::ErrorBody;

/// How many bytes are read and sent at once: what a download costs in memory, whatever its size.
pub(super) const PIECE: usize = 128 * 1024;

/// A file that is about to be sent.
#[derive(Debug)]
pub(super) struct Content<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Bytes of the whole.
    pub size: u64,
    /// What the whole hashes to, where that is known.
    pub sha256: Option<Sha256>,
}

/// A range of bytes as it was asked for, before anybody knows how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Span {
    /// From the first to the last, or to the end.
    From(u64, Option<u64>),
    /// So many at the end.
    Last(u64),
}

impl Span {
    /// Where it begins (negative: so many before the end; `None` where no file reaches) and how many bytes it has (zero: all).
    pub(super) fn of_unknown_size(&self) -> (Option<i64>, u64) {
        match *self {
            Self::From(first, last) => (i64::try_from(first).ok(), last.map_or(0, |last| last.saturating_sub(first).saturating_add(1))),
            // One byte, only to learn the size.
            Self::Last(0) => (Some(0), 1),
            Self::Last(count) => (Some(i64::try_from(count).map_or(i64::MIN, |count| -count)), 0),
        }
    }

    /// Which bytes of a file of this size; `None` outside.
    pub(super) fn within(&self, size: u64) -> Option<Range<u64>> {
        match *self {
            Self::From(first, last) => (first < size).then(|| first..last.map_or(size, |last| last.saturating_add(1).min(size))),
            Self::Last(count) => (count > 0 && size > 0).then(|| size.saturating_sub(count)..size),
        }
    }
}

/// The one range that is asked for of something with this entity tag. Several parts, another unit or another edition
/// (`If-Range`) mean the whole.
pub(super) fn asked(headers: &HeaderMap, tag: Option<&str>) -> Option<Span> {
    let known = given(headers, IF_RANGE);
    if known.is_some() && known != tag {
        return None;
    }
    read_range(given(headers, RANGE)?)
}

impl Content<'_> {
    /// The short answer to whoever has this content already.
    pub(super) fn unchanged(&self, headers: &HeaderMap) -> Option<Response> {
        let (tag, known) = (self.tag()?, given(headers, IF_NONE_MATCH)?);
        let has = known.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag);
        has.then(|| (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response())
    }

    /// The answer with these bytes, marked as a part unless they are the whole.
    pub(super) fn answer<E>(&self, part: Range<u64>, bytes: impl Stream<Item = Result<Bytes, E>> + Send + 'static) -> Response
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let whole = part == (0..self.size);
        let range = format!("bytes {}-{}/{}", part.start, part.end.saturating_sub(1), self.size);
        let mut response = self.end(part, bytes);
        if let Some(tag) = self.tag() {
            put(response.headers_mut(), ETAG, tag);
        }
        if !whole {
            put(response.headers_mut(), CONTENT_RANGE, range);
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        response
    }

    /// The answer with these bytes as something whole of its own: the end of a file that may be growing.
    pub(super) fn end<E>(&self, part: Range<u64>, bytes: impl Stream<Item = Result<Bytes, E>> + Send + 'static) -> Response
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut response = Response::new(Body::from_stream(bytes));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(part.end - part.start));
        put(headers, CONTENT_DISPOSITION, disposition(self.name));
        response
    }

    /// The checksum as an entity tag.
    pub(super) fn tag(&self) -> Option<String> {
        self.sha256.map(|sha256| format!("\"{sha256}\""))
    }

    /// The answer to a range that lies outside.
    pub(super) fn outside(&self) -> Response {
        let error = Error::invalid(format!("the file has {} bytes; the range lies outside", self.size)).code("range").field("Range");
        let unsatisfied = [(CONTENT_RANGE, format!("bytes */{}", self.size))];
        (StatusCode::RANGE_NOT_SATISFIABLE, unsatisfied, Json(ErrorBody::from(&error))).into_response()
    }
}

fn given(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn read_range(text: &str) -> Option<Span> {
    let (first, last) = text.trim().strip_prefix("bytes=")?.trim().split_once('-')?;
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    if first.is_empty() {
        return number(last).map(Span::Last);
    }
    let first = number(first)?;
    if last.is_empty() {
        return Some(Span::From(first, None));
    }
    number(last).filter(|last| *last >= first).map(|last| Span::From(first, Some(last)))
}

/// RFC 6266: a name for old programs, and the real one in RFC 8187's (formerly 5987's) writing.
fn disposition(name: &str) -> String {
    let plain: String =
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() || "._- ".contains(letter) { letter } else { '_' }).collect();
    let mut exact = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-~".contains(&byte) {
            exact.push(char::from(byte));
        } else {
            exact.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: String) {
    // All that comes here is made of visible ASCII letters.
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_rfc_9110_says() {
        let outside = Some(None);
        for (text, part) in [
            ("bytes=0-0", Some(Some(0..1))),
            ("bytes=2-", Some(Some(2..10))),
            ("bytes=2-99", Some(Some(2..10))),
            ("bytes=-3", Some(Some(7..10))),
            ("bytes=-99", Some(Some(0..10))),
            ("bytes=10-", outside.clone()),
            ("bytes=-0", outside.clone()),
            ("bytes=99999999999999999999999-", outside.clone()),
            ("bytes=0-99999999999999999999999", Some(Some(0..10))),
            ("bytes=5-2", None),
            ("bytes=0-1,3-4", None),
            ("lines=0-1", None),
            ("bytes=-", None),
            ("bytes=a-b", None),
            ("bytes=+1-2", None),
        ] {
            assert_eq!(read_range(text).map(|span| span.within(10)), part, "{text}");
        }
        assert_eq!(Span::From(0, None).within(0), None);
    }

    #[test]
    fn a_range_is_passed_on_before_the_size_is_known() {
        let of = |span: Span| span.of_unknown_size();
        assert_eq!(of(Span::From(3, Some(5))), (Some(3), 3));
        assert_eq!(of(Span::From(3, None)), (Some(3), 0));
        assert_eq!(of(Span::Last(7)), (Some(-7), 0));
        assert_eq!(of(Span::From(u64::MAX, None)), (None, 0));
        assert_eq!(of(Span::Last(u64::MAX)), (Some(i64::MIN), 0));
    }

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        assert_eq!(disposition("a\"b;c\\d"), "attachment; filename=\"a_b_c_d\"; filename*=UTF-8''a%22b%3Bc%5Cd");
        assert_eq!(disposition("输入.lj"), "attachment; filename=\"__.lj\"; filename*=UTF-8''%E8%BE%93%E5%85%A5.lj");
    }
}
