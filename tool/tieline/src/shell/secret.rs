//! Asking for a password: from stdin with `--password-stdin`, else at the terminal without showing it.

use std::io::{IsTerminal, Write};

use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use tieline_model::{Error, Result};

/// A password, as the flag says.
///
/// # Errors
/// Where there is no terminal to ask at, or nothing was given.
pub fn read(from_stdin: bool, question: &str) -> Result<String> {
    let text = if from_stdin { line()? } else { asked(question)? };
    if text.is_empty() { Err(Error::invalid("is empty").field("password")) } else { Ok(text) }
}

/// A new password: asked twice at a terminal.
///
/// # Errors
/// As [`read`], or where the two differ.
pub fn read_new(from_stdin: bool, question: &str) -> Result<String> {
    let text = read(from_stdin, question)?;
    if !from_stdin && asked("The same again: ")? != text {
        return Err(Error::invalid("the two passwords differ").field("password"));
    }
    Ok(text)
}

fn asked(question: &str) -> Result<String> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::invalid("there is no terminal to ask for the password at").field("password").hint("use --password-stdin"));
    }
    let mut stderr = std::io::stderr();
    // A question that cannot be shown can still be answered.
    let _ = write!(stderr, "{question}").and_then(|()| stderr.flush());
    let fault = |error: rustix::io::Errno| Error::unavailable(format!("the terminal cannot be used: {error}"));
    let shown = tcgetattr(std::io::stdin()).map_err(fault)?;
    let mut hidden = shown.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    tcsetattr(std::io::stdin(), OptionalActions::Flush, &hidden).map_err(fault)?;
    let text = line();
    tcsetattr(std::io::stdin(), OptionalActions::Flush, &shown).map_err(fault)?;
    let _ = writeln!(stderr);
    text
}

fn line() -> Result<String> {
    let mut text = String::new();
    std::io::stdin().read_line(&mut text).map_err(|error| Error::invalid(format!("stdin cannot be read: {error}")).field("password"))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}
