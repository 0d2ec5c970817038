//! What a person wants run: read from the request, checked as far as the hub can, and kept with the job.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tieline_model::{
    AccountId, AccountName, Error, FileId, MachineId, QueueName, RelPath, Resources, Result, Seconds, Sha256, UserId, name,
};
use tieline_pack::{FileMeta, ParameterType, Params, Recommendation, check_params, check_resources, recommend};
use tieline_plan::placement::most_cores;
use tieline_store_hub::jobs::Job;
use tieline_store_hub::machines::Machine;
use tieline_store_hub::{accounts, files, machines};

use crate::App;
use crate::app::apps::{Edition, edition};

/// The time a job gets when neither its owner nor its app says one.
const USUAL_TIME: Seconds = Seconds::hours(1);

/// A request as it arrived, still unchecked.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The app's short name.
    pub app: String,
    /// A version, or the current one.
    pub version: Option<String>,
    /// Parameters by name.
    pub params: Map<String, Value>,
    /// Files by parameter.
    pub files: BTreeMap<String, Vec<FileId>>,
    /// A machine by name or id.
    pub machine: Option<String>,
    /// A queue.
    pub queue: Option<String>,
    /// An account by name or id.
    pub account: Option<String>,
    /// Nodes.
    pub nodes: Option<u32>,
    /// Cores over all nodes.
    pub cores: Option<u32>,
    /// MiB on each node.
    pub memory_mib: Option<u64>,
    /// GPUs over all nodes.
    pub gpus: Option<u32>,
    /// How long.
    pub time: Option<Seconds>,
    /// What to call it.
    pub name: Option<String>,
}

/// A checked wish, as it is kept with the job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wanted {
    /// The parameters as the person gave them.
    pub given: Map<String, Value>,
    /// The files as the person gave them.
    pub files: BTreeMap<String, Vec<FileId>>,
    /// The parameters checked, defaults filled in, files by their path in the job's folder.
    pub params: Map<String, Value>,
    /// The bytes behind those paths, pinned: a file its owner changes later does not change the job.
    pub inputs: Vec<Input>,
    /// What it asks of the machine.
    pub wish: Resources,
    /// The only machine it may run on, if its owner named one.
    pub machine: Option<MachineId>,
    /// The only queue, if its owner named one.
    pub queue: Option<QueueName>,
}

/// A file a job needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Where it goes in the job's folder.
    pub path: RelPath,
    /// What it hashes to.
    pub sha256: Sha256,
    /// Bytes.
    pub size: u64,
}

/// Everything needed to make a job.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What it runs.
    pub edition: Edition,
    /// What it wants.
    pub wanted: Wanted,
    /// Who pays.
    pub account: AccountId,
    /// What it is called.
    pub name: String,
    /// What its app suggests for these parameters.
    pub advice: Recommendation,
}

impl Wanted {
    /// What was kept with a job.
    ///
    /// # Errors
    /// Where it no longer reads.
    pub fn of(job: &Job) -> Result<Self> {
        serde_json::from_str(&job.request).map_err(|error| Error::internal(format!("the request of {}: {error}", job.id)))
    }
}

/// Checks a request. Nothing is made.
///
/// # Errors
/// All that is wrong with the parameters at once; otherwise the first thing, naming its field.
pub async fn prepare(app: &App, user: UserId, asked: Asked) -> Result<Prepared> {
    let (prepared, wrong) = prepare_anyway(app, user, asked).await?;
    wrong.map_or(Ok(prepared), Err)
}

/// Checks a request as [`prepare`] does. Where only the parameters are wrong, it gives the rest and what is wrong with them: the
/// rest is enough to say where such a job could run, and not to make one.
///
/// # Errors
/// What is wrong with anything else.
pub async fn prepare_anyway(app: &App, user: UserId, asked: Asked) -> Result<(Prepared, Option<Error>)> {
    let edition = edition(app, &asked.app, asked.version.as_deref()).await?;
    let ((params, inputs), wrong) = match params(app, user, &edition, &asked).await {
        Ok(found) => (found, None),
        Err(error) if error.is_of_request() => (Default::default(), Some(error)),
        Err(error) => return Err(error),
    };
    let name = match &asked.name {
        Some(text) => name::line("name", text, 128)?,
        None => edition.manifest.name.clone(),
    };
    let machine = match &asked.machine {
        Some(text) => Some(machines::find(app.store.read(), text).await.map_err(|error| error.field("machine"))?.id),
        None => None,
    };
    let queue = asked.queue.as_deref().map(str::parse).transpose().map_err(|error: Error| error.field("queue"))?;
    let advice =
        within_reach(app, recommend(&edition.manifest, &params), &edition, machine, queue.as_ref(), asked.nodes.unwrap_or(1)).await?;
    let wish = wish(&edition, advice, &asked)?;
    let account = account(app, user, asked.account.as_deref()).await?;
    let wanted = Wanted { given: asked.params, files: asked.files, params: params.to_json(), inputs, wish, machine, queue };
    Ok((Prepared { edition, wanted, account, name, advice }, wrong))
}

