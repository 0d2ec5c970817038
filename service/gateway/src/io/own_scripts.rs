//! A package's own scripts, asked by the contract and run in their sandbox. Where a package leaves one out, the standard way serves.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use sha2::{Digest, Sha256 as Hasher};
use tieline_model::job::{AttemptKey, How, JobFact, NativeId, Script};
use tieline_model::{Error, ErrorKind, LocalUser, Result};
use tieline_pack::contract::{
    Ask, CONTRACT, Common, Finalize, GetState, Initialize, InputFile, JobFolder, OutputPattern, Placement, PreSubmit as PreSubmitAsk,
    Request, ScriptState, StateOf, StateSeen, Submit, Submitted, Terminate, Verdict, tries, verdict,
};
use tieline_pack::{FileMeta, Package};
use tieline_wire_gateway::v1;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::center::{Center, Machine, PreSubmit};
use super::disk;
use super::returned::Returned;
use super::scripts::{ScriptContext, run_script, spec};
use crate::core::attempt::EXCUSED;
use crate::core::tries::ended;
use crate::core::{Attempt, Input, Order, PackageRef};

/// How much of a script's log goes into a job's history, in bytes.
const LOG: usize = 16 << 10;

/// For whom and for which job scripts are run.
#[derive(Debug)]
pub struct Asking<'a> {
    /// The shared parts.
    pub center: &'a Center,
    /// On which machine.
    pub machine: &'a Machine,
    /// The package.
    pub package: &'a Package,
    /// Where it comes from.
    pub reference: &'a PackageRef,
    /// As whom.
    pub user: &'a LocalUser,
    /// Which job and its folder on the machine; none before it has one.
    pub job: Option<(AttemptKey, &'a str)>,
}

