//! The one error that crosses rooms: what happened, for whom it is meant, what to do about it.
//!
//! It knows no transport. `service/hub/http` turns it into a status, `tool/tieline` into an exit code, each in one place.

use std::borrow::Cow;
use std::fmt;

use crate::Seconds;

/// The result of everything that may fail for a reason a person can read.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The kinds of failure a caller may want to tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request can never succeed as it stands.
    Invalid,
    /// Nobody is signed in, or the proof is no longer good.
    Unauthenticated,
    /// Somebody is signed in and may not do this.
    Forbidden,
    /// It does not exist, or the caller may not know that it does.
    NotFound,
    /// It cannot be done in the present state.
    Conflict,
    /// More bytes than the limit.
    TooLarge,
    /// The account cannot pay for it.
    Unpaid,
    /// Too often; try again later.
    Throttled,
    /// A part that is needed does not answer at the moment.
    Unavailable,
    /// No room is left.
    Full,
    /// A fault of ours.
    Internal,
}

impl ErrorKind {
    /// The word for it on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::TooLarge => "too_large",
            Self::Unpaid => "unpaid",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Full => "full",
            Self::Internal => "internal",
        }
    }

    /// The kind a word stands for; an unknown word is a fault of ours.
    pub fn from_word(word: &str) -> Self {
        let known = [
            Self::Invalid,
            Self::Unauthenticated,
            Self::Forbidden,
            Self::NotFound,
            Self::Conflict,
            Self::TooLarge,
            Self::Unpaid,
            Self::Throttled,
            Self::Unavailable,
            Self::Full,
        ];
        known.into_iter().find(|kind| kind.word() == word).unwrap_or(Self::Internal)
    }
}

/// What went wrong. `message` and `hint` are for the person who asked; `detail` and the source are for the operator's log only.
#[derive(Debug)]
pub struct Error(Box<Parts>);

#[derive(Debug)]
struct Parts {
    kind: ErrorKind,
    code: Option<Cow<'static, str>>,
    message: String,
    field: Option<String>,
    hint: Option<String>,
    wait: Option<Seconds>,
    detail: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    others: Vec<Error>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $make:ident => $kind:ident;)*) => {$(
        $(#[$doc])*
        pub fn $make(message: impl Into<String>) -> Self {
            Self::new(ErrorKind::$kind, message)
        }
    )*};
}

impl Error {
    /// An error of this kind, with a sentence for the person who asked.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            kind,
            code: None,
            message: message.into(),
            field: None,
            hint: None,
            wait: None,
            detail: None,
            source: None,
            others: Vec::new(),
        }))
    }

    kinds! {
        /// The request can never succeed as it stands.
        invalid => Invalid;
        /// Nobody is signed in.
        unauthenticated => Unauthenticated;
        /// Signed in, but not allowed.
        forbidden => Forbidden;
        /// Absent, or hidden from the caller.
        not_found => NotFound;
        /// Not possible in the present state.
        conflict => Conflict;
        /// Over a size limit.
        too_large => TooLarge;
        /// The account cannot pay.
        unpaid => Unpaid;
        /// Too often.
        throttled => Throttled;
        /// A needed part does not answer.
        unavailable => Unavailable;
        /// No room left.
        full => Full;
    }

    /// A fault of ours: the person sees that it is, the operator sees `detail`.
    pub fn internal(detail: impl Into<String>) -> Self {
        let mut error =
            Self::new(ErrorKind::Internal, "something failed inside Tieline; the operator finds it in the log under this request");
        error.0.detail = Some(detail.into());
        error
    }

    /// Names the field of the request that is wrong.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }
    /// A stable word for programs, finer than the kind (`no_balance`, `queue_down`).
    #[must_use]
    pub fn code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.0.code = Some(code.into());
        self
    }
    /// What the person can do now.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }
    /// How long to wait before the same may be tried again.
    #[must_use]
    pub fn retry_after(mut self, wait: Seconds) -> Self {
        self.0.wait = Some(wait);
        self
    }
    /// What only the operator should read.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }
    /// The error below, for the log.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }
    /// All errors of a form at once: this one is shown where there is room for one only.
    #[must_use]
    pub fn and(mut self, others: Vec<Self>) -> Self {
        self.0.others = others;
        self
    }
    /// One error that carries all of these; `None` for none.
    pub fn all(errors: Vec<Self>) -> Option<Self> {
        let first = errors.first()?;
        let mut whole = Self::new(first.kind(), first.message());
        whole.0.code.clone_from(&first.0.code);
        whole.0.field.clone_from(&first.0.field);
        whole.0.hint.clone_from(&first.0.hint);
        whole.0.wait = first.0.wait;
        Some(if errors.len() > 1 { whole.and(errors) } else { whole })
    }

    /// Which kind of failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }
    /// Whether it is about what was asked, so that the same can never succeed.
    pub fn is_of_request(&self) -> bool {
        matches!(self.kind(), ErrorKind::Invalid | ErrorKind::TooLarge)
    }
    /// Whether the same may work at another time: nobody could be asked, it was too often, or a part of ours failed.
    pub fn may_pass(&self) -> bool {
        matches!(self.kind(), ErrorKind::Unavailable | ErrorKind::Throttled | ErrorKind::Internal)
    }
    /// The stable word for programs: the code, or else the kind's word.
    pub fn word(&self) -> &str {
        self.0.code.as_deref().unwrap_or_else(|| self.0.kind.word())
    }
    /// The sentence for the person who asked.
    pub fn message(&self) -> &str {
        &self.0.message
    }
    /// The field of the request that is wrong.
    pub fn wrong_field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }
    /// What the person can do.
    pub fn advice(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }
    /// How long to wait before the same may be tried again, where that is known.
    pub fn wait(&self) -> Option<Seconds> {
        self.0.wait
    }
    /// What the operator should read.
    pub fn operator_detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }
    /// Everything that is wrong, where it is more than one thing.
    pub fn others(&self) -> &[Self] {
        &self.0.others
    }
    /// The errors below, outermost first, in one line for the log.
    pub fn source_chain(&self) -> Option<String> {
        let mut below = std::error::Error::source(self);
        let mut lines = Vec::new();
        while let Some(error) = below {
            lines.push(error.to_string());
            below = error.source();
        }
        (!lines.is_empty()).then(|| lines.join(": "))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.0.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
