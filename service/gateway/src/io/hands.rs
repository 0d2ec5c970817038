//! Does what the core decided: every action of an attempt, on its machine, as its local user. Each may be done twice.

use std::sync::Arc;

use tieline_model::job::{JobFact, NativeId, Script};
use tieline_model::{Error, ErrorKind, LocalUser, RelPath, Result, Sha256};
use tieline_pack::{Package, Params, Setting};

use super::center::{Center, Machine};
use super::driver::Batch;
use super::files::{Entry, Files, Listing, sha256};
use super::own_scripts::{self, Asking, Handed};
use super::own_states;
use crate::core::wrapper::{self, EXIT, Program, STDERR, STDOUT, WRAPPER};
use crate::core::{Action, Attempt, Order, Outcome, Own};

/// Where the files of a package lie that the job does not find in its folder itself.
const PACKAGE: &str = ".tieline/package";

/// Does one action of an attempt. Besides the outcome it gives which scripts ran.
pub async fn perform(center: &Center, attempt: &Attempt, action: &Action) -> (Vec<JobFact>, Outcome) {
    let mut ran = Vec::new();
    let outcome = match try_perform(center, attempt, action, &mut ran).await {
        Ok(outcome) => outcome,
        Err(error) => {
            tracing::info!(attempt = %attempt.key, ?action, %error, detail = error.operator_detail(), "a step of a job did not work");
            Outcome::Failed((&error).into())
        }
    };
    (ran, outcome)
}

async fn try_perform(center: &Center, attempt: &Attempt, action: &Action, ran: &mut Vec<JobFact>) -> Result<Outcome> {
    let order = attempt.order.as_ref().ok_or_else(|| Error::not_found("nothing is known of this attempt here"))?;
    let machine = center.machine(&order.machine)?;
    let _turn = machine.steps.acquire().await.map_err(|_| Error::unavailable("the gateway is stopping"))?;
    match action {
        Action::Prepare => prepare(center, machine, attempt, order, ran).await,
        Action::Find => find(center, machine, attempt, order, ran).await.map(Outcome::Found),
        Action::Submit => submit(center, machine, attempt, order, ran).await,
        Action::Cancel(native) => cancel(center, machine, attempt, order, native, ran).await,
        Action::ReadEnd(native) => read_end(machine, attempt, native).await,
        Action::StageOut => stage_out(center, machine, attempt, order, ran).await,
        Action::Purge => purge(center, machine, attempt, order).await,
    }
}

async fn prepare(center: &Center, machine: &Machine, attempt: &Attempt, order: &Order, ran: &mut Vec<JobFact>) -> Result<Outcome> {
    let user = center.user_map.explain(&order.person, &order.machine).into_result()?;
    let package = center.packages.get(&order.package, &center.bulk).await?;
    let own = Own { submit: package.script(Script::Submit).is_some(), get_state: package.script(Script::GetState).is_some() };
    let root = machine.site.job_root(&user).await?;
    let folder = job_folder(&root, attempt);
    if attempt.recovering && !machine.driver.find(&user, &attempt.key.tag(), order.placed).await?.is_empty() {
        // It may be running: nothing in its folder is touched.
        return Ok(Outcome::Prepared { user, folder, bytes: 0, own });
    }
    let program = program(&package, order, &folder)?;
    let text = wrapper::script(attempt.key, &folder, &order.wish, &program)?;
    let files = Files::new(&*machine.site, &user);
    files.make_folder(&format!("{folder}/.tieline")).await?;
    let asking = Asking { center, machine, package: &package, reference: &order.package, user: &user, job: Some((attempt.key, &folder)) };
    asking.initialize(order, ran).await?;
    // Whatever a script brought is proved here, and what it left out is brought.
    let mut bytes = 0;
    for input in &order.inputs {
        if input.path.as_str().starts_with(".tieline/") {
            return Err(Error::invalid(format!("'{}' would lie where Tieline keeps its own files", input.path)).field("inputs"));
        }
        bytes += input.size;
        if !files.has(&folder, &input.path, input.sha256).await? {
            let source = center.bulk.fetch(input.sha256).await?;
            files.put(&folder, &input.path, source, input.sha256).await.map_err(retry_if_cut)?;
        }
    }
    put_package(&files, &folder, &package).await?;
    put_small(&files, &folder, &WRAPPER.parse()?, text.as_bytes()).await?;
    Ok(Outcome::Prepared { user, folder, bytes, own })
}

