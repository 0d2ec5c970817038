//! Runs the scripts of a package by the contract. They come from people, so each runs in a sandbox of its own and reaches the
//! machine only through a broker that is bound to its job.

mod broker;
pub mod client;
mod confine;
mod frame;
mod namespaces;
mod root;
pub mod sandbox;
pub mod spec;

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use tieline_fault::around_now;
use tieline_model::job::{AttemptKey, Script};
use tieline_model::{AppName, Error, LocalUser, MachineName, Result, Seconds, Timestamp};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::ChildStdin;

use super::progress::{self, Progresses};
use super::site::Site;
use broker::{Bound, Broker};
use spec::{Limits, Spec, TOOLS};

use crate::points;

/// How much a script may print: its answer, and what it prints before.
const MOST_OUTPUT: u64 = 16 << 20;
/// How much of the end of its log is kept.
const KEPT_LOG: usize = 64 << 10;
/// Seconds between the polite and the final end of a late script.
const GRACE: u64 = 10;
/// The first of the accounts scripts run as where the gateway is root; no login lies there.
const FIRST_ACCOUNT: u32 = 1_879_048_192;

/// Where and for whom a script runs.
#[derive(Clone, Debug)]
pub struct ScriptContext {
    /// The machine, as the site that reaches it.
    pub site: Arc<dyn Site>,
    /// Its name.
    pub machine: MachineName,
    /// As whom on it.
    pub user: LocalUser,
    /// Which attempt; none for `pre-submit` and `getState`.
    pub attempt: Option<AttemptKey>,
    /// Which app.
    pub app: AppName,
    /// Which edition of it.
    pub version: String,
    /// The job's folder on the machine; empty where there is none.
    pub remote: String,
    /// The job's folder at the gateway, where the script may write. It exists and nobody else uses it.
    pub folder: PathBuf,
    /// Folders at the gateway the script may read, such as inputs to be put.
    pub read_only: Vec<PathBuf>,
    /// How long it may take.
    pub limit: Duration,
    /// What it may use at the gateway.
    pub limits: Limits,
    /// The program with the helper modes `sandbox` and `broker`: the main program.
    pub helper: PathBuf,
    /// Where what it says of its progress is kept, and for which attempt; none where nobody listens.
    pub progress: Option<(Arc<Progresses>, AttemptKey)>,
    /// The W3C trace context of the request, where there is one.
    pub trace: Option<String>,
}

/// What became of a script.
#[derive(Clone, Debug, PartialEq)]
pub struct ScriptOutcome {
    /// Its exit status by the contract: 124 at the deadline, 70 where it ended well without an answer, 128 and more for a signal.
    pub status: i32,
    /// The JSON object on the last line of its output, where it ended well.
    pub answer: Option<Json>,
    /// The end of what it wrote for people, at most 64 KiB.
    pub log: String,
    /// How long it took.
    pub took: Seconds,
    /// Whether the machine could not be reached when the script wanted something of it.
    pub away: bool,
}

/// Runs one script of the package in `package` with this request on its input.
///
/// # Errors
/// `NotFound` where the package leaves this script out: the standard one then serves. `Internal` where the gateway cannot
/// start the helper. Whatever the script itself does is an outcome, not an error.
pub async fn run_script(package: &Path, script: Script, request: &Json, context: &ScriptContext) -> Result<ScriptOutcome> {
    let file = package.join("scripts").join(script.file());
    if !file.is_file() {
        return Err(Error::not_found(format!("the package has no script '{}'", script.file())));
    }
    let began = Instant::now();
    let private = tempfile::Builder::new().prefix("tieline-script-").tempdir().map_err(internal)?;
    let spec = spec(package, file, private.path(), context);
    hand_over(&context.folder, spec.account).map_err(internal)?;
    loosen(package).map_err(internal)?;
    let spec_file = private.path().join("spec.json");
    std::fs::write(&spec_file, serde_json::to_vec(&spec).map_err(internal)?).map_err(internal)?;
    let progress = spec.progress.as_deref().map(progress::pipe).transpose()?;
    let bound = Bound { site: Arc::clone(&context.site), user: context.user.clone(), remote: context.remote.clone(), limit: context.limit };
    let broker = Broker::listen(&spec.broker, bound)?;
    let away = broker.away();
    let mut request = serde_json::to_vec(request).map_err(internal)?;
    request.push(b'\n');

    let started = around_now(points::SCRIPT_START, || sandbox::command(&context.helper, &spec_file).spawn());
    let mut child = started.map_err(internal)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let work = async {
        let (output, log, ()) = tokio::join!(beginning(stdout), tail(stderr), write(stdin, &request));
        (child.wait().await, output, log)
    };
    // The helper keeps the deadline; this one is for a helper that cannot.
    let patience = context.limit + Duration::from_secs(GRACE + 20);
    let ended = tokio::select! {
        ended = tokio::time::timeout(patience, work) => ended,
        never = broker.serve() => match never {},
        never = listen(progress, context, script) => match never {},
    };
    let took = Seconds(began.elapsed().as_secs());
    let away = away.load(Ordering::Relaxed);
    let Ok((status, output, log)) = ended else {
        return Ok(ScriptOutcome { status: 124, answer: None, log: "the script did not end at its deadline\n".to_owned(), took, away });
    };
    let status = status.map_err(internal)?;
    let status = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    let log = String::from_utf8_lossy(&log).into_owned();
    let answer = if status == 0 { answer(&output) } else { None };
    let status = if status == 0 && answer.is_none() { 70 } else { status };
    Ok(ScriptOutcome { status, answer, log, took, away })
}

