//! Answers the hub's questions of the moment. A question that takes too long is answered so; it leaves no trace.

use std::sync::Arc;
use std::time::Duration;

use tieline_model::job::AttemptKey;
use tieline_model::{Error, MachineName, RelPath, Result};
use tieline_wire_gateway::convert;
use tieline_wire_gateway::v1::{self, answer, question};

use crate::core::Person;
use crate::io::center::{Center, Place};
use crate::io::files::{Files, Listing};

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(20);
/// Most entries of a listing.
const ENTRIES: usize = 2_000;

/// The answer to send; `None` where it went another way.
pub(super) async fn answer(center: Arc<Center>, question: v1::Question) -> Option<v1::Answer> {
    let id = question.id;
    if let Some(question::Body::Read(range)) = question.body {
        read(&center, id, &range).await;
        return None;
    }
    let late = || Err(Error::unavailable("the center did not answer in time"));
    let body = tokio::time::timeout(LIMIT, decide(&center, question)).await.unwrap_or_else(|_| late());
    Some(v1::Answer { id, body: Some(body.unwrap_or_else(|error| answer::Body::Refusal((&error).into()))) })
}

async fn decide(center: &Center, question: v1::Question) -> Result<answer::Body> {
    match question.body {
        Some(question::Body::Map(person)) => map(center, &person, &question.machine),
        Some(question::Body::PreSubmit(ask)) => pre_submit(center, &ask).await,
        Some(question::Body::List(folder)) => list(center, &folder).await,
        Some(question::Body::Read(_)) | None => Err(Error::invalid("this gateway does not know that question").hint("update the gateway")),
    }
}

fn map(center: &Center, person: &v1::Person, machine: &str) -> Result<answer::Body> {
    let machine: MachineName = machine.parse()?;
    let site = &center.machine(&machine)?.site;
    let decision = center.user_map.explain(&Person::try_from(person)?, &machine);
    let rule = decision.rule.map(|rule| format!("rule {rule} of the center's user map")).unwrap_or_default();
    let local_user = decision.into_result()?;
    let authorized_key = site.authorized_key(&local_user).unwrap_or_default();
    Ok(answer::Body::Mapped(v1::Mapped { local_user: local_user.to_string(), rule, authorized_key }))
}

async fn pre_submit(center: &Center, ask: &v1::PreSubmit) -> Result<answer::Body> {
    let name: MachineName = ask.machine.parse()?;
    let machine = center.machine(&name)?;
    let person = ask.person.as_ref().ok_or_else(|| Error::invalid("the question names no person"))?;
    let user = center.user_map.explain(&Person::try_from(person)?, &name).into_result()?;
    let body = center.pre_submit.pre_submit(center, machine, &user, ask).await?;
    Ok(answer::Body::PreSubmitted(v1::PreSubmitted { body }))
}

async fn list(center: &Center, folder: &v1::ListFolder) -> Result<answer::Body> {
    let place = place(center, &folder.job, folder.attempt)?;
    let path = if folder.path.is_empty() { None } else { Some(folder.path.parse::<RelPath>()?) };
    let machine = center.machine(&place.machine)?;
    let listing = Files::new(&*machine.site, &place.user).list(&place.folder, path.as_ref(), false, ENTRIES).await?;
    Ok(answer::Body::Folder(to_wire(listing, path.as_ref())?))
}

/// Entries as the job's folder sees them, Tieline's own files left out.
fn to_wire(listing: Listing, below: Option<&RelPath>) -> Result<v1::Folder> {
    let mut entries = Vec::new();
    for entry in listing.entries {
        let path = match below {
            Some(root) => entry.path.below(root)?,
            None => entry.path,
        };
        if path.as_str().split('/').next() == Some(".tieline") {
            continue;
        }
        entries.push(v1::Entry {
            path: path.to_string(),
            size: entry.size,
            modified_micros: entry.modified.micros(),
            is_folder: entry.is_folder,
        });
    }
    Ok(v1::Folder { entries, truncated: listing.truncated })
}

async fn read(center: &Center, id: u64, range: &v1::ReadRange) {
    let sent = match open(center, range).await {
        Ok(mut reading) => center.bulk.answer_read(id, reading.size, &mut reading.stdout).await,
        Err(why) => center.bulk.refuse_read(id, &why).await,
    };
    if let Err(error) = sent {
        tracing::info!(question = id, %error, "a range that was asked for did not arrive");
    }
}

async fn open(center: &Center, range: &v1::ReadRange) -> Result<crate::io::files::Reading> {
    let place = place(center, &range.job, range.attempt)?;
    let path: RelPath = range.path.parse()?;
    let machine = center.machine(&place.machine)?;
    let files = Files::new(&*machine.site, &place.user);
    let late = |_| Error::unavailable("the center did not answer in time");
    tokio::time::timeout(LIMIT, files.read(&place.folder, &path, range.offset, range.length)).await.map_err(late)?
}

fn place(center: &Center, job: &[u8], number: u32) -> Result<Place> {
    let key: AttemptKey = convert::attempt(job, number)?;
    center.place(key).ok_or_else(|| Error::not_found("the job has no folder on the machine, or it was removed"))
}
