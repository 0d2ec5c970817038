//! `tieline run`: from parameters and files at a shell to a job, and with `--wait` to its end.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, Value};
use tieline_model::resource::parse_memory;
use tieline_model::{Error, FileId, JobId, Result, Seconds};
use tieline_wire_api::Client;
use tieline_wire_api::apps::CheckAnswer;
use tieline_wire_api::job_files::ListJobFiles;
use tieline_wire_api::jobs::{CreateJob, Job};

use super::{ShellArgs, apps, shown, wait};
use crate::exit::Exit;
use crate::output::{Look, Record};
use crate::password;

/// How it is used.
pub const EXAMPLES: &str = "\
Examples:
  tieline run shell -f script=hello.sh --wait --download results
  tieline run lammps -f input=in.melt -p x=2 -p y=2 --cores 4 --time 30m --name melt
  tieline run gromacs -f tpr=water.tpr -p steps=50000 --machine east1 --check
  tieline run python -f script=tl:scripts/fit.py -f data=a.csv -f data=b.csv";

/// What to run, with what, where.
#[derive(Args, Debug)]
pub struct RunArgs {
    /// The app's short name, as `tieline apps` lists it
    app: String,
    /// An edition of the app; without it, the current one
    #[arg(long, value_name = "VERSION")]
    edition: Option<String>,
    /// A parameter; `tieline app show APP` lists them
    #[arg(short, long = "param", value_name = "KEY=VALUE", value_parser = pair)]
    params: Vec<(String, String)>,
    /// A file for a parameter: a path here, or `tl:PATH` of a file at the hub
    #[arg(short, long = "file", value_name = "NAME=PATH", value_parser = pair)]
    files: Vec<(String, String)>,
    /// Only on this machine
    #[arg(long, value_name = "MACHINE")]
    machine: Option<String>,
    /// Only in this queue
    #[arg(long, value_name = "QUEUE")]
    queue: Option<String>,
    /// Who pays; without it, your personal account
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// Nodes
    #[arg(long, value_name = "N")]
    nodes: Option<u32>,
    /// Cores over all nodes
    #[arg(long, value_name = "N")]
    cores: Option<u32>,
    /// Memory on each node, such as 1500M or 4G
    #[arg(long, value_name = "AMOUNT", value_parser = parse_memory)]
    mem: Option<u64>,
    /// GPUs over all nodes
    #[arg(long, value_name = "N")]
    gpus: Option<u32>,
    /// How long it may run, such as 30m, 2h or 1-12:00:00
    #[arg(long, value_name = "TIME")]
    time: Option<Seconds>,
    /// What to call it
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Only say where it could run and what it would cost at most; nothing is made
    #[arg(long, conflicts_with_all = ["wait", "download"])]
    check: bool,
    /// Stay until it ends; the exit status tells how
    #[arg(long)]
    wait: bool,
    /// Stay until it ends, and bring its outputs into this folder
    #[arg(long, value_name = "DIR")]
    download: Option<PathBuf>,
}

/// Runs an app.
///
/// # Errors
/// What the hub says, or what is wrong with what was typed.
pub async fn run(wish: RunArgs, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    let (check, stay, download) = (wish.check, wish.wait || wish.download.is_some(), wish.download.clone());
    let request = request(&client, wish).await?;
    if check {
        return checked(client.check_job(&request).await?, args);
    }
    // A word of its own: where the hub dies before it answers, the job is asked for again and made once.
    let job = client.create_job_once(&request, &password::fresh()).await?;
    if !stay {
        give(job, args)?;
        return Ok(Exit::Done);
    }
    see_off(&client, job.id, download.as_deref(), args).await
}

/// Stays with a job until it ends, brings its outputs where a folder is given, and shows how it ended.
///
/// # Errors
/// What the hub says, or where an output cannot be brought.
pub async fn see_off(client: &Client, job: JobId, download: Option<&Path>, args: &ShellArgs) -> Result<Exit> {
    let ended = wait::until_end(client, job).await?;
    if let Some(folder) = download {
        super::outputs::bring(client, job, &ListJobFiles::default(), folder).await?;
    }
    let exit = wait::exit(&ended);
    give(ended.job, args)?;
    Ok(exit)
}

