//! A refusal on the wire and the one error, both ways.

use tieline_model::{Error, ErrorKind};

use crate::v1::{Answer, Refused, answer};

impl From<&Error> for Refused {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind().word().to_owned(),
            code: error.word().to_owned(),
            message: error.message().to_owned(),
            field: error.wrong_field().unwrap_or_default().to_owned(),
            hint: error.advice().unwrap_or_default().to_owned(),
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        let mut error = Self::new(ErrorKind::from_word(&refused.kind), refused.message);
        if refused.code != refused.kind {
            error = error.code(refused.code);
        }
        if !refused.field.is_empty() {
            error = error.field(refused.field);
        }
        if refused.hint.is_empty() { error } else { error.hint(refused.hint) }
    }
}

impl From<Error> for Answer {
    fn from(error: Error) -> Self {
        Self { what: Some(answer::What::Refused(Refused::from(&error))) }
    }
}

impl From<answer::What> for Answer {
    fn from(what: answer::What) -> Self {
        Self { what: Some(what) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_the_same_after_the_journey() {
        let error = Error::invalid("--mem=-1: less than nothing").field("mem").hint("give a size").code("memory");
        let back = Error::from(Refused::from(&error));
        assert_eq!(
            (back.kind(), back.word(), back.message(), back.wrong_field(), back.advice()),
            (error.kind(), error.word(), error.message(), error.wrong_field(), error.advice())
        );
    }
}
