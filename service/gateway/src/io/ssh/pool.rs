//! Shared connections: one for each user that is active, few in all, closed when nobody uses them.
//!
//! Each is an OpenSSH master process that goes to the background once it is let in and ends by itself when it was idle
//! for long enough, so that nothing stays behind even if the gateway is killed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tieline_model::{Error, LocalUser, Result};
use tokio::process::Command;
use tokio::sync::{Mutex, Notify, OwnedSemaphorePermit, Semaphore};

use super::authority::Credentials;
use super::config::SshConfig;

/// A connection is not used for longer than this, so that taking the authority's line away takes effect.
const OLDEST: Duration = Duration::from_secs(600);

/// The connections to one machine.
#[derive(Debug)]
pub(super) struct Pool {
    config: SshConfig,
    sockets: PathBuf,
    options: Vec<String>,
    open: Mutex<HashMap<LocalUser, Arc<Slot>>>,
    freed: Arc<Notify>,
    numbers: AtomicU64,
}

/// One user's place in the pool.
#[derive(Debug)]
struct Slot {
    sessions: Arc<Semaphore>,
    master: Mutex<Option<Master>>,
    used: std::sync::Mutex<Instant>,
}

#[derive(Debug)]
struct Master {
    socket: PathBuf,
    opened: Instant,
}

/// The right to run one command over a user's connection; given back when dropped.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) socket: PathBuf,
    slot: Arc<Slot>,
    freed: Arc<Notify>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.slot.touch();
        self.permit.take();
        self.freed.notify_waiters();
    }
}

