//! `tieline cp` and `tieline ls`: between here and the hub. `tl:PATH` is a file of one's space, `tl:job_…/PATH` one of a job.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use tieline_model::{Error, JobId, RelPath, Result};
use tieline_wire_api::Client;
use tieline_wire_api::files::{FolderEntry, ListFiles};
use tieline_wire_api::job_files::ListJobFiles;

use super::{ShellArgs, download, jobs, outputs, upload};
use crate::exit::Exit;
use crate::output::{self, Column, Listing, Look};

/// How it is used.
pub const EXAMPLES: &str = "\
Examples:
  tieline cp in.melt tl:inputs/            to your space at the hub
  tieline cp tl:inputs/in.melt .           from it
  tieline cp tl:job_…/log.lammps .         from a job, while it runs, too
An upload that breaks off goes on where it was when the same command is given again.";

/// From where, to where.
#[derive(Args, Debug)]
pub struct CpArgs {
    /// A file here, `tl:PATH`, or `tl:job_…/PATH`
    from: String,
    /// A file or folder here, or `tl:PATH`
    to: String,
}

/// Which folder.
#[derive(Args, Debug)]
pub struct LsArgs {
    /// `tl:PATH`, or `tl:job_…/PATH`; without it, all of your space's root
    path: Option<String>,
    /// All files below the folder
    #[arg(long, short)]
    recursive: bool,
}

/// Copies a file.
///
/// # Errors
/// What the hub says, or where a file here cannot be used.
pub async fn copy(what: CpArgs, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    match (what.from.strip_prefix(upload::REMOTE), what.to.strip_prefix(upload::REMOTE)) {
        (None, Some(to)) => {
            let from = Path::new(&what.from);
            let path: RelPath =
                if to.is_empty() || to.ends_with('/') { format!("{to}{}", upload::name(from)?) } else { to.to_owned() }.parse()?;
            let file = upload::to(&client, from, &path).await?;
            let name = format!("{}{path}", upload::REMOTE);
            args.done(&client.get_file(file).await?, &name, format!("{} is now {name}", from.display()))?;
        }
        (Some(from), None) => fetch(&client, from, Path::new(&what.to), args).await?,
        (Some(_), Some(_)) => {
            return Err(Error::invalid("copying from the hub to the hub is not offered").hint("bring the file here first"));
        }
        (None, None) => {
            return Err(Error::invalid("neither side is at the hub").hint(format!("write {}PATH for a file of your space", upload::REMOTE)));
        }
    }
    Ok(Exit::Done)
}

/// Lists a folder.
///
/// # Errors
/// What the hub says.
pub async fn list(which: LsArgs, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    let path = which.path.as_deref().map(|path| path.strip_prefix(upload::REMOTE).unwrap_or(path).trim_end_matches('/'));
    if let Some((job, below)) = of_job(&client, path.unwrap_or_default()).await? {
        let folder = ListJobFiles { path: (!below.is_empty()).then_some(below), ..ListJobFiles::default() };
        outputs::list(&client, job, &folder, args).await?;
        return Ok(Exit::Done);
    }
    let folder = ListFiles {
        path: path.filter(|path| !path.is_empty()).map(str::to_owned),
        deep: which.recursive.then_some(true),
        ..ListFiles::default()
    };
    let page = client.list_files(&folder).await?;
    let columns = [
        Column {
            title: "SIZE",
            cell: |entry: &FolderEntry, _: &Look| match entry {
                FolderEntry::File(file) => output::bytes(file.size),
                FolderEntry::Folder { .. } => "-".to_owned(),
            },
        },
        Column {
            title: "CHANGED",
            cell: |entry, look| match entry {
                FolderEntry::File(file) => look.time(file.modified),
                FolderEntry::Folder { .. } => "-".to_owned(),
            },
        },
        Column { title: "PATH", cell: |entry, _| path_of(entry) },
    ];
    args.output().give(&Listing { items: page.items, next: page.next, columns: &columns, name: path_of, none: "no files" })?;
    Ok(Exit::Done)
}

async fn fetch(client: &Client, from: &str, to: &Path, args: &ShellArgs) -> Result<()> {
    if let Some((job, below)) = of_job(client, from).await? {
        let path: RelPath = below.parse()?;
        let response = client.read_job_file(job, &path, None, 0).await?;
        return kept(response, &target(to, path.file_name()), path.file_name(), args).await;
    }
    let file = upload::found(client, from).await?;
    let response = client.download_file(file.id, 0).await?;
    kept(response, &target(to, file.path.file_name()), file.path.file_name(), args).await
}

async fn kept(response: reqwest::Response, target: &Path, name: &str, args: &ShellArgs) -> Result<()> {
    let size = download::into_file(response, target, name).await?;
    let path = target.display().to_string();
    args.done(&json!({ "path": path, "size": size }), &path, format!("{path} ({})", output::bytes(size)))
}

/// The job and the path below its folder, where a path names one.
async fn of_job(client: &Client, path: &str) -> Result<Option<(JobId, String)>> {
    if !path.starts_with("job_") {
        return Ok(None);
    }
    let (job, below) = path.split_once('/').unwrap_or((path, ""));
    Ok(Some((jobs::meant(client, job).await?, below.to_owned())))
}

/// A folder here takes the file under its own name.
fn target(to: &Path, name: &str) -> PathBuf {
    if to.is_dir() || to.as_os_str().to_string_lossy().ends_with('/') { to.join(name) } else { to.to_owned() }
}

fn path_of(entry: &FolderEntry) -> String {
    match entry {
        FolderEntry::File(file) => file.path.to_string(),
        FolderEntry::Folder { path } => format!("{path}/"),
    }
}