/// Bytes that do not fit their checksum were cut off on their way: the next try may bring all of them.
fn retry_if_cut(error: Error) -> Error {
    if error.kind() == ErrorKind::Conflict { Error::unavailable(error.message().to_owned()) } else { error }
}

fn program(package: &Package, order: &Order, folder: &str) -> Result<Program> {
    let manifest = &package.manifest;
    let json = serde_json::from_str(&order.params).map_err(|error| Error::invalid(format!("the parameters cannot be read: {error}")))?;
    let params = Params::from_json(manifest, &json)?;
    let files = format!("{folder}/{PACKAGE}");
    let setting = Setting { resources: &order.wish, package: &files, job: folder };
    Ok(Program {
        argv: tieline_pack::command(manifest, &params, &setting)?,
        modules: manifest.run.modules.clone(),
        env: tieline_pack::environment(manifest, &params, &setting)?,
    })
}

async fn put_package(files: &Files<'_>, folder: &str, package: &Package) -> Result<()> {
    let root: RelPath = PACKAGE.parse()?;
    let mut executable = Vec::new();
    for (path, entry) in package.program_files() {
        let path = path.below(&root)?;
        put_small(files, folder, &path, &entry.bytes).await?;
        executable.extend(entry.executable.then_some(path));
    }
    for (path, entry) in package.staged_files() {
        put_small(files, folder, &path, &entry.bytes).await?;
        executable.extend(entry.executable.then_some(path));
    }
    files.make_executable(folder, &executable).await
}

async fn put_small(files: &Files<'_>, folder: &str, path: &RelPath, bytes: &[u8]) -> Result<()> {
    let sum = sha256(bytes);
    if !files.has(folder, path, sum).await? {
        files.put(folder, path, bytes, sum).await.map_err(retry_if_cut)?;
    }
    Ok(())
}

/// The numbers that carry the attempt's tag, at the scheduler and as far as the package knows.
async fn find(center: &Center, machine: &Machine, attempt: &Attempt, order: &Order, ran: &mut Vec<JobFact>) -> Result<Vec<NativeId>> {
    let mut found = machine.driver.find(user(attempt)?, &attempt.key.tag(), order.placed).await?;
    if attempt.own.get_state {
        found.extend(own_states::look_up(center, machine, attempt, order, ran).await?);
        found.sort();
        found.dedup();
    }
    Ok(found)
}

async fn submit(center: &Center, machine: &Machine, attempt: &Attempt, order: &Order, ran: &mut Vec<JobFact>) -> Result<Outcome> {
    let package = kept_package(center, order).await?;
    if let Some(package) = package.filter(|package| package.script(Script::Submit).is_some()) {
        let command = program(&package, order, folder(attempt)?)?.argv;
        let asking = own_scripts::of(center, machine, &package, attempt, order)?;
        match asking.submit(order, command, attempt.key.tag(), ran).await {
            Ok(Some(Handed::On(native))) => return Ok(Outcome::Submitted(native)),
            Ok(Some(Handed::Over(native, how))) => return Ok(Outcome::Ran { native, how }),
            Ok(None) => {}
            Err(error) if error.kind() == ErrorKind::Unavailable => return Err(error),
            // It may have started something before it failed.
            Err(error) => {
                let first = find(center, machine, attempt, order, ran).await?.into_iter().next();
                return first.map(Outcome::Submitted).ok_or(error);
            }
        }
    }
    let batch = Batch {
        tag: attempt.key.tag(),
        user: user(attempt)?.clone(),
        queue: order.queue.clone(),
        wish: order.wish,
        folder: folder(attempt)?.to_owned(),
    };
    machine.driver.submit(&batch).await.map(Outcome::Submitted)
}

