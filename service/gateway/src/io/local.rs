//! This very machine as a site. As root, commands run as the mapped local user and never as root; without root only as
//! the person who started the gateway.

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use tieline_fault::around_now;
use tieline_model::{Error, LocalUser, Result};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::process::{Child, ChildStderr};

use super::site::{Command, Done, Running, Site};
use crate::points;

/// Who commands may run as and where jobs lie.
#[derive(Debug)]
pub struct LocalSite {
    job_root: String,
    allow_system: bool,
    accounts: Mutex<HashMap<LocalUser, Account>>,
}

/// A login of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: LocalUser,
    /// Its number.
    pub uid: u32,
    /// Its first group.
    pub gid: u32,
    /// Its home folder.
    pub home: String,
}

/// How much of a command's error output is kept, in bytes.
const STDERR_KEPT: usize = 64 << 10;

impl LocalSite {
    /// Jobs lie below `job_root`, in which `{home}` and `{user}` stand for the local user's. `allow_system` lets accounts
    /// below number 1000 run jobs; root never does.
    pub fn new(job_root: impl Into<String>, allow_system: bool) -> Self {
        Self { job_root: job_root.into(), allow_system, accounts: Mutex::default() }
    }

    /// The folder above all users' jobs, as far as it is the same for all.
    pub fn base(&self) -> &str {
        let fixed = self.job_root.split('{').next().unwrap_or_default();
        match fixed.rsplit_once('/') {
            Some((folder, _)) if !folder.is_empty() => folder,
            Some(_) | None if self.job_root.starts_with("{home}") => "/home",
            Some(_) | None => "/",
        }
    }

    /// The account a command of this user runs as.
    ///
    /// # Errors
    /// `Forbidden` where it may not, `NotFound` where there is no such login.
    pub async fn account(&self, user: &LocalUser) -> Result<Account> {
        let known = self.accounts.lock().ok().and_then(|accounts| accounts.get(user).cloned());
        let account = match known {
            Some(account) => account,
            None => look_up(user).await?,
        };
        self.admit(&account)?;
        if let Ok(mut accounts) = self.accounts.lock() {
            accounts.insert(user.clone(), account.clone());
        }
        Ok(account)
    }

    fn admit(&self, account: &Account) -> Result<()> {
        let own = rustix::process::geteuid();
        if own.is_root() {
            if account.uid == 0 {
                return Err(Error::forbidden("jobs never run as root"));
            }
            if account.uid < 1000 && !self.allow_system {
                return Err(Error::forbidden(format!("'{}' is a system account (number {})", account.name, account.uid))
                    .hint("map the person to an ordinary account, or set allow_system for this machine"));
            }
            return Ok(());
        }
        if account.uid != own.as_raw() {
            return Err(Error::forbidden(format!("this gateway was started without root and cannot run anything as '{}'", account.name))
                .hint("start it as root, or map people to the account it runs as"));
        }
        Ok(())
    }

    /// What stands before a command so that it runs as this account: nothing without root.
    pub fn prefix(account: &Account) -> Vec<String> {
        if !rustix::process::geteuid().is_root() {
            return vec![];
        }
        let words = ["setpriv", "--reuid", &account.uid.to_string(), "--regid", &account.gid.to_string(), "--init-groups", "--"];
        words.map(str::to_owned).into()
    }

