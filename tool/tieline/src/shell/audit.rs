//! `tieline audit`: who changed what, for administrators.

use clap::Args;
use tieline_model::{Result, Timestamp};
use tieline_wire_api::audit::{AuditEntry, AuditQuery};

use super::ShellArgs;
use crate::exit::Exit;
use crate::output::{Column, Listing, Look};

/// Which changes.
#[derive(Args, Debug)]
pub struct AuditArgs {
    /// Of this person, by name
    #[arg(long, value_name = "USER")]
    actor: Option<String>,
    /// With this action, such as `user.create`
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// About this subject, by id
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// At this moment or later (RFC 3339)
    #[arg(long, value_name = "MOMENT")]
    since: Option<Timestamp>,
    /// Before this moment (RFC 3339)
    #[arg(long, value_name = "MOMENT")]
    until: Option<Timestamp>,
    /// At most this many
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: u64,
    /// Go on where the page before ended
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

/// Lists changes, newest first.
///
/// # Errors
/// What the hub says.
pub async fn list(which: AuditArgs, args: &ShellArgs) -> Result<Exit> {
    let AuditArgs { actor, action, subject, since, until, limit, after } = which;
    let page = args.client()?.list_audit(&AuditQuery { actor, action, subject, since, until, limit: Some(limit), after }).await?;
    let columns = [
        Column { title: "WHEN", cell: |entry: &AuditEntry, look: &Look| look.time(entry.at) },
        Column { title: "WHO", cell: |entry, _| entry.actor.clone() },
        Column { title: "FROM", cell: |entry, _| entry.address.clone() },
        Column { title: "ACTION", cell: |entry, _| entry.action.clone() },
        Column { title: "SUBJECT", cell: |entry, _| entry.subject.clone() },
        Column { title: "DETAIL", cell: |entry, _| entry.detail.to_string() },
    ];
    args.output().give(&Listing {
        items: page.items,
        next: page.next,
        columns: &columns,
        name: |entry| entry.id.to_string(),
        none: "no changes",
    })?;
    Ok(Exit::Done)
}
