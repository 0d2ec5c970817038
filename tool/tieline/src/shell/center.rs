//! `tieline center …`: the owners of machines, and their gateways.

use clap::Subcommand;
use tieline_model::{GatewayId, Result};
use tieline_wire_api::Client;
use tieline_wire_api::centers::{Center, CenterCreated, CreateCenter, Gateway, JoinToken};

use super::ShellArgs;
use crate::exit::Exit;
use crate::output::{Column, Listing, Look, Record, yes_or_no};
use crate::talk::say;

/// What an administrator does with centers.
#[derive(Subcommand, Debug)]
pub enum CenterCommand {
    /// Add a center; shows the token its first gateway enrols with
    Add {
        /// Its short name
        name: String,
        /// A line for people
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
        /// A paragraph for people
        #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
        description: String,
        /// Whose it is
        #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
        organisation: String,
        /// Whom to ask
        #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
        contact: String,
    },
    /// List centers
    List,
    /// Show a center
    Show {
        /// Its id or name
        center: String,
    },
    /// List the gateways of the centers you operate
    Gateways,
    /// Keep a gateway out at once and cut its connections
    Revoke {
        /// The gateway's id
        gateway: GatewayId,
    },
    /// Let a gateway in again that was kept out
    Readmit {
        /// The gateway's id
        gateway: GatewayId,
    },
    /// Show a token for one more gateway of a center
    Token {
        /// The center's id or name
        center: String,
    },
}

/// Does it.
///
/// # Errors
/// What the hub says.
pub async fn run(command: CenterCommand, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    match command {
        CenterCommand::Add { name, title, description, organisation, contact } => {
            let value = client.create_center(&CreateCenter { name: name.parse()?, title, description, organisation, contact }).await?;
            invite(&client.key(), &value.join);
            let lines = |made: &CenterCreated, look: &Look| {
                vec![
                    ("center", made.center.name.to_string()),
                    ("id", made.center.id.to_string()),
                    ("join token", made.join.token.clone()),
                    ("good until", look.time(made.join.expires_at)),
                ]
            };
            args.output().give(&Record { value, lines, name: |made| made.join.token.clone() })?;
        }
        CenterCommand::List => {
            let page = client.list_centers().await?;
            let columns = [
                Column { title: "CENTER", cell: |center: &Center, _: &Look| center.name.to_string() },
                Column { title: "TITLE", cell: |center, _| center.title.clone() },
                Column { title: "CONNECTED", cell: |center, _| yes_or_no(center.connected) },
                Column { title: "SINCE", cell: |center, look| look.time(center.created_at) },
                Column { title: "ID", cell: |center, _| center.id.to_string() },
            ];
            let name = |center: &Center| center.name.to_string();
            args.output().give(&Listing { items: page.items, next: page.next, columns: &columns, name, none: "no centers" })?;
        }
        CenterCommand::Show { center } => {
            let value = client.get_center(&center).await?;
            args.output().give(&Record { value, lines, name: |center| center.name.to_string() })?;
        }
        CenterCommand::Gateways => gateways(&client, args).await?,
        CenterCommand::Revoke { gateway } => {
            let sentence = format!("{gateway} is kept out; its jobs go on, and nothing is heard of them until it is let in again");
            args.done(&client.set_gateway_revoked(gateway, true).await?, gateway, sentence)?;
        }
        CenterCommand::Readmit { gateway } => {
            args.done(&client.set_gateway_revoked(gateway, false).await?, gateway, format!("{gateway} may come in again"))?;
        }
        CenterCommand::Token { center } => {
            let value = client.create_join_token(&center).await?;
            invite(&client.key(), &value);
            let lines =
                |join: &JoinToken, look: &Look| vec![("join token", join.token.clone()), ("good until", look.time(join.expires_at))];
            args.output().give(&Record { value, lines, name: |join| join.token.clone() })?;
        }
    }
    Ok(Exit::Done)
}

async fn gateways(client: &Client, args: &ShellArgs) -> Result<()> {
    let page = client.list_gateways().await?;
    let columns = [
        Column { title: "GATEWAY", cell: |gateway: &Gateway, _: &Look| gateway.id.to_string() },
        Column { title: "STATE", cell: |gateway, _| state(gateway).to_owned() },
        Column { title: "VERSION", cell: |gateway, _| gateway.version.clone() },
        Column { title: "SEEN", cell: |gateway, look| look.time_or_dash(gateway.last_seen_at) },
        Column { title: "CERTIFICATE ENDS", cell: |gateway, look| look.time(gateway.expires_at) },
        Column { title: "CENTER", cell: |gateway, _| gateway.center.to_string() },
    ];
    let name = |gateway: &Gateway| gateway.id.to_string();
    args.output().give(&Listing { items: page.items, next: page.next, columns: &columns, name, none: "no gateways" })
}

fn lines(center: &Center, look: &Look) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("center", center.name.to_string()),
        ("id", center.id.to_string()),
        ("title", center.title.clone()),
        ("about", center.description.clone()),
        ("of", center.organisation.clone()),
        ("ask", center.contact.clone().unwrap_or_default()),
        ("connected", yes_or_no(center.connected)),
        ("since", look.time(center.created_at)),
    ];
    lines.retain(|(_, text)| !text.is_empty());
    lines
}

/// A center's id, of its id or name.
///
/// # Errors
/// `NotFound` where there is no such center.
pub async fn id(client: &Client, text: &str) -> Result<String> {
    Ok(client.get_center(text).await?.id.to_string())
}

fn state(gateway: &Gateway) -> &'static str {
    match (gateway.revoked, gateway.connected) {
        (true, _) => "kept out",
        (false, true) => "connected",
        (false, false) => "away",
    }
}

fn invite(hub: &str, join: &JoinToken) {
    say(format!("at the center, within 15 minutes: tieline gateway join --hub {hub} --token {}", join.token));
}