impl Asking<'_> {
    /// What the package's own script answers, and that it ran; `None` where the package has none.
    ///
    /// # Errors
    /// By the contract's exit codes: `Unavailable` where another try may help, otherwise a refusal with the end of its log.
    async fn ask<T: Ask>(&self, body: T, read_only: Vec<PathBuf>, ran: &mut Vec<JobFact>) -> Result<Option<T::Answer>> {
        if self.package.script(T::SCRIPT).is_none() {
            return Ok(None);
        }
        let work = self.work_folder(T::SCRIPT)?;
        self.ask_in(&work, body, read_only, ran).await.map(Some)
    }

    /// What the package's own script answers that works in this folder.
    async fn ask_in<T: Ask>(&self, work: &WorkFolder, body: T, read_only: Vec<PathBuf>, ran: &mut Vec<JobFact>) -> Result<T::Answer> {
        let folder = self.center.packages.unpacked(self.reference, self.package)?;
        let limit = std::time::Duration::from_secs(tries(T::SCRIPT).0.0);
        let request = Request { common: self.common(), body };
        let request = serde_json::to_value(request).map_err(|error| Error::internal(error.to_string()))?;
        let context = ScriptContext {
            site: Arc::clone(&self.machine.site),
            machine: self.machine.config.name.clone(),
            user: self.user.clone(),
            attempt: self.job.map(|(key, _)| key),
            app: self.reference.app.clone(),
            version: self.reference.version.clone(),
            remote: self.job.map(|(_, folder)| folder.to_owned()).unwrap_or_default(),
            folder: work.path().to_owned(),
            read_only,
            limit,
            limits: spec::Limits::default(),
            helper: self.center.config.helper()?,
            progress: self.job.map(|(key, _)| (Arc::clone(&self.center.progress), key)),
            trace: None,
        };
        let outcome = run_script(&folder, T::SCRIPT, &request, &context).await?;
        let log = last(&outcome.log, LOG);
        let sentence = || ended(T::SCRIPT, outcome.status, &outcome.log);
        ran.push(JobFact::ScriptRan { script: T::SCRIPT, status: outcome.status, took: outcome.took, log });
        match verdict(outcome.status) {
            Verdict::Again | Verdict::Refused(_) if outcome.away => {
                Err(Error::unavailable(format!("{}; the machine could not be reached", sentence())).code(EXCUSED))
            }
            // What it keeps lies there too.
            Verdict::Again | Verdict::Refused(_) if self.center.journal.is_cramped() => {
                Err(Error::unavailable(format!("{}; no room is left on the gateway's disk", sentence())).code(EXCUSED))
            }
            Verdict::Again => Err(Error::unavailable(sentence())),
            // Not `Internal`: that kind is tried again, and the contract says that it does not get better.
            Verdict::Refused(ErrorKind::Internal) => Err(Error::invalid(sentence())),
            Verdict::Refused(kind) => Err(Error::new(kind, sentence())),
            Verdict::Answered => {
                let answer = serde_json::from_value(outcome.answer.unwrap_or_default());
                let fault = |error| {
                    Error::invalid(format!("the package's script {} answered what the contract does not know: {error}", T::SCRIPT.file()))
                };
                answer.map_err(fault)
            }
        }
    }

    /// Lets the package prepare the folder, where it wants to.
    ///
    /// # Errors
    /// As the script says, and `Unavailable` where an input does not arrive.
    pub async fn initialize(&self, order: &Order, ran: &mut Vec<JobFact>) -> Result<()> {
        if self.package.script(Script::Initialize).is_none() {
            return Ok(());
        }
        let inputs = tempfile::Builder::new().prefix("tieline-inputs-").tempdir().map_err(|error| disk::fault("keep inputs", error))?;
        let mut sources = Vec::new();
        for (index, input) in order.inputs.iter().enumerate() {
            sources.push(self.bring(input, &inputs.path().join(index.to_string())).await?);
        }
        open_to_read(inputs.path()).map_err(|error| disk::fault("keep inputs", error))?;
        let body = Initialize { placement: placement(order), params: params(order)?, inputs: sources };
        self.ask(body, vec![inputs.path().to_owned()], ran).await.map(drop)
    }

    async fn bring(&self, input: &Input, to: &Path) -> Result<InputFile> {
        let lost = |error: std::io::Error| Error::unavailable(format!("'{}' was lost on its way: {error}", input.path));
        let fault = |error| disk::fault("keep an input", error);
        let mut from = self.center.bulk.fetch(input.sha256).await?.take(input.size.saturating_add(1));
        let mut file = tokio::fs::File::create(to).await.map_err(fault)?;
        let mut hasher = Hasher::new();
        let mut chunk = vec![0; 128 << 10];
        loop {
            let read = from.read(&mut chunk).await.map_err(lost)?;
            if read == 0 {
                break;
            }
            hasher.update(&chunk[..read]);
            file.write_all(&chunk[..read]).await.map_err(fault)?;
        }
        file.flush().await.map_err(fault)?;
        if hasher.finalize().as_slice() != input.sha256.0 {
            return Err(Error::unavailable(format!("'{}' arrived incomplete", input.path)));
        }
        Ok(InputFile { path: input.path.clone(), source: to.display().to_string(), size: input.size, sha256: input.sha256 })
    }

    /// The package's own way to hand the job over; `None` where it has none.
    ///
    /// # Errors
    /// As the script says.
    pub async fn submit(&self, order: &Order, command: Vec<String>, tag: String, ran: &mut Vec<JobFact>) -> Result<Option<Handed>> {
        let body = Submit { placement: placement(order), params: params(order)?, command, tag: tag.clone() };
        let Some(answer) = self.ask(body, vec![], ran).await? else { return Ok(None) };
        handed(answer, &tag).map(Some)
    }

    /// What the package says of these jobs, or with `lookup` of whatever carries their tags; `None` where it has no say.
    ///
    /// # Errors
    /// As the script says.
    pub async fn states(&self, jobs: Vec<StateOf>, lookup: bool, ran: &mut Vec<JobFact>) -> Result<Option<Vec<StateSeen>>> {
        Ok(self.ask(GetState { jobs, lookup }, vec![], ran).await?.map(|states| states.jobs))
    }

    /// Whether the package ended the job itself.
    ///
    /// # Errors
    /// As the script says.
    pub async fn terminate(&self, native: &NativeId, tag: String, ran: &mut Vec<JobFact>) -> Result<bool> {
        let body = Terminate { native_id: Some(native.clone()), tag, grace_s: 10 };
        Ok(self.ask(body, vec![], ran).await?.is_some())
    }

    /// Lets the package return its results and tidy up before outputs are told; `None` where it does neither.
    ///
    /// # Errors
    /// As the script says.
    pub async fn finalize(&self, ran: &mut Vec<JobFact>) -> Result<Option<Returned>> {
        if self.package.script(Script::Finalize).is_none() {
            return Ok(None);
        }
        let outputs = self.package.manifest.outputs.iter();
        let outputs = outputs.map(|output| OutputPattern { pattern: output.pattern.as_str().to_owned(), bring: output.bring }).collect();
        let work = self.work_folder(Script::Finalize)?;
        let target = work.path().display().to_string();
        let answer = self.ask_in(&work, Finalize { outputs, target, keep: true }, vec![], ran).await?;
        Ok(Some(Returned { answer, work }))
    }

    fn common(&self) -> Common {
        Common {
            contract: CONTRACT,
            app: self.reference.app.clone(),
            version: self.package.manifest.version.clone(),
            machine: self.machine.config.name.clone(),
            local_user: self.user.clone(),
            job: self.job.map(|(key, folder)| JobFolder { job_id: key.job, attempt: key.number, remote_dir: folder.to_owned() }),
        }
    }

    fn work_path(&self, script: Script) -> PathBuf {
        let name = self.job.map_or_else(|| format!("{:016x}", u64::from(super::clock::jitter().0)), |(key, _)| key.tag());
        self.center.config.state.join("scripts").join(format!("{name}.{}", script.file()))
    }

    /// A folder for one call, which goes afterwards.
    fn work_folder(&self, script: Script) -> Result<WorkFolder> {
        let path = self.work_path(script);
        // What a killed gateway left.
        let _ = std::fs::remove_dir_all(&path);
        disk::folder(&path)?;
        Ok(WorkFolder(path))
    }
}

