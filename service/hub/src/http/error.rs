//! The one way from the house's error to an HTTP answer.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use tieline_model::{Error, ErrorKind};
use tieline_wire_api::ErrorBody;

/// What every operation fails with.
#[derive(Debug)]
pub struct Fault(pub Error);

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        answer(status(self.0.kind()), &self.0)
    }
}

/// An error as an answer with a status that its kind alone does not tell (405, 415).
pub(super) fn answer(status: StatusCode, error: &Error) -> Response {
    if status.is_server_error() {
        tracing::error!(detail = error.operator_detail(), source = error.source_chain(), "{error}");
    } else {
        tracing::debug!(detail = error.operator_detail(), %status, "{error}");
    }
    let mut response = (status, Json(ErrorBody::from(error))).into_response();
    if let Some(wait) = error.wait() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.0));
    }
    response
}

/// The policy in one table: what is hidden is 404, what cannot be paid is 402, what may succeed later is 429, 503 or 507.
pub(super) fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::Unpaid => StatusCode::PAYMENT_REQUIRED,
        ErrorKind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Full => StatusCode::INSUFFICIENT_STORAGE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
