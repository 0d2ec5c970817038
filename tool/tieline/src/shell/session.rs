//! `tieline session …`: where one is signed in.

use clap::Subcommand;
use serde_json::json;
use tieline_model::{Result, SessionId};
use tieline_wire_api::people::Session;

use super::ShellArgs;
use crate::exit::Exit;
use crate::output::{Column, Listing, Look};

/// What one does with sessions.
#[derive(Subcommand, Debug)]
pub enum SessionCommand {
    /// List where you are signed in
    List,
    /// End a session; `tieline logout` ends this one
    Revoke {
        /// Its id
        session: SessionId,
    },
}

/// Does it.
///
/// # Errors
/// What the hub says.
pub async fn run(command: SessionCommand, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    match command {
        SessionCommand::List => {
            let page = client.list_sessions().await?;
            let columns = [
                Column { title: "ID", cell: |session: &Session, _: &Look| session.id.to_string() },
                Column { title: "WITH", cell: |session, _| session.client.clone() },
                Column { title: "FROM", cell: |session, _| session.address.clone() },
                Column { title: "SINCE", cell: |session, look| look.time(session.created_at) },
                Column { title: "USED", cell: |session, look| look.time(session.used_at) },
                Column { title: "THIS ONE", cell: |session, _| if session.current { "yes".to_owned() } else { String::new() } },
            ];
            let name = |session: &Session| session.id.to_string();
            args.output().give(&Listing { items: page.items, next: page.next, columns: &columns, name, none: "no sessions" })?;
        }
        SessionCommand::Revoke { session } => {
            client.revoke_session(session).await?;
            args.done(&json!({ "session": session }), session, format!("{session} has ended"))?;
        }
    }
    Ok(Exit::Done)
}