/// What a package's own submit did with a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It goes on under this number.
    On(NativeId),
    /// It is over already.
    Over(NativeId, How),
}

/// A tool that is over at once needs no number: its tag then stands for it.
fn handed(answer: Submitted, tag: &str) -> Result<Handed> {
    let how = match answer.state {
        Some(ScriptState::Completed) => Some(How::Code(answer.exit_code.unwrap_or(0))),
        Some(ScriptState::Failed) => Some(answer.exit_code.map_or_else(|| How::Other("failed".to_owned()), How::Code)),
        Some(ScriptState::Canceled) => Some(How::Canceled),
        Some(ScriptState::Queued | ScriptState::Held | ScriptState::Running | ScriptState::Suspended | ScriptState::Requeued) | None => {
            None
        }
    };
    match (answer.native_id, how) {
        (Some(native), None) => Ok(Handed::On(native)),
        (native, Some(how)) => Ok(Handed::Over(native.map_or_else(|| tag.parse(), Ok)?, how)),
        // What it started is found by its tag.
        (None, None) => Err(Error::unavailable("the package's script submit named no scheduler's number")),
    }
}

/// The folder of one run of a script; it goes with it.
#[derive(Debug)]
pub(super) struct WorkFolder(PathBuf);

impl WorkFolder {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Asks the package's own pre-submit; a package without it is only checked by the hub and the scheduler.
#[derive(Clone, Copy, Debug)]
pub struct PackagePreSubmit;

#[async_trait]
impl PreSubmit for PackagePreSubmit {
    async fn pre_submit(&self, center: &Center, machine: &Machine, user: &LocalUser, question: &v1::PreSubmit) -> Result<String> {
        const YES: &str = r#"{"ok":true,"recommend":[],"warnings":[],"errors":[]}"#;
        let missing = |what: &str| Error::invalid(format!("the question has no {what}"));
        let reference: PackageRef = question.package.as_ref().ok_or_else(|| missing("package"))?.try_into()?;
        let package = center.packages.get(&reference, &center.bulk).await?;
        if package.script(Script::PreSubmit).is_none() {
            return Ok(YES.to_owned());
        }
        let inputs = question.inputs.iter().map(Input::try_from).collect::<Result<Vec<_>>>()?;
        let body = PreSubmitAsk {
            params: object(&question.params)?,
            files: inputs.iter().map(|input| FileMeta { name: input.path.to_string(), size: input.size }).collect(),
            wish: question.wish.as_ref().ok_or_else(|| missing("wish"))?.try_into()?,
            queue: crate::core::order::optional(&question.queue)?,
            queues: machine.driver.describe().await?.queues,
            load: machine.driver.read().await?.queues,
        };
        let asking = Asking { center, machine, package: &package, reference: &reference, user, job: None };
        let answer = asking.ask(body, vec![], &mut vec![]).await?;
        serde_json::to_string(&answer).map_err(|error| Error::internal(error.to_string()))
    }
}

fn placement(order: &Order) -> Placement {
    Placement { queue: order.queue.clone(), resources: order.wish }
}

fn params(order: &Order) -> Result<serde_json::Map<String, serde_json::Value>> {
    object(&order.params)
}

fn object(text: &str) -> Result<serde_json::Map<String, serde_json::Value>> {
    serde_json::from_str(text).map_err(|error| Error::invalid(format!("the parameters cannot be read: {error}")))
}

/// For whom an attempt's scripts run.
///
/// # Errors
/// `Internal` where the attempt has no user or folder yet.
pub fn of<'a>(
    center: &'a Center,
    machine: &'a Machine,
    package: &'a Package,
    attempt: &'a Attempt,
    order: &'a Order,
) -> Result<Asking<'a>> {
    let (Some(user), Some(folder)) = (&attempt.user, &attempt.folder) else { return Err(Error::internal("a job without a folder")) };
    Ok(Asking { center, machine, package, reference: &order.package, user, job: Some((attempt.key, folder)) })
}

/// The script's own account has to read what lies there.
fn open_to_read(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    for entry in std::fs::read_dir(folder)? {
        std::fs::set_permissions(entry?.path(), std::fs::Permissions::from_mode(0o644))?;
    }
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))
}

fn last(log: &str, bytes: usize) -> String {
    let mut from = log.len().saturating_sub(bytes);
    while !log.is_char_boundary(from) {
        from += 1;
    }
    log[from..].to_owned()
}
