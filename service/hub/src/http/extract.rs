//! What operations take from a request: `Body`, `Query`, `Path`, each refusing with our own error.

use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::Response;
use http::request::Parts;
use http::{StatusCode, header};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use tieline_model::Error;
use tieline_store_hub::{PAGE, PAGE_MAX};

use super::error::answer;
use crate::App;

/// A JSON body of at most `limits.request_bytes`. Types that are read this way refuse unknown fields
/// (`#[serde(deny_unknown_fields)]`).
#[derive(Clone, Debug)]
pub struct Body<T>(pub T);

/// A JSON body that may be left out.
#[derive(Clone, Debug)]
pub struct OptionalBody<T>(pub Option<T>);

/// The part of the address after `?`.
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

/// What stands in the braces of the operation's path.
#[derive(Clone, Debug)]
pub struct Path<T>(pub T);

/// How many rows a list may have: what was asked for, or [`PAGE`].
///
/// # Errors
/// `Invalid` beyond [`PAGE_MAX`].
pub fn page(limit: Option<u64>) -> Result<u64, Error> {
    match limit {
        None => Ok(PAGE),
        Some(limit @ 1..=PAGE_MAX) => Ok(limit),
        Some(limit) => Err(Error::invalid(format!("is {limit}, it must be from 1 to {PAGE_MAX}")).field("limit")),
    }
}

/// Where a list goes on: the `after` that was given, which the page before gave as `next`.
///
/// # Errors
/// `Invalid` where it is not one of ours.
pub fn cursor<I: std::str::FromStr>(after: Option<&str>) -> Result<Option<I>, Error> {
    let unknown = |_| Error::invalid("is not the `next` of a page of this list").field("after");
    after.map(|after| after.parse().map_err(unknown)).transpose()
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Response;
    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        if !is_json(request.headers()) {
            let error = Error::invalid("the request must have Content-Type: application/json").field("content-type");
            return Err(answer(StatusCode::UNSUPPORTED_MEDIA_TYPE, &error));
        }
        let limit = app.config.limits.request_bytes;
        let large = || Error::too_large(format!("the request is larger than {limit} bytes")).hint("files go through uploads");
        let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        if announced.is_some_and(|length| length > limit) {
            return Err(answer(StatusCode::PAYLOAD_TOO_LARGE, &large()));
        }
        let body = http_body_util::Limited::new(request.into_body(), limit);
        let bytes = match body.collect().await {
            Ok(collected) => collected.to_bytes(),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => {
                return Err(answer(StatusCode::PAYLOAD_TOO_LARGE, &large()));
            }
            Err(error) => return Err(answer(StatusCode::BAD_REQUEST, &Error::invalid(format!("the request broke off: {error}")))),
        };
        parse(&bytes).map(Self).map_err(|(status, error)| answer(status, &error))
    }
}

impl<T: DeserializeOwned> FromRequest<App> for OptionalBody<T> {
    type Rejection = Response;
    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        if axum::body::HttpBody::is_end_stream(request.body()) {
            return Ok(Self(None));
        }
        Body::from_request(request, app).await.map(|Body(value)| Self(Some(value)))
    }
}

/// Not JSON at all is 400; JSON that is not what the operation takes is 422 and names the field.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, (StatusCode, Error)> {
    if let Err(error) = std::str::from_utf8(bytes) {
        let message = format!("the request is not UTF-8: byte {} is wrong", error.valid_up_to());
        return Err((StatusCode::BAD_REQUEST, Error::invalid(message)));
    }
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut from).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if !inner.is_data() {
            return (StatusCode::BAD_REQUEST, Error::invalid(format!("the request is not JSON: {inner}")));
        }
        let (message, path) = (inner.to_string(), if path == "." { String::new() } else { path });
        let field = unknown_field(&message).map(|name| match path.rsplit_once('.') {
            // Where the unknown field is what the path ends with already, it is not named twice.
            _ if path == name || path.ends_with(&format!(".{name}")) => path.clone(),
            _ if path.is_empty() => name.to_owned(),
            _ => format!("{path}.{name}"),
        });
        let field =
            field.or_else(|| missing_field(&message).map(|name| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }));
        let error = Error::invalid(message);
        let field = field.or((!path.is_empty()).then_some(path));
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            match field {
                Some(field) => error.field(field),
                None => error,
            },
        )
    })?;
    from.end().map_err(|error| (StatusCode::BAD_REQUEST, Error::invalid(format!("the request is not JSON: {error}"))))?;
    Ok(value)
}

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Response> {
        let found = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        found.map(|axum::extract::Query(value)| Self(value)).map_err(|rejection| {
            let text = rejection.body_text();
            let reason = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
            let named = unknown_field(reason).or_else(|| missing_field(reason)).map(str::to_owned);
            let (field, message) = match (named, reason.split_once(": ")) {
                (Some(field), _) => (Some(field), reason),
                (None, Some((field, message))) if !field.contains(' ') => (Some(field.to_owned()), message),
                (None, _) => (None, reason),
            };
            let error = Error::invalid(message);
            answer(
                StatusCode::UNPROCESSABLE_ENTITY,
                &match field {
                    Some(field) => error.field(field),
                    None => error,
                },
            )
        })
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let found = axum::extract::Path::<T>::from_request_parts(parts, app).await;
        found.map(|axum::extract::Path(value)| Self(value)).map_err(|rejection| {
            let error = match rejection {
                PathRejection::FailedToDeserializePathParams(failed) => path_error(failed.into_kind()),
                other => Error::internal(other.body_text()),
            };
            let status = super::error::status(error.kind());
            answer(status, &error)
        })
    }
}

fn path_error(kind: ErrorKind) -> Error {
    match kind {
        ErrorKind::Message(message) => Error::invalid(message),
        ErrorKind::DeserializeError { key, message, .. } => Error::invalid(message).field(key),
        ErrorKind::ParseErrorAtKey { key, value, expected_type } => {
            Error::invalid(format!("'{}' is not {expected_type}", value.escape_debug())).field(key)
        }
        ErrorKind::InvalidUtf8InPathParam { key } => Error::invalid("is not UTF-8").field(key),
        other => Error::invalid(other.to_string()),
    }
}

fn is_json(headers: &http::HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn unknown_field(message: &str) -> Option<&str> {
    quoted_after(message, "unknown field `")
}

fn missing_field(message: &str) -> Option<&str> {
    quoted_after(message, "missing field `")
}

fn quoted_after<'a>(message: &'a str, before: &str) -> Option<&'a str> {
    let (_, rest) = message.split_once(before)?;
    rest.split_once('`').map(|(name, _)| name)
}