async fn read_end(machine: &Machine, attempt: &Attempt, native: &NativeId) -> Result<Outcome> {
    let files = Files::new(&*machine.site, user(attempt)?);
    let text = files.read_small(folder(attempt)?, &EXIT.parse()?, 1024).await?;
    let end = text.and_then(|bytes| wrapper::read_exit(&String::from_utf8_lossy(&bytes), native));
    Ok(Outcome::End(end))
}

async fn stage_out(center: &Center, machine: &Machine, attempt: &Attempt, order: &Order, ran: &mut Vec<JobFact>) -> Result<Outcome> {
    let folder = folder(attempt)?;
    let files = Files::new(&*machine.site, user(attempt)?);
    // Without the package nothing says what is an output: then all of it stays where it is.
    let package = kept_package(center, order).await?;
    let returned = match &package {
        Some(package) => own_scripts::of(center, machine, package, attempt, order)?.finalize(ran).await?,
        None => None,
    };
    let listing = match files.list(folder, None, true, center.config.limits.outputs).await {
        Ok(listing) => listing,
        // A package that frees all of the folder may have returned its results before.
        Err(error) if error.kind() == ErrorKind::NotFound => Listing::default(),
        Err(error) => return Err(error),
    };
    let mut left = order.output_cap.min(center.config.limits.bring_mib << 20);
    let mut outputs = Vec::new();
    let mut there: Vec<_> = listing.entries.into_iter().filter(|entry| !entry.is_folder && is_output(&entry.path, order)).collect();
    if let Some(returned) = &returned {
        let given = returned.files(|path| is_output(path, order), center.config.limits.outputs)?;
        for file in given {
            let (path, size) = (file.path.clone(), file.size);
            let brought = if size <= left { file.bring(center, attempt.key).await? } else { None };
            if brought.is_some() {
                left -= size;
            } else if !there.iter().any(|entry| entry.path == path) {
                // Nothing is lost: what does not go to the hub stays on the machine.
                files.make_folder(folder).await?;
                file.put(&files, folder).await?;
            }
            there.retain(|entry| entry.path != path);
            outputs.push(JobFact::Output { path, size, brought });
        }
        let nowhere = |path: &&RelPath| !there.iter().any(|entry| entry.path == **path) && !outputs.iter().any(|fact| is_of(fact, path));
        returned.complain(returned.named().filter(nowhere), ran);
    }
    for entry in there {
        let named = returned.as_ref().and_then(|returned| returned.wants(&entry.path));
        let wanted = named.unwrap_or_else(|| is_brought(package.as_deref(), &entry.path)) && entry.size <= left;
        let brought = if wanted { bring(center, &files, attempt, folder, &entry).await? } else { None };
        if brought.is_some() {
            left -= entry.size;
        }
        outputs.push(JobFact::Output { path: entry.path, size: entry.size, brought });
    }
    outputs.sort_by_cached_key(|fact| if let JobFact::Output { path, .. } = fact { path.to_string() } else { String::new() });
    Ok(Outcome::StagedOut(outputs))
}

fn is_output(path: &RelPath, order: &Order) -> bool {
    !path.as_str().starts_with(".tieline/") && !order.inputs.iter().any(|input| input.path == *path)
}

fn is_of(fact: &JobFact, path: &RelPath) -> bool {
    matches!(fact, JobFact::Output { path: known, .. } if known == path)
}

fn is_brought(package: Option<&Package>, path: &RelPath) -> bool {
    let declared = package.and_then(|package| tieline_pack::matches_output(&package.manifest, path));
    declared.unwrap_or(matches!(path.as_str(), STDOUT | STDERR))
}

