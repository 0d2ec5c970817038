//! What lies around every operation: the request's name, a limit to what a panic breaks, headers, compression, and our own
//! answers where no operation fits.

use std::any::Any;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header};
use tieline_model::Error;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use super::caller::identify;
use super::error::answer;
use super::pages;
use crate::App;

/// The router with everything around it.
pub(super) fn around(router: Router, app: App) -> Router {
    router
        .fallback(no_operation)
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(CompressionLayer::new().compress_when(is_worth_it as fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool))
        .layer(from_fn(headers))
        .layer(from_fn_with_state(app, identify))
}

async fn no_operation(request: Request) -> Response {
    let path = request.uri().path();
    pages::serve(request.method(), path, request.headers())
        .unwrap_or_else(|| answer(StatusCode::NOT_FOUND, &Error::not_found(format!("there is nothing at {}", shown(path)))))
}

async fn wrong_method(request: Request) -> Response {
    let message = format!("{} does not take {}", shown(request.uri().path()), request.method());
    answer(StatusCode::METHOD_NOT_ALLOWED, &Error::invalid(message).code("wrong_method"))
}

fn shown(path: &str) -> String {
    path.chars().take(200).collect()
}

fn after_panic(reason: Box<dyn Any + Send + 'static>) -> Response {
    let text = reason.downcast_ref::<String>().map(String::as_str).or_else(|| reason.downcast_ref::<&str>().copied());
    let error = Error::internal(format!("an operation panicked: {}", text.unwrap_or("for no reason it gave")));
    answer(StatusCode::INTERNAL_SERVER_ERROR, &error)
}

/// JSON and pages are compressed. Files and event streams are not: the one is served in ranges, the other must not wait.
fn is_worth_it(_status: StatusCode, _version: Version, headers: &HeaderMap, _extensions: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let small = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok()).is_some_and(|n| n < 512);
    let kind = kind.split(';').next().unwrap_or_default();
    let text = ["application/json", "text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"].contains(&kind);
    text && !small && !headers.contains_key(header::CONTENT_RANGE)
}

/// Headers that keep a browser from doing more with an answer than is meant. An operation may have set its own.
async fn headers(request: Request, next: axum::middleware::Next) -> Response {
    let api = request.uri().path().starts_with(super::BASE);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut default = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::X_FRAME_OPTIONS, "DENY");
    default(header::REFERRER_POLICY, "same-origin");
    if api {
        default(header::CACHE_CONTROL, "no-store");
        default(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    }
    response
}