    /// The environment of a command of this account: nothing is inherited.
    pub fn environment(account: &Account) -> [(&'static str, String); 6] {
        [
            ("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin".to_owned()),
            ("HOME", account.home.clone()),
            ("USER", account.name.to_string()),
            ("LOGNAME", account.name.to_string()),
            ("LANG", "C.UTF-8".to_owned()),
            ("SHELL", "/bin/sh".to_owned()),
        ]
    }
}

/// The login with this name, from the system's own database.
///
/// # Errors
/// `NotFound` where there is none; `Unavailable` where the database does not answer.
pub async fn look_up(user: &LocalUser) -> Result<Account> {
    let missing =
        || Error::not_found(format!("this machine has no account '{user}'")).hint("ask the center to make it, or to correct its user map");
    parse_passwd(&getent(user.as_str()).await?).ok_or_else(missing)
}

/// What the system's database has under this key, which may be nothing.
async fn getent(key: &str) -> Result<String> {
    let fault = |why: String| Error::unavailable(format!("this machine's accounts cannot be read: {why}"));
    let mut command = tokio::process::Command::new("getent");
    let output = command.args(["passwd", "--", key]).stdin(Stdio::null()).output().await.map_err(|error| fault(error.to_string()))?;
    told(output.status.code(), &output.stdout).ok_or_else(|| fault(format!("getent ended with {}", output.status)))
}

/// With 2 it says that there is no such key; with anything else, or a signal, it says nothing of the key.
fn told(status: Option<i32>, stdout: &[u8]) -> Option<String> {
    match status {
        Some(0) => Some(String::from_utf8_lossy(stdout).into_owned()),
        Some(2) => Some(String::new()),
        _ => None,
    }
}

/// The account the gateway itself runs as.
///
/// # Errors
/// `NotFound` where its number has no login; `Unavailable` where the database does not answer.
pub async fn own_account() -> Result<Account> {
    let uid = rustix::process::geteuid().as_raw().to_string();
    parse_passwd(&getent(&uid).await?).ok_or_else(|| Error::not_found(format!("number {uid} has no account")))
}

fn parse_passwd(line: &str) -> Option<Account> {
    let fields: Vec<_> = line.trim_end().split(':').collect();
    let [name, _, uid, gid, _, home, _] = fields.as_slice() else { return None };
    Some(Account { name: name.parse().ok()?, uid: uid.parse().ok()?, gid: gid.parse().ok()?, home: (*home).to_owned() })
}

/// The account of the read-only service login: nobody under root, else ourselves.
async fn service_account() -> Result<Account> {
    if rustix::process::geteuid().is_root() { look_up(&"nobody".parse()?).await } else { own_account().await }
}

#[async_trait]
impl Site for LocalSite {
    async fn start(&self, user: Option<&LocalUser>, command: Command) -> Result<Box<dyn Running>> {
        let account = match user {
            Some(user) => self.account(user).await?,
            None => service_account().await?,
        };
        let mut argv = Self::prefix(&account);
        argv.extend(["timeout".to_owned(), "-k".to_owned(), "5".to_owned(), seconds(command.limit)]);
        argv.extend(command.argv);
        around_now(points::COMMAND_LOCAL, || spawn(&account, &argv))
    }

    async fn job_root(&self, user: &LocalUser) -> Result<String> {
        let account = self.account(user).await?;
        let root = self.job_root.replace("{home}", &account.home).replace("{user}", account.name.as_str());
        if rustix::process::geteuid().is_root() {
            make_root(&root, &account)?;
        }
        Ok(root)
    }
}

/// Makes the user's folder in a place that only root may write, where the user could not make it.
fn make_root(root: &str, account: &Account) -> Result<()> {
    use std::os::unix::fs::MetadataExt;
    let path = std::path::Path::new(root);
    let Some(Ok(parent)) = path.parent().map(std::fs::symlink_metadata) else { return Ok(()) };
    // In a place that others write, the user makes it: root would follow their links.
    if path.exists() || !parent.is_dir() || parent.uid() != 0 || parent.mode() & 0o022 != 0 {
        return Ok(());
    }
    let fault = |error: std::io::Error| super::disk::fault(&format!("make the folder {root}"), error);
    let mut builder = std::fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(()),
        made => made.map_err(fault)?,
    }
    std::os::unix::fs::lchown(path, Some(account.uid), Some(account.gid)).map_err(fault)
}

fn seconds(limit: Duration) -> String {
    limit.as_secs().max(1).to_string()
}

