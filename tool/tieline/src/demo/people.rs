//! The people of the demonstration: their passwords, and who they are on the embedded center.

use std::process::Stdio;

use serde::{Deserialize, Serialize};
use tieline_model::{Error, LocalUser, Result};
use tokio::process::Command;

use super::folder::Folder;
use crate::password;
use crate::talk::say;

/// Somebody to sign in as.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Person {
    /// What they sign in with.
    pub name: String,
    /// With which password.
    pub password: String,
    /// What they are, in words: `user`, `center-operator`, `platform-administrator`.
    pub roles: Vec<String>,
}

impl Person {
    /// Whether they run jobs here.
    pub fn is_researcher(&self) -> bool {
        self.roles.iter().any(|role| role == "user")
    }
}

/// The people, made on the first start and the same ever after.
///
/// # Errors
/// Where the folder cannot be used.
pub fn people(folder: &Folder) -> Result<Vec<Person>> {
    if let Some(known) = folder.read("people.json")? {
        return Ok(known);
    }
    let person = |(name, role): (&str, &str)| Person { name: name.to_owned(), password: password::fresh(), roles: vec![role.to_owned()] };
    let fresh: Vec<Person> = [("admin", "platform-administrator"), ("olivia", "center-operator"), ("alice", "user"), ("bob", "user")]
        .into_iter()
        .map(person)
        .collect();
    folder.write("people.json", &fresh)?;
    Ok(fresh)
}

/// As whom somebody's jobs run on the embedded center.
///
/// # Errors
/// Where the name cannot be a login name.
pub fn local_user(name: &str) -> Result<LocalUser> {
    format!("tieline-{name}").parse()
}

/// Makes sure that this machine knows these login names. Only root may do this.
///
/// # Errors
/// The words of `useradd` where it fails.
pub async fn ensure_local_users(users: &[LocalUser]) -> Result<()> {
    for user in users {
        let known = Command::new("id").arg(user.as_str()).stdout(Stdio::null()).stderr(Stdio::null()).status().await;
        if known.is_ok_and(|status| status.success()) {
            continue;
        }
        say(format!("making the login name {user} on this machine, for jobs of the embedded center (remove it with: userdel -r {user})"));
        let arguments = ["--create-home", "--shell", "/bin/bash", "--comment", "Tieline demonstration", user.as_str()];
        let made = Command::new("useradd").args(arguments).stdin(Stdio::null()).output().await;
        let made =
            made.map_err(|error| Error::unavailable(format!("useradd cannot be run: {error}")).hint("install the package passwd"))?;
        if !made.status.success() {
            return Err(Error::unavailable(format!("useradd {user}: {}", String::from_utf8_lossy(&made.stderr).trim())));
        }
    }
    Ok(())
}

/// The login name of the person who started this.
///
/// # Errors
/// Where this machine does not know it.
pub async fn own_login() -> Result<LocalUser> {
    let said = Command::new("id").arg("-un").stdin(Stdio::null()).output().await;
    let said = said.map_err(|error| Error::unavailable(format!("id cannot be run: {error}")).hint("install the package coreutils"))?;
    String::from_utf8_lossy(&said.stdout).trim().parse()
}
