//! Staying with a hub that is away for a while: a restart must not end a command that waits.

use std::time::Duration;

use tieline_model::{Error, ErrorKind, Result};
use tokio::time::Instant;

use crate::talk::say;

/// The first pause before the hub is asked again; it doubles up to [`LONGEST`].
const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(5);
/// A hub that is away longer than this is not waited for.
const ENOUGH: Duration = Duration::from_secs(600);
/// A hub that is away longer than this is worth a word.
const WORD: Duration = Duration::from_secs(3);

/// How long the hub has been away.
#[derive(Debug)]
pub struct Patience {
    since: Option<Instant>,
    pause: Duration,
    said: bool,
}

impl Patience {
    /// The hub is there.
    pub fn new() -> Self {
        Self { since: None, pause: FIRST, said: false }
    }

    /// The hub answered.
    pub fn answered(&mut self) {
        if self.said {
            say("the hub is there again");
        }
        *self = Self::new();
    }

    /// Pauses before the next try.
    ///
    /// # Errors
    /// `error` itself, where it is another one than that the hub is away, or where that has lasted for ten minutes.
    pub async fn or(&mut self, error: Error) -> Result<()> {
        tokio::time::sleep(self.pause_after(error, Instant::now())?).await;
        Ok(())
    }

    fn pause_after(&mut self, error: Error, now: Instant) -> Result<Duration> {
        let away = now - *self.since.get_or_insert(now);
        if error.kind() != ErrorKind::Unavailable || away > ENOUGH {
            return Err(error);
        }
        if !self.said && away > WORD {
            say(format!("{error}; waiting for it"));
            self.said = true;
        }
        let pause = self.pause;
        self.pause = (pause * 2).min(LONGEST);
        Ok(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_that_is_away_is_waited_for_and_not_for_ever() {
        let mut patience = Patience::new();
        let start = Instant::now();
        assert!(patience.pause_after(Error::not_found("no such job"), start).is_err());
        let mut now = start;
        while let Ok(pause) = patience.pause_after(Error::unavailable("away"), now) {
            now += pause;
        }
        let waited = now - start;
        assert!(waited > ENOUGH && waited < ENOUGH + 2 * LONGEST, "{waited:?}");
        patience.answered();
        assert!(patience.pause_after(Error::unavailable("away"), now).is_ok());
    }
}
