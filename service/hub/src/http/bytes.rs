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

/// What of it is wanted.
#[derive(Debug)]
pub(super) enum Part {
    /// All.
    Whole,
    /// These bytes.
    Range(Range<u64>),
    /// Nothing: this is the whole answer.
    Answered(Response),
}

impl Content<'_> {
    /// What the request's headers ask for. A range of several parts, or of another unit, is answered with the whole.
    pub(super) fn wanted(&self, headers: &HeaderMap) -> Part {
        let tag = self.tag();
        let given = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        if let (Some(tag), Some(known)) = (&tag, given(IF_NONE_MATCH))
            && known.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
        {
            return Part::Answered((StatusCode::NOT_MODIFIED, [(ETAG, tag.clone())]).into_response());
        }
        let Some(range) = given(RANGE) else { return Part::Whole };
        if given(IF_RANGE).is_some_and(|known| tag.as_deref() != Some(known)) {
            return Part::Whole;
        }
        match read_range(range, self.size) {
            Asked::Whole => Part::Whole,
            Asked::Range(range) => Part::Range(range),
            Asked::Outside => Part::Answered(self.outside(range)),
        }
    }

    /// The answer with these bytes.
    pub(super) fn answer<E>(&self, part: Range<u64>, bytes: impl Stream<Item = Result<Bytes, E>> + Send + 'static) -> Response
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
        if let Some(tag) = self.tag() {
            put(headers, ETAG, tag);
        }
        if part != (0..self.size) {
            put(headers, CONTENT_RANGE, format!("bytes {}-{}/{}", part.start, part.end.saturating_sub(1), self.size));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        response
    }

    fn tag(&self) -> Option<String> {
        self.sha256.map(|sha256| format!("\"{sha256}\""))
    }

    fn outside(&self, range: &str) -> Response {
        let error = Error::invalid(format!("the file has {} bytes; '{range}' lies outside", self.size)).code("range").field("Range");
        let unsatisfied = [(CONTENT_RANGE, format!("bytes */{}", self.size))];
        (StatusCode::RANGE_NOT_SATISFIABLE, unsatisfied, Json(ErrorBody::from(&error))).into_response()
    }
}

/// What a `Range` header asks of something with this many bytes.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Range(Range<u64>),
    Outside,
}

fn read_range(text: &str, size: u64) -> Asked {
    let Some((first, last)) = text.trim().strip_prefix("bytes=").and_then(|rest| rest.trim().split_once('-')) else {
        return Asked::Whole;
    };
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().unwrap_or(u64::MAX));
    match (first, last) {
        ("", last) if !last.is_empty() => match number(last) {
            None => Asked::Whole,
            Some(0) => Asked::Outside,
            Some(_) if size == 0 => Asked::Outside,
            Some(count) => Asked::Range(size.saturating_sub(count)..size),
        },
        (first, last) if !first.is_empty() => match (number(first), if last.is_empty() { Some(u64::MAX) } else { number(last) }) {
            (Some(first), Some(last)) if last < first => Asked::Whole,
            (Some(first), Some(_)) if first >= size => Asked::Outside,
            (Some(first), Some(last)) => Asked::Range(first..last.saturating_add(1).min(size)),
            _ => Asked::Whole,
        },
        _ => Asked::Whole,
    }
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
        for (text, asked) in [
            ("bytes=0-0", Asked::Range(0..1)),
            ("bytes=2-", Asked::Range(2..10)),
            ("bytes=2-99", Asked::Range(2..10)),
            ("bytes=-3", Asked::Range(7..10)),
            ("bytes=-99", Asked::Range(0..10)),
            ("bytes=10-", Asked::Outside),
            ("bytes=-0", Asked::Outside),
            ("bytes=99999999999999999999999-", Asked::Outside),
            ("bytes=0-99999999999999999999999", Asked::Range(0..10)),
            ("bytes=5-2", Asked::Whole),
            ("bytes=0-1,3-4", Asked::Whole),
            ("lines=0-1", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("bytes=a-b", Asked::Whole),
            ("bytes=+1-2", Asked::Whole),
        ] {
            assert_eq!(read_range(text, 10), asked, "{text}");
        }
        assert_eq!(read_range("bytes=0-", 0), Asked::Outside);
    }

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        assert_eq!(disposition("a\"b;c\\d"), "attachment; filename=\"a_b_c_d\"; filename*=UTF-8''a%22b%3Bc%5Cd");
        assert_eq!(disposition("输入.lj"), "attachment; filename=\"__.lj\"; filename*=UTF-8''%E8%BE%93%E5%85%A5.lj");
    }
}
