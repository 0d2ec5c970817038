//! Users and groups, as this host's name service knows them. What was learnt is believed for a minute.

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tieline_model::{Error, Result};
use tokio::process::Command;

const BELIEVED: Duration = Duration::from_secs(60);

/// A user of this host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// The user's own group.
    pub gid: u32,
    /// All groups.
    pub groups: Vec<u32>,
    /// The home folder.
    pub home: String,
    /// The login shell.
    pub shell: String,
}

/// What is known of users.
#[derive(Debug, Default)]
pub struct Names {
    known: Mutex<HashMap<u32, (Instant, Arc<User>)>>,
}

impl Names {
    /// The user with this number.
    ///
    /// # Errors
    /// `NotFound` where this host has no such user; `Unavailable` where its name service does not answer.
    pub async fn user(&self, uid: u32) -> Result<Arc<User>> {
        if let Some((since, user)) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&uid)
            && since.elapsed() < BELIEVED
        {
            return Ok(user.clone());
        }
        let user = Arc::new(look_up(uid).await?);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(uid, (Instant::now(), user.clone()));
        Ok(user)
    }
}

async fn look_up(uid: u32) -> Result<User> {
    let number = uid.to_string();
    let Some(line) = asked("getent", &["passwd", &number]).await? else {
        return Err(Error::not_found(format!("this host knows no user with the number {uid}")));
    };
    let fields: Vec<&str> = line.trim_end().split(':').collect();
    let [name, _, _, gid, _, home, shell] = fields.as_slice() else {
        return Err(Error::unavailable(format!("the name service says '{}' of user {uid}", line.trim_end())));
    };
    let unreadable = || Error::unavailable(format!("the groups of user {name} cannot be read"));
    let groups = asked("id", &["-G", "--", name]).await?.ok_or_else(unreadable)?;
    let groups = groups.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>().map_err(|_| unreadable())?;
    let gid = gid.parse().map_err(|_| unreadable())?;
    Ok(User { name: (*name).to_owned(), gid, groups, home: (*home).to_owned(), shell: (*shell).to_owned() })
}

/// What a program of the system says; nothing where it says that there is no such thing.
async fn asked(program: &str, arguments: &[&str]) -> Result<Option<String>> {
    let failed = |what: String| Error::unavailable(format!("{program} {}: {what}", arguments.join(" ")));
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().await.map_err(|error| failed(error.to_string()))?;
    match output.status.code() {
        Some(0) => String::from_utf8(output.stdout).map(Some).map_err(|error| failed(error.to_string())),
        // getent: a key was not found. Anything else is trouble of the name service, and no answer.
        Some(2) => Ok(None),
        _ => Err(failed(format!("{} {}", output.status, String::from_utf8_lossy(&output.stderr).trim_end()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn root_is_known_and_a_stranger_is_not() {
        let names = Names::default();
        let root = names.user(0).await.unwrap();
        assert_eq!((root.name.as_str(), root.gid), ("root", 0));
        assert!(root.groups.contains(&0));
        assert_eq!(names.user(4_000_000_001).await.unwrap_err().kind(), tieline_model::ErrorKind::NotFound);
    }
}