async fn params(app: &App, user: UserId, edition: &Edition, asked: &Asked) -> Result<(Params, Vec<Input>)> {
    let mut metas = BTreeMap::new();
    let mut blobs = BTreeMap::new();
    let mut given = asked.params.clone();
    let kind = |parameter: &str| edition.manifest.parameter(parameter).map(|known| known.kind);
    for (parameter, ids) in asked.files.iter().filter(|(_, ids)| !ids.is_empty()) {
        let field = format!("files.{parameter}");
        let many = kind(parameter) == Some(ParameterType::Files);
        if !many && ids.len() > 1 {
            return Err(Error::invalid(format!("takes one file, {} were given", ids.len())).field(field));
        }
        if given.contains_key(parameter) {
            return Err(Error::invalid("is given twice, among params and among files").field(field));
        }
        for id in ids {
            let missing = || Error::not_found(format!("there is no file {id}")).field(field.clone()).hint("tieline ls");
            let file = files::owned(app.store.read(), *id, user).await?.ok_or_else(missing)?;
            metas.insert(id.to_string(), FileMeta { name: file.path.file_name().to_owned(), size: file.size });
            blobs.insert(id.to_string(), (file.sha256, file.size));
        }
        let values: Vec<_> = ids.iter().map(|id| Value::from(id.to_string())).collect();
        let value = match <[Value; 1]>::try_from(values) {
            Ok([one]) if !many => one,
            Ok(one) => Value::from(one.to_vec()),
            Err(values) => Value::from(values),
        };
        given.insert(parameter.clone(), value);
    }
    // The form has one list of parameters; in a request those that are files stand by themselves.
    let rename = |error: Error| {
        let name = error.wrong_field().and_then(|field| field.strip_prefix("params.")).map(str::to_owned);
        let is_file =
            |name: &String| matches!(kind(name), Some(ParameterType::File | ParameterType::Files)) || asked.files.contains_key(name);
        match name.filter(is_file) {
            Some(name) => error.field(format!("files.{name}")),
            None => error,
        }
    };
    let params = check_params(&edition.manifest, &given, &metas);
    let params = params.map_err(|errors| one_of(errors.into_iter().map(rename).collect()))?;
    let inputs = params.inputs().filter_map(|input| {
        let (sha256, size) = blobs.get(&input.given)?;
        Some(Input { path: input.path.clone(), sha256: *sha256, size: *size })
    });
    let inputs = inputs.collect();
    Ok((params, inputs))
}

/// An advice speaks of the calculation and knows no machine: more than any of them gives would find none.
async fn within_reach(
    app: &App,
    advice: Recommendation,
    edition: &Edition,
    machine: Option<MachineId>,
    queue: Option<&QueueName>,
    nodes: u32,
) -> Result<Recommendation> {
    let Some(cores) = advice.cores else { return Ok(advice) };
    let meant = |one: &Machine| one.enabled && machine.is_none_or(|named| named == one.id);
    let ready = |one: &Machine| one.description.deployments.iter().any(|app| app.ready && app.app == edition.row.app);
    let all = machines::all(app.store.read()).await?;
    let most = all.iter().filter(|one| meant(one) && ready(one)).map(|one| most_cores(&one.description, queue, nodes)).max();
    Ok(Recommendation { cores: Some(most.filter(|most| *most > 0).map_or(cores, |most| cores.min(most))), ..advice })
}

fn wish(edition: &Edition, advice: Recommendation, asked: &Asked) -> Result<Resources> {
    let nodes = asked.nodes.unwrap_or(1);
    let wish = Resources {
        nodes,
        // An advice that does not share out evenly over the nodes that were asked for is rounded up.
        cores: asked.cores.unwrap_or_else(|| advice.cores.unwrap_or(1).div_ceil(nodes.max(1)).saturating_mul(nodes)),
        memory_mib: asked.memory_mib,
        gpus: asked.gpus.unwrap_or(0),
        time: asked.time.or(advice.time).unwrap_or(USUAL_TIME),
    };
    let wish = wish.checked().map_err(as_asked)?;
    check_resources(&edition.manifest, &wish).map_err(as_asked)?;
    Ok(wish)
}

/// Names the field as the request spells it, with its unit.
pub(super) fn as_asked(error: Error) -> Error {
    match error.wrong_field() {
        Some("time") => error.field("time_s"),
        Some("memory") => error.field("memory_mib"),
        _ => error,
    }
}

async fn account(app: &App, user: UserId, wanted: Option<&str>) -> Result<AccountId> {
    let db = app.store.read();
    let Some(text) = wanted else {
        let personal = accounts::personal(db, user).await?;
        return personal.map(|account| account.id).ok_or_else(|| Error::internal(format!("{user} has no personal account")));
    };
    let found = match (text.parse::<AccountId>(), text.parse::<AccountName>()) {
        (Ok(id), _) => accounts::by_id(db, id).await?,
        (_, Ok(name)) => accounts::by_name(db, &name).await?,
        _ => None,
    };
    // An account one is no member of looks like one that does not exist.
    let missing =
        || Error::not_found(format!("you have no account '{}'", tieline_model::id::shown(text))).field("account").hint("tieline account");
    let account = found.ok_or_else(missing)?;
    if !accounts::is_member(db, account.id, user).await? {
        return Err(missing());
    }
    Ok(account.id)
}

fn one_of(errors: Vec<Error>) -> Error {
    Error::all(errors).unwrap_or_else(|| Error::internal("parameters were refused without a reason"))
}
