//! Between wire messages and domain words. What arrives is checked here, once.

use tieline_model::job::{AttemptKey, JobFact};
use tieline_model::{Error, ErrorKind, Id, Resources, Result, Seconds, Sha256, Timestamp};

use crate::v1;

/// An id from its 16 bytes.
///
/// # Errors
/// Where there are not 16.
pub fn id<I: Id>(bytes: &[u8]) -> Result<I> {
    bytes.try_into().map(I::from_bytes).map_err(|_| Error::invalid(format!("{} bytes are not an id of kind {}", bytes.len(), I::PREFIX)))
}

/// A checksum from its 32 bytes.
///
/// # Errors
/// Where there are not 32.
pub fn sha256(bytes: &[u8]) -> Result<Sha256> {
    bytes.try_into().map(Sha256).map_err(|_| Error::invalid(format!("{} bytes are not a SHA-256", bytes.len())))
}

/// Which attempt a message speaks of.
///
/// # Errors
/// Where the id is malformed or the number is zero.
pub fn attempt(job: &[u8], number: u32) -> Result<AttemptKey> {
    if number == 0 {
        return Err(Error::invalid("attempts are numbered from 1"));
    }
    Ok(AttemptKey { job: id(job)?, number })
}

/// A fact as it travels.
///
/// # Errors
/// Where it cannot be written as JSON.
pub fn fact_to_wire(number: u64, at: Timestamp, key: AttemptKey, fact: &JobFact) -> Result<v1::Fact> {
    let body = serde_json::to_string(fact).map_err(|error| Error::internal(error.to_string()))?;
    Ok(v1::Fact { number, at_micros: at.micros(), job: key.job.bytes().to_vec(), attempt: key.number, body })
}

/// A fact that arrived.
///
/// # Errors
/// Where the message is malformed or the fact is of a kind this version does not know.
pub fn fact_from_wire(fact: &v1::Fact) -> Result<(Timestamp, AttemptKey, JobFact)> {
    let body = serde_json::from_str(&fact.body).map_err(|error| Error::invalid(format!("fact {}: {error}", fact.number)))?;
    Ok((Timestamp::from_micros(fact.at_micros), attempt(&fact.job, fact.attempt)?, body))
}

impl From<Resources> for v1::Wish {
    fn from(wish: Resources) -> Self {
        Self { nodes: wish.nodes, cores: wish.cores, memory_mib: wish.memory_mib.unwrap_or(0), gpus: wish.gpus, seconds: wish.time.0 }
    }
}

impl TryFrom<&v1::Wish> for Resources {
    type Error = Error;
    fn try_from(wish: &v1::Wish) -> Result<Self> {
        let memory_mib = (wish.memory_mib > 0).then_some(wish.memory_mib);
        Self { nodes: wish.nodes, cores: wish.cores, memory_mib, gpus: wish.gpus, time: Seconds(wish.seconds) }.checked()
    }
}

impl From<&Error> for v1::Refusal {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind().word().to_owned(),
            message: error.message().to_owned(),
            field: error.wrong_field().unwrap_or_default().to_owned(),
            hint: error.advice().unwrap_or_default().to_owned(),
            code: error.word().to_owned(),
        }
    }
}

impl From<v1::Refusal> for Error {
    fn from(refusal: v1::Refusal) -> Self {
        let kind = ErrorKind::from_word(&refusal.kind);
        let mut error = Error::new(kind, refusal.message);
        if !refusal.field.is_empty() {
            error = error.field(refusal.field);
        }
        if !refusal.hint.is_empty() {
            error = error.hint(refusal.hint);
        }
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_model::JobId;

    #[test]
    fn a_fact_survives_the_wire() {
        let key = AttemptKey { job: JobId::from_bytes([5; 16]), number: 2 };
        let wire = fact_to_wire(7, Timestamp::from_seconds(1), key, &JobFact::SubmitStarted).unwrap();
        assert_eq!(wire.body, r#"{"fact":"submit_started"}"#, "golden: gateways one version behind send this");
        assert_eq!(fact_from_wire(&wire).unwrap(), (Timestamp::from_seconds(1), key, JobFact::SubmitStarted));
    }

    #[test]
    fn a_refusal_keeps_what_the_person_may_read_and_nothing_else() {
        let error =
            Error::forbidden("no rule of the center's user map lets you in").field("machine").hint("ask the center").detail("secret");
        let wire = v1::Refusal::from(&error);
        assert!(!format!("{wire:?}").contains("secret"));
        let back = Error::from(wire);
        assert_eq!((back.kind(), back.wrong_field(), back.advice()), (ErrorKind::Forbidden, Some("machine"), Some("ask the center")));
    }

    #[test]
    fn malformed_ids_and_attempts_are_refused() {
        assert!(attempt(&[1; 15], 1).is_err());
        assert!(attempt(&[1; 16], 0).is_err());
        assert!(sha256(&[1; 31]).is_err());
    }
}
