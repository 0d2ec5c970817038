//! What the program says to a person on stderr. Data goes to stdout, through [`crate::output`].

use std::io::{IsTerminal, Write};

use tieline_model::Error;
use tieline_wire_api::ErrorBody;

/// Says a line. Talk is never worth failing for, so a closed stderr is ignored.
pub fn say(line: impl AsRef<str>) {
    let _ = writeln!(std::io::stderr(), "{}", line.as_ref());
}

/// Tells what went wrong: the sentence, the field, what to do. With `json` as one object for programs.
pub fn failed(error: &Error, json: bool) {
    if json {
        if let Ok(text) = serde_json::to_string(&ErrorBody::from(error)) {
            say(text);
        }
        return;
    }
    let head = if coloured(&std::io::stderr()) { "\x1b[1;31merror:\x1b[0m" } else { "error:" };
    say(format!("{head} {error}"));
    for other in error.others().iter().skip(1) {
        say(format!("       {other}"));
    }
    if let Some(hint) = error.advice() {
        say(format!("  hint: {hint}"));
    }
    if let Some(wait) = error.wait() {
        say(format!("  wait: {wait} before the next try"));
    }
    if let Some(detail) = error.operator_detail() {
        say(format!("  detail: {detail}"));
    }
}

/// Whether colour may be used on this stream: a terminal, and no `NO_COLOR`.
pub fn coloured(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
