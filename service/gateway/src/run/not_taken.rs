//! What the hub did not take of what this gateway tells of its machines: said once in the log for each reason, since the same reading
//! is refused again every half minute.

use std::collections::BTreeMap;

use tieline_model::text::plain;
use tieline_wire_gateway::v1;

/// The longest reason that is logged, in letters.
const LONGEST: usize = 500;

/// The last reason for each thing that was told.
#[derive(Debug, Default)]
pub(super) struct NotTaken(BTreeMap<(String, String), String>);

impl NotTaken {
    /// The hub did not take something.
    pub(super) fn hear(&mut self, refused: v1::NotTaken) {
        let (what, machine) = (plain(&refused.what, LONGEST), plain(&refused.machine, LONGEST));
        if let Some(why) = self.news(refused) {
            tracing::error!(%machine, "the hub does not take the {what} of this machine: {why}");
        }
    }

    /// The reason, if it was not the last one of this.
    fn news(&mut self, refused: v1::NotTaken) -> Option<String> {
        let why = plain(&refused.why.unwrap_or_default().message, LONGEST);
        let before = self.0.insert((refused.what, refused.machine), why.clone());
        (before.as_ref() != Some(&why)).then_some(why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_said_once() {
        let refused = |machine: &str, message: &str| v1::NotTaken {
            what: "reading".to_owned(),
            machine: machine.to_owned(),
            why: Some(v1::Refusal { message: message.to_owned(), ..v1::Refusal::default() }),
        };
        let mut heard = NotTaken::default();
        assert_eq!(heard.news(refused("m", "the cores do not add up")).as_deref(), Some("the cores do not add up"));
        assert_eq!(heard.news(refused("m", "the cores do not add up")), None);
        assert!(heard.news(refused("n", "the cores do not add up")).is_some(), "another machine");
        assert!(heard.news(refused("m", "the nodes\x1b[2J do not add up")).is_some_and(|why| !why.contains('\x1b')));
    }
}
