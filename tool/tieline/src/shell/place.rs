//! Which hub is meant, and with which proof: the flag, the environment, then the credentials file.

use std::path::PathBuf;

use tieline_model::{Error, Result};
use tieline_wire_api::Client;
use tieline_wire_api::client::Proof;
use tieline_wire_api::client::credentials::Keeper;
use tieline_wire_api::client::kept::KeptFile;

use super::unfinished::Unfinished;

/// The variable that holds a personal token.
const TOKEN: &str = "TIELINE_TOKEN";

/// The hub that is meant, with the proof there is.
///
/// # Errors
/// Where no hub is known, or the credentials cannot be read.
pub fn client(url: Option<&str>) -> Result<Client> {
    let keeper = keeper()?;
    let url = match url {
        Some(url) => url.to_owned(),
        None => keeper.load()?.current.ok_or_else(|| {
            Error::unauthenticated("no hub is known: you are not signed in").hint("tieline login --url http://HUB --user NAME")
        })?,
    };
    match std::env::var(TOKEN) {
        Ok(token) if !token.is_empty() => Client::new(&url, Proof::Token(token)),
        _ => Client::new(&url, Proof::Kept(keeper)),
    }
}

/// The credentials file: in `TIELINE_CONFIG_DIR`, else `$XDG_CONFIG_HOME/tieline`, else `~/.config/tieline`.
///
/// # Errors
/// Where no home folder is known.
pub fn keeper() -> Result<Keeper> {
    folder("XDG_CONFIG_HOME", ".config")
        .map(|folder| Keeper::in_folder(&folder))
        .ok_or_else(|| Error::invalid("no home folder is known to keep credentials in").hint("set TIELINE_CONFIG_DIR to a folder of yours"))
}

/// The list of uploads that broke off: in `TIELINE_CONFIG_DIR`, else `$XDG_STATE_HOME/tieline`, else `~/.local/state/tieline`.
///
/// # Errors
/// As [`keeper`].
pub fn unfinished() -> Result<Unfinished> {
    let folder = folder("XDG_STATE_HOME", ".local/state").ok_or_else(|| {
        Error::invalid("no home folder is known to remember uploads in").hint("set TIELINE_CONFIG_DIR to a folder of yours")
    })?;
    Ok(Unfinished::new(KeptFile::new("the list of uploads", folder.join("uploads.json"))))
}

fn folder(variable: &str, below_home: &str) -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("TIELINE_CONFIG_DIR")
        .or_else(|| set(variable).map(|folder| folder.join("tieline")))
        .or_else(|| set("HOME").map(|home| home.join(below_home).join("tieline")))
}