/// Says what came of asking; a wish that nobody could run is exit status 6, one that is wrong in itself 2.
fn checked(answer: CheckAnswer, args: &ShellArgs) -> Result<Exit> {
    let exit = match (answer.errors.is_empty(), answer.candidates.iter().any(|candidate| candidate.eligible)) {
        (false, _) => Exit::Usage,
        (true, false) => Exit::Conflict,
        (true, true) => Exit::Done,
    };
    let lines = |answer: &CheckAnswer, _: &Look| {
        let wrong = answer.errors.iter().map(|error| ("wrong", Error::from(error.clone()).to_string()));
        wrong.chain(answer.candidates.iter().map(|candidate| ("machine", shown::weighed(candidate)))).collect()
    };
    let name = |answer: &CheckAnswer| {
        let fit = answer.candidates.iter().filter(|candidate| candidate.eligible);
        fit.map(|candidate| candidate.name.to_string()).collect::<Vec<_>>().join("\n")
    };
    args.output().give(&Record { value: answer, lines, name })?;
    Ok(exit)
}

async fn request(client: &Client, wish: RunArgs) -> Result<CreateJob> {
    let detail = client.get_app(&wish.app).await?;
    let params = typed(apps::form(&detail), wish.params)?;
    let mut files: BTreeMap<String, Vec<FileId>> = BTreeMap::new();
    for (name, path) in wish.files {
        let file = super::upload::for_job(client, &path).await.map_err(|error| error.field(format!("files.{name}")))?;
        files.entry(name).or_default().push(file);
    }
    Ok(CreateJob {
        app: wish.app,
        version: wish.edition,
        params,
        files,
        machine: wish.machine,
        queue: wish.queue,
        account: wish.account,
        nodes: wish.nodes,
        cores: wish.cores,
        memory_mib: wish.mem,
        gpus: wish.gpus,
        time_s: wish.time.map(|time| time.0),
        name: wish.name,
    })
}

/// The parameters as values of the kinds the form asks for. What the form does not know or what does not read as its
/// kind goes as text: the hub names the field and says what is wrong with it.
fn typed(form: Option<&Value>, params: Vec<(String, String)>) -> Result<Map<String, Value>> {
    let mut whole = Map::new();
    for (name, text) in params {
        let kind = form.and_then(|form| form.pointer(&format!("/properties/{name}/type"))).and_then(Value::as_str).unwrap_or("string");
        let value = match kind {
            "integer" | "number" | "boolean" => {
                serde_json::from_str::<Value>(&text).ok().filter(|value| !value.is_array() && !value.is_object())
            }
            _ => None,
        };
        if whole.insert(name.clone(), value.unwrap_or(Value::String(text))).is_some() {
            return Err(Error::invalid("is given twice").field(format!("params.{name}")));
        }
    }
    Ok(whole)
}

fn give(job: Job, args: &ShellArgs) -> Result<()> {
    args.output().give(&Record {
        value: job,
        lines: |job, _| {
            let machine = job.machine_name.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
            vec![("job", job.id.to_string()), ("name", job.name.clone()), ("state", job.state.to_string()), ("machine", machine)]
        },
        name: |job| job.id.to_string(),
    })
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as name=value".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn parameters_become_the_kinds_of_the_form_and_the_rest_stays_text() {
        let form = json!({"properties": {"n": {"type": "integer"}, "on": {"type": "boolean"}, "word": {"type": "string"}}});
        let given = [("n", "3"), ("on", "true"), ("word", "7"), ("other", "x")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        let params = typed(Some(&form), given.to_vec()).unwrap();
        assert_eq!(Value::Object(params), json!({"n": 3, "on": true, "word": "7", "other": "x"}));
        let wrong = typed(Some(&form), vec![("n".to_owned(), "three".to_owned())]).unwrap();
        assert_eq!(wrong["n"], json!("three"));
        assert!(typed(None, vec![("n".to_owned(), "1".to_owned()), ("n".to_owned(), "2".to_owned())]).is_err());
    }
}
