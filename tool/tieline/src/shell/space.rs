//! `tieline rm`, `mv`, `quota`: one's space at the hub.

use clap::Args;
use serde_json::json;
use tieline_model::{Error, RelPath, Result};
use tieline_wire_api::files::{MoveFile, Quota};

use super::ShellArgs;
use super::upload::{REMOTE, found, name};
use crate::exit::Exit;
use crate::output::{Look, Record, bytes};

/// What to take away.
#[derive(Args, Debug)]
pub struct RmArgs {
    /// Files of your space, as `tl:PATH`
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
}

/// From where, to where.
#[derive(Args, Debug)]
pub struct MvArgs {
    /// A file of your space, as `tl:PATH`
    from: String,
    /// Its new place, as `tl:PATH`; one that ends in `/` is a folder
    to: String,
}

/// Takes files away; the first that is not there ends it.
///
/// # Errors
/// What the hub says.
pub async fn remove(what: RmArgs, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    for file in what.files {
        client.delete_file(found(&client, remote(&file, "file")?).await?.id).await?;
        args.done(&json!({ "removed": file }), &file, format!("{file} is gone"))?;
    }
    Ok(Exit::Done)
}

/// Gives a file another place.
///
/// # Errors
/// What the hub says.
pub async fn rename(what: MvArgs, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    let (from, to) = (remote(&what.from, "from")?, remote(&what.to, "to")?);
    let to = if to.is_empty() || to.ends_with('/') { format!("{to}{}", name(from.as_ref())?) } else { to.to_owned() };
    let path: RelPath = to.parse()?;
    let file = found(&client, from).await?;
    let moved = client.move_file(file.id, &MoveFile { path: path.to_string() }).await?;
    let name = format!("{REMOTE}{}", moved.file.path);
    args.done(&moved, &name, format!("{} is now {name}", what.from))?;
    Ok(Exit::Done)
}

/// Shows what one has, and may have.
///
/// # Errors
/// What the hub says.
pub async fn quota(args: &ShellArgs) -> Result<Exit> {
    let value = args.client()?.my_quota().await?;
    let lines = |quota: &Quota, _: &Look| {
        vec![
            ("files", quota.files.to_string()),
            ("used", bytes(quota.file_bytes)),
            ("on its way", bytes(quota.upload_bytes)),
            ("limit", bytes(quota.limit_bytes)),
            ("largest file", bytes(quota.file_limit_bytes)),
        ]
    };
    args.output().give(&Record { value, lines, name: |quota| quota.file_bytes.to_string() })?;
    Ok(Exit::Done)
}

fn remote<'a>(text: &'a str, field: &str) -> Result<&'a str> {
    text.strip_prefix(REMOTE).ok_or_else(|| {
        Error::invalid(format!("'{text}' is not a file of your space")).field(field).hint(format!("write it as {REMOTE}{text}"))
    })
}