impl Slot {
    fn touch(&self) {
        *self.used.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Instant::now();
    }
    fn idle_since(&self) -> Instant {
        *self.used.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Pool {
    /// An empty pool. Sockets lie in `sockets`, which only we can read; its path must be short, sockets' names are limited to 107 bytes.
    pub(super) fn new(config: SshConfig, sockets: PathBuf, known_hosts: &Path) -> Self {
        let options = config.options(known_hosts);
        Self { config, sockets, options, open: Mutex::default(), freed: Arc::default(), numbers: AtomicU64::new(1) }
    }

    /// A session as this user. Waits where the user's connection or the pool is full.
    ///
    /// # Errors
    /// `Unavailable` where the machine cannot be reached, `Forbidden` where it does not let the user in.
    pub(super) async fn session(&self, user: &LocalUser, credentials: &Credentials) -> Result<Session> {
        let slot = self.slot(user).await;
        let permit = Arc::clone(&slot.sessions).acquire_owned().await.map_err(|_| Error::unavailable("the gateway is stopping"))?;
        let mut session = Session { socket: PathBuf::new(), slot: Arc::clone(&slot), freed: Arc::clone(&self.freed), permit: Some(permit) };
        let mut master = slot.master.lock().await;
        if let Some(known) = master.as_ref() {
            // Right after use the master is certainly there; later it may be about to end by itself, and a command must not race that.
            let warm = slot.idle_since().elapsed() + Duration::from_secs(10) < self.config.idle();
            if known.opened.elapsed() < OLDEST && known.socket.exists() && warm {
                session.socket.clone_from(&known.socket);
                slot.touch();
                return Ok(session);
            }
        }
        if let Some(old) = master.take() {
            self.control(user, &old.socket, "stop").await;
        }
        let socket = self.sockets.join(self.numbers.fetch_add(1, Ordering::Relaxed).to_string());
        self.dial(user, credentials, &socket).await?;
        *master = Some(Master { socket: socket.clone(), opened: Instant::now() });
        session.socket = socket;
        slot.touch();
        Ok(session)
    }

    /// An ssh command over this session, ready for the remote line to be added.
    pub(super) fn command(&self, user: &LocalUser, credentials: &Credentials, socket: &Path) -> Command {
        let mut command = ssh();
        command.args(&self.options).args(["-o", "ControlMaster=no", "-S"]).arg(socket);
        self.aim(&mut command, user, credentials);
        command
    }

    /// Ends all connections.
    pub(super) async fn close(&self) {
        let all = std::mem::take(&mut *self.open.lock().await);
        for (user, slot) in all {
            if let Some(master) = slot.master.lock().await.take() {
                self.control(&user, &master.socket, "exit").await;
            }
        }
    }

    /// Users whose connection is open, or has been and was not given up yet.
    pub(super) async fn users(&self) -> usize {
        self.open.lock().await.len()
    }

    async fn slot(&self, user: &LocalUser) -> Arc<Slot> {
        loop {
            let freed = self.freed.notified();
            tokio::pin!(freed);
            freed.as_mut().enable();
            let mut open = self.open.lock().await;
            if let Some(slot) = open.get(user) {
                slot.touch();
                return Arc::clone(slot);
            }
            // A slot that only the map holds has no session and nobody who waits for one.
            let idle = |slot: &Arc<Slot>| Arc::strong_count(slot) == 1;
            let given_up: Vec<_> = open
                .iter()
                .filter(|(_, slot)| idle(slot) && slot.idle_since().elapsed() > self.config.idle())
                .map(|(user, _)| user.clone())
                .collect();
            for user in &given_up {
                open.remove(user);
            }
            if open.len() >= self.config.connections {
                let oldest =
                    open.iter().filter(|(_, slot)| idle(slot)).min_by_key(|(_, slot)| slot.idle_since()).map(|(user, _)| user.clone());
                let Some(oldest) = oldest else {
                    drop(open);
                    freed.await;
                    continue;
                };
                if let Some(slot) = open.remove(&oldest)
                    && let Some(master) = slot.master.lock().await.take()
                {
                    self.control(&oldest, &master.socket, "exit").await;
                }
            }
            let slot = Arc::new(Slot {
                sessions: Arc::new(Semaphore::new(self.config.sessions)),
                master: Mutex::default(),
                used: std::sync::Mutex::new(Instant::now()),
            });
            open.insert(user.clone(), Arc::clone(&slot));
            return slot;
        }
    }

    async fn dial(&self, user: &LocalUser, credentials: &Credentials, socket: &Path) -> Result<()> {
        let mut command = ssh();
        command.args(&self.options).args(["-o", "ControlMaster=yes", "-o", &format!("ControlPersist={}", self.config.idle().as_secs())]);
        command.arg("-S").arg(socket);
        self.aim(&mut command, user, credentials);
        command.arg("exit 0").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let limit = Duration::from_secs(self.config.connect_seconds.max(1) * 2 + 10);
        let output = tokio::time::timeout(limit, command.output()).await;
        let output = output
            .map_err(|_| Error::unavailable(format!("{} did not answer within {} s", self.config.host, limit.as_secs())))?
            .map_err(|error| Error::internal(format!("ssh cannot be started: {error}")))?;
        match output.status.code() {
            Some(255) | None => Err(refusal(&self.config.host, user, &String::from_utf8_lossy(&output.stderr))),
            // Any other status is the remote shell's: we are in.
            Some(_) => Ok(()),
        }
    }

    async fn control(&self, user: &LocalUser, socket: &Path, word: &str) {
        let mut command = ssh();
        command.args(["-F", "none", "-O", word, "-S"]).arg(socket).arg(format!("{user}@{}", self.config.host));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Err(error) = command.status().await {
            tracing::warn!(%error, "ssh could not be told to close a connection");
        }
    }

    fn aim(&self, command: &mut Command, user: &LocalUser, credentials: &Credentials) {
        command.arg("-i").arg(&credentials.key);
        if let Some(certificate) = &credentials.certificate {
            command.arg("-o").arg(format!("CertificateFile=\"{}\"", certificate.display()));
        }
        command.args(["-l", user.as_str(), "--", &self.config.host]);
    }
}

/// What ssh's own words mean for the caller.
pub(super) fn refusal(host: &str, user: &LocalUser, words: &str) -> Error {
    let words = words.trim();
    let last = words.lines().last().unwrap_or("ssh ended without a word").trim();
    if words.contains("Permission denied") || words.contains("Too many authentication failures") {
        return Error::forbidden(format!("{host} does not let {user} in: {last}"))
            .hint("put the line that `tieline access MACHINE` prints into this user's authorized_keys on the machine")
            .detail(words);
    }
    if words.contains("Host key verification failed") || words.contains("REMOTE HOST IDENTIFICATION HAS CHANGED") {
        return Error::unavailable(format!("{host} shows another host key than the pinned one, so it is not spoken to"))
            .hint("find out why the key changed; if it is right, pin the new one at the gateway")
            .detail(words);
    }
    Error::unavailable(format!("{host} cannot be reached as {user}: {last}")).detail(words)
}

fn ssh() -> Command {
    let mut command = Command::new("ssh");
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LANG", "C.UTF-8").kill_on_drop(true);
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_model::ErrorKind;

    #[test]
    fn a_closed_door_is_forbidden_and_everything_else_is_doubt() {
        let user: LocalUser = "alice".parse().unwrap();
        let kind = |words: &str| refusal("m", &user, words).kind();
        assert_eq!(kind("alice@m: Permission denied (publickey)."), ErrorKind::Forbidden);
        for words in [
            "ssh: connect to host m port 22: Connection refused",
            "ssh: connect to host m port 22: Connection timed out",
            "Host key verification failed.",
            "mux_client_request_session: session request failed: Session open refused by peer",
            "",
        ] {
            assert_eq!(kind(words), ErrorKind::Unavailable, "{words}");
        }
    }
}