async fn bring(center: &Center, files: &Files<'_>, attempt: &Attempt, folder: &str, entry: &Entry) -> Result<Option<Sha256>> {
    let (size, sum) = match files.checksum(folder, &entry.path).await {
        Ok(found) => found,
        // It was removed or made unreadable since it was listed.
        Err(error) if error.kind() != ErrorKind::Unavailable => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut reading = files.read(folder, &entry.path, 0, 0).await?;
    match center.bulk.bring(attempt.key, &entry.path, size, sum, &mut reading.stdout).await {
        Ok(kept) => {
            reading.done().await?;
            Ok(kept.then_some(sum))
        }
        Err(error) if error.kind() == ErrorKind::Unavailable => Err(error),
        // The hub has no room for it or does not want it: it stays where it is.
        Err(error) => {
            tracing::info!(attempt = %attempt.key, path = %entry.path, %error, "an output stays on its machine");
            Ok(None)
        }
    }
}

async fn cancel(
    center: &Center,
    machine: &Machine,
    attempt: &Attempt,
    order: &Order,
    native: &NativeId,
    ran: &mut Vec<JobFact>,
) -> Result<Outcome> {
    // Ending a job must not hang on a package: without it, or where its script fails, the scheduler is told.
    let may_ask = attempt.may_ask(Script::Terminate);
    let ended = match kept_package(center, order).await {
        Ok(Some(package)) if may_ask => {
            own_scripts::of(center, machine, &package, attempt, order)?.terminate(native, attempt.key.tag(), ran).await
        }
        Ok(_) => Ok(false),
        Err(error) => Err(error),
    };
    if matches!(ended, Ok(true)) {
        return Ok(Outcome::Canceled);
    }
    // What a package started itself has a number that may be somebody else's at the scheduler.
    if attempt.own.submit && !machine.driver.find(user(attempt)?, &attempt.key.tag(), order.placed).await?.contains(native) {
        return if may_ask { ended.map(|_| Outcome::Canceled) } else { Ok(Outcome::OutOfReach) };
    }
    if let Err(error) = ended {
        tracing::warn!(attempt = %attempt.key, %error, "a package did not end its job; the scheduler is told");
    }
    machine.driver.cancel(user(attempt)?, native).await.map(|()| Outcome::Canceled)
}

/// The package, or `None` where nobody has it any more.
async fn kept_package(center: &Center, order: &Order) -> Result<Option<Arc<Package>>> {
    match center.packages.get(&order.package, &center.bulk).await {
        Ok(package) => Ok(Some(package)),
        Err(error) if error.kind() == ErrorKind::Unavailable => Err(error),
        Err(_) => Ok(None),
    }
}

async fn purge(center: &Center, machine: &Machine, attempt: &Attempt, order: &Order) -> Result<Outcome> {
    if let (Some(user), Some(folder)) = (&attempt.user, &attempt.folder) {
        Files::new(&*machine.site, user).remove(folder).await?;
        return Ok(Outcome::Purged);
    }
    // It ended before its folder was ready: part of it may lie there. Whoever is not let in never had one.
    let Ok(user) = center.user_map.explain(&order.person, &order.machine).into_result() else { return Ok(Outcome::Purged) };
    let root = machine.site.job_root(&user).await?;
    Files::new(&*machine.site, &user).remove(&job_folder(&root, attempt)).await?;
    Ok(Outcome::Purged)
}

fn job_folder(root: &str, attempt: &Attempt) -> String {
    format!("{}/{}", root.trim_end_matches('/'), attempt.key.tag())
}

fn user(attempt: &Attempt) -> Result<&LocalUser> {
    attempt.user.as_ref().ok_or_else(|| Error::internal("a job without a local user"))
}

fn folder(attempt: &Attempt) -> Result<&str> {
    attempt.folder.as_deref().ok_or_else(|| Error::internal("a job without a folder"))
}
