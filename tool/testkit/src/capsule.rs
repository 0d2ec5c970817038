//! A place in which other people's daemons run and from which none escapes: a process namespace whose first process is a
//! shell that reads its orders from the test process.
//!
//! When the test process ends, in whatever way, that pipe closes, the shell ends, the kernel ends everything in the
//! namespace (jobs that Slurm put into sessions of their own as well), and the folder is removed.

use std::collections::HashMap;
use std::fs::{File, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::part::{need, need_root, text};

/// Outlives the namespace by just as long as it takes to remove its folder.
const KEEPER: &str =
    r#"unshare --pid --fork --kill-child=KILL --mount-proc -- bash --noprofile --norc -s; rm -rf --one-file-system -- "$1""#;

/// A running capsule. Cheap to clone; the last one dropped ends it.
#[derive(Clone, Debug)]
pub(crate) struct Capsule(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    folder: PathBuf,
    shell: Mutex<Shell>,
    services: Mutex<HashMap<String, u32>>,
}

#[derive(Debug)]
struct Shell {
    keeper: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Capsule {
    /// Opens an empty capsule with a folder that everybody may enter.
    pub(crate) async fn open(what: &'static str) -> Result<Self> {
        tokio::task::spawn_blocking(move || Self::open_now(what)).await?
    }

    fn open_now(what: &str) -> Result<Self> {
        need_root(what)?;
        need("unshare", "util-linux")?;
        need("setpriv", "util-linux")?;
        let bash = need("bash", "bash")?;
        let folder = tempfile::Builder::new().prefix(&format!("tieline-testkit-{what}-")).tempdir()?.keep();
        std::fs::set_permissions(&folder, Permissions::from_mode(0o755))?;
        let mut keeper = Command::new(bash)
            .args(["--noprofile", "--norc", "-c", KEEPER, "keeper", &text(&folder)])
            .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(folder.join("capsule.log"))?)
            .process_group(0)
            .spawn()
            .context("starting a capsule")?;
        let (Some(orders), Some(answers)) = (keeper.stdin.take(), keeper.stdout.take()) else { bail!("the capsule has no pipes") };
        let shell = Shell { keeper, orders: Some(orders), answers: BufReader::new(answers) };
        Ok(Self(Arc::new(Inside { folder, shell: Mutex::new(shell), services: Mutex::default() })))
    }

    /// Its folder; removed with it.
    pub(crate) fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Runs a piece of shell inside, as root, to its end and gives what it printed.
    ///
    /// # Errors
    /// If it exits with another status than 0, with what it printed.
    pub(crate) async fn run(&self, script: impl Into<String>) -> Result<String> {
        let (inside, script) = (Arc::clone(&self.0), script.into());
        tokio::task::spawn_blocking(move || inside.run(&script)).await?
    }

    /// Starts a daemon that stays in the foreground; what it prints goes to `NAME.log` in the folder.
    pub(crate) async fn spawn(&self, name: &str, argv: &[&str]) -> Result<()> {
        let line: Vec<String> = argv.iter().map(|word| quote(word)).collect();
        let log = quote(&text(&self.folder().join(format!("{name}.log"))));
        let said = self.run(format!("setsid {} >>{log} 2>&1 </dev/null & echo $!", line.join(" "))).await?;
        let pid = said.trim().parse().with_context(|| format!("'{said}' is not the number of a process"))?;
        self.0.services.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), pid);
        Ok(())
    }

    /// Ends a daemon, gently for ten seconds and then not.
    pub(crate) async fn stop(&self, name: &str) -> Result<()> {
        let Some(pid) = self.0.services.lock().unwrap_or_else(PoisonError::into_inner).remove(name) else { return Ok(()) };
        let script = format!(
            "kill -TERM {pid} 2>/dev/null || exit 0
             for i in $(seq 200); do kill -0 {pid} 2>/dev/null || exit 0; sleep 0.05; done
             kill -KILL {pid}"
        );
        self.run(script).await.map(drop)
    }

    /// The end of a daemon's log, for the message of a failure.
    pub(crate) fn log(&self, name: &str) -> String {
        let log = std::fs::read_to_string(self.folder().join(format!("{name}.log"))).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }
}

impl Inside {
    fn run(&self, script: &str) -> Result<String> {
        let mut shell = self.shell.lock().unwrap_or_else(PoisonError::into_inner);
        let out = self.folder.join("capsule.out");
        let Shell { orders, answers, .. } = &mut *shell;
        let Some(orders) = orders else { bail!("the capsule is closed") };
        // An order is one word, so that an unfinished quote inside it cannot swallow the next one.
        let order = format!("( eval {} ) >{} 2>&1 </dev/null; echo $?\n", quote(script), quote(&text(&out)));
        let mut status = String::new();
        let sent = orders.write_all(order.as_bytes()).and_then(|()| orders.flush()).and_then(|()| answers.read_line(&mut status));
        let said = std::fs::read_to_string(&out).unwrap_or_default();
        match (sent, status.trim()) {
            (Ok(_), "0") => Ok(said),
            (Ok(_), "") | (Err(_), _) => {
                let why = std::fs::read_to_string(self.folder.join("capsule.log")).unwrap_or_default();
                bail!("the capsule ended; it needs the right to make process and mount namespaces: {}", why.trim())
            }
            (Ok(_), status) => bail!("status {status} from: {script}\n{}", said.trim()),
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let shell = self.shell.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(shell.orders.take());
        let end = Instant::now() + Duration::from_secs(10);
        while Instant::now() < end {
            if !matches!(shell.keeper.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        // Its group is the keeper and `unshare`; the death of the latter ends the namespace.
        if let Some(group) = i32::try_from(shell.keeper.id()).ok().and_then(rustix::process::Pid::from_raw) {
            rustix::process::kill_process_group(group, rustix::process::Signal::KILL).ok();
        }
        shell.keeper.wait().ok();
    }
}

/// A word that a shell takes for itself and nothing else.
pub(crate) fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_word_is_one_word() {
        assert_eq!(quote("it's $HOME"), r"'it'\''s $HOME'");
    }
}