/// Hears of the script's progress for as long as it is polled.
async fn listen(pipe: Option<tokio::net::unix::pipe::Receiver>, context: &ScriptContext, script: Script) -> std::convert::Infallible {
    match (pipe, &context.progress) {
        (Some(pipe), Some((progresses, key))) => progresses.follow(pipe, *key, script).await,
        (Some(_) | None, _) => std::future::pending().await,
    }
}

fn spec(package: &Path, script: PathBuf, private: &Path, context: &ScriptContext) -> Spec {
    let hash = Sha256::digest(context.folder.as_os_str().as_encoded_bytes());
    Spec {
        script,
        args: ["--contract", "1"].map(str::to_owned).to_vec(),
        env: environment(package, context),
        package: package.to_owned(),
        job: context.folder.clone(),
        read_only: context.read_only.clone(),
        broker: private.join("broker"),
        progress: context.progress.as_ref().map(|_| private.join("progress")),
        helper: context.helper.clone(),
        seconds: context.limit.as_secs().max(1),
        grace: GRACE,
        // The same for each script of a job, so that one can go on with what another wrote.
        account: FIRST_ACCOUNT + (u32::from_be_bytes([0, hash[0], hash[1], hash[2]]) & 0x000f_ffff),
        limits: context.limits,
    }
}

/// Exactly what the contract lists.
fn environment(package: &Path, context: &ScriptContext) -> Vec<(String, String)> {
    let tool = |name: &str| format!("{TOOLS}/{name}");
    let deadline: Timestamp = super::clock::now() + Seconds(context.limit.as_secs());
    let folder = context.folder.display().to_string();
    let mut env = vec![
        ("PATH", format!("{TOOLS}:/usr/local/bin:/usr/bin:/bin")),
        ("HOME", folder.clone()),
        ("LANG", "C.UTF-8".to_owned()),
        ("TZ", "UTC".to_owned()),
        ("TIELINE_CONTRACT", "1".to_owned()),
        ("TIELINE_APP_ID", context.app.to_string()),
        ("TIELINE_APP_VERSION", context.version.clone()),
        ("TIELINE_PKG_DIR", package.display().to_string()),
        ("TIELINE_JOB_DIR", folder),
        ("TIELINE_REMOTE_DIR", context.remote.clone()),
        ("TIELINE_HOST", context.machine.to_string()),
        ("TIELINE_LOCAL_USER", context.user.to_string()),
        ("TIELINE_SSH", tool("tieline-ssh")),
        ("TIELINE_PUT", tool("tieline-put")),
        ("TIELINE_GET", tool("tieline-get")),
        ("TIELINE_DEADLINE", deadline.seconds().to_string()),
    ];
    env.extend(context.trace.clone().map(|trace| ("TIELINE_TRACEPARENT", trace)));
    if let Some(attempt) = context.attempt {
        env.extend([("TIELINE_JOB_ID", attempt.job.to_string()), ("TIELINE_ATTEMPT", attempt.number.to_string())]);
    }
    env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Gives the job's folder to the account its scripts run as, where there is one.
fn hand_over(folder: &Path, account: u32) -> std::io::Result<()> {
    if !rustix::process::geteuid().is_root() || std::fs::metadata(folder)?.uid() == account {
        return Ok(());
    }
    for path in everything(folder)? {
        std::os::unix::fs::lchown(&path, Some(account), Some(account))?;
    }
    Ok(())
}

/// Lets that account read the package, which lies in a folder only the gateway may enter.
fn loosen(package: &Path) -> std::io::Result<()> {
    if !rustix::process::geteuid().is_root() || std::fs::metadata(package)?.mode() & 0o005 == 0o005 {
        return Ok(());
    }
    // The folder itself comes last: once it is open, everything in it is.
    for path in everything(package)?.into_iter().rev() {
        let about = std::fs::symlink_metadata(&path)?;
        if !about.is_symlink() {
            let execute = if about.is_dir() || about.mode() & 0o100 != 0 { 0o055 } else { 0o044 };
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(about.mode() | execute))?;
        }
    }
    Ok(())
}

/// A folder and all in it, outermost first; links are not followed.
fn everything(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = vec![folder.to_owned()];
    let mut next = 0;
    while let Some(path) = found.get(next) {
        if std::fs::symlink_metadata(path)?.is_dir() {
            for entry in std::fs::read_dir(path)?.collect::<Vec<_>>() {
                found.push(entry?.path());
            }
        }
        next += 1;
    }
    Ok(found)
}

fn answer(output: &[u8]) -> Option<Json> {
    let text = std::str::from_utf8(output).ok()?;
    let line = text.lines().rev().find(|line| !line.trim().is_empty())?;
    serde_json::from_str(line).ok().filter(Json::is_object)
}

async fn write(stdin: Option<ChildStdin>, request: &[u8]) {
    if let Some(mut stdin) = stdin {
        // A script need not read it.
        let _ = stdin.write_all(request).await;
    }
}

/// The output, which is read to its end and of which nothing counts that is too much.
async fn beginning(stream: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut kept = Vec::new();
    let Some(mut stream) = stream else { return kept };
    if (&mut stream).take(MOST_OUTPUT).read_to_end(&mut kept).await.is_ok_and(|read| read as u64 == MOST_OUTPUT) {
        let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
        kept.clear();
    }
    kept
}

async fn tail(stream: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut kept = Vec::new();
    let Some(mut stream) = stream else { return kept };
    let mut piece = vec![0; 8 << 10];
    while let Ok(read @ 1..) = stream.read(&mut piece).await {
        kept.extend_from_slice(&piece[..read]);
        if kept.len() > 2 * KEPT_LOG {
            kept.drain(..kept.len() - KEPT_LOG);
        }
    }
    kept.drain(..kept.len().saturating_sub(KEPT_LOG));
    kept
}

fn internal(error: impl std::error::Error) -> Error {
    Error::internal(format!("a script cannot be started: {error}"))
}