fn spawn(account: &Account, argv: &[String]) -> Result<Box<dyn Running>> {
    let [program, args @ ..] = argv else { return Err(Error::internal("an empty command")) };
    let mut child = tokio::process::Command::new(program)
        .args(args)
        .env_clear()
        .envs(LocalSite::environment(account))
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| Error::unavailable(format!("'{program}' cannot be started: {error}")).because(error))?;
    let stderr = child.stderr.take().map(|stderr| tokio::spawn(tail(stderr)));
    Ok(Box::new(LocalRunning { child, stderr }))
}

struct LocalRunning {
    child: Child,
    stderr: Option<tokio::task::JoinHandle<String>>,
}

#[async_trait]
impl Running for LocalRunning {
    fn stdin(&mut self) -> Option<Box<dyn AsyncWrite + Send + Unpin>> {
        self.child.stdin.take().map(|pipe| Box::new(pipe) as _)
    }
    fn stdout(&mut self) -> Option<Box<dyn AsyncRead + Send + Unpin>> {
        self.child.stdout.take().map(|pipe| Box::new(pipe) as _)
    }
    async fn wait(mut self: Box<Self>) -> Result<Done> {
        drop(self.child.stdin.take());
        drop(self.child.stdout.take());
        let status = self.child.wait().await.map_err(|error| Error::unavailable(format!("a command was lost: {error}")))?;
        let stderr = match self.stderr.take() {
            Some(reader) => reader.await.unwrap_or_default(),
            None => String::new(),
        };
        let signal = std::os::unix::process::ExitStatusExt::signal(&status);
        Ok(Done { status: status.code().unwrap_or_else(|| 128 + signal.unwrap_or(0)), stderr })
    }
}

/// The last of what a command wrote for people.
pub(crate) async fn tail(mut stderr: ChildStderr) -> String {
    let mut kept = Vec::new();
    let mut chunk = [0; 8 << 10];
    while let Ok(read) = stderr.read(&mut chunk).await {
        if read == 0 {
            break;
        }
        kept.extend_from_slice(&chunk[..read]);
        if kept.len() > 2 * STDERR_KEPT {
            kept.drain(..kept.len() - STDERR_KEPT);
        }
    }
    let from = kept.len().saturating_sub(STDERR_KEPT);
    String::from_utf8_lossy(&kept[from..]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn output(site: &LocalSite, user: Option<&LocalUser>, command: Command) -> (i32, String) {
        let mut running = site.start(user, command).await.unwrap();
        let mut text = String::new();
        running.stdout().unwrap().read_to_string(&mut text).await.unwrap();
        (running.wait().await.unwrap().status, text)
    }

    #[test]
    fn an_account_is_missing_only_where_the_database_says_so() {
        assert_eq!(told(Some(0), b"a:x:1:1::/:").as_deref(), Some("a:x:1:1::/:"));
        assert_eq!(told(Some(2), b"").as_deref(), Some(""));
        assert_eq!([told(Some(1), b""), told(Some(3), b""), told(None, b"")], [None, None, None]);
    }

    #[tokio::test]
    async fn nothing_ever_runs_as_root() {
        let site = LocalSite::new("{home}/jobs", true);
        let (status, uid) = output(&site, None, Command::new(["id", "-u"])).await;
        assert_eq!(status, 0);
        assert_ne!(uid.trim(), "0");
        if rustix::process::geteuid().is_root() {
            let error = site.start(Some(&"root".parse().unwrap()), Command::new(["id"])).await.err().unwrap();
            assert_eq!(error.kind(), tieline_model::ErrorKind::Forbidden);
            let strict = LocalSite::new("{home}/jobs", false);
            assert!(strict.account(&"daemon".parse().unwrap()).await.is_err(), "a system account needs a flag");
        }
    }

    #[tokio::test]
    async fn a_command_ends_at_its_limit_and_inherits_nothing() {
        let site = LocalSite::new("{home}/jobs", true);
        let (status, _) = output(&site, None, Command::new(["sleep", "60"]).within(Duration::from_secs(1))).await;
        assert_eq!(status, 124);
        let (_, text) = output(&site, None, Command::new(["env"])).await;
        assert!(!text.contains("CARGO"), "{text}");
    }
}
