//! How a failure looks on the wire.

use serde::{Deserialize, Serialize};
use tieline_model::{Error, ErrorKind, Seconds};
use utoipa::ToSchema;

/// A failure: for programs `code`, for people the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// The kind: `invalid`, `unauthenticated`, `forbidden`, `not_found`, `conflict`, `too_large`, `unpaid`, `throttled`,
    /// `unavailable`, `full`, `internal`.
    #[schema(example = "invalid")]
    pub kind: String,
    /// A stable word, finer than the kind where there is one.
    #[schema(example = "no_balance")]
    pub code: String,
    /// What happened, with the value that was given.
    pub message: String,
    /// The field of the request that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Seconds to wait before the same may be tried again, as `Retry-After` says too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
    /// All that is wrong, where it is more than one thing; the first is also given above.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub errors: Vec<ErrorBody>,
}

impl From<&Error> for ErrorBody {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind().word().to_owned(),
            code: error.word().to_owned(),
            message: error.message().to_owned(),
            field: error.wrong_field().map(str::to_owned),
            hint: error.advice().map(str::to_owned),
            retry_after_s: error.wait().map(|wait| wait.0),
            errors: error.others().iter().map(Self::from).collect(),
        }
    }
}

impl From<ErrorBody> for Error {
    fn from(body: ErrorBody) -> Self {
        let mut error = Error::new(ErrorKind::from_word(&body.kind), body.message);
        if body.code != body.kind {
            error = error.code(body.code);
        }
        if let Some(field) = body.field {
            error = error.field(field);
        }
        if let Some(hint) = body.hint {
            error = error.hint(hint);
        }
        if let Some(wait) = body.retry_after_s {
            error = error.retry_after(Seconds(wait));
        }
        error.and(body.errors.into_iter().map(Error::from).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_on_the_other_side_what_it_was_on_this_one() {
        let first = Error::unavailable("no machine").code("app_not_deployed").field("app").hint("another").retry_after(Seconds(3));
        let sent = ErrorBody::from(&first.and(vec![Error::conflict("busy")]));
        let came = ErrorBody::from(&Error::from(sent.clone()));
        assert_eq!(came, sent);
        assert_eq!((&*came.code, &*came.errors[0].code), ("app_not_deployed", "conflict"));
    }
}
