//! `tieline token …`: personal tokens, for programs.

use clap::Subcommand;
use serde_json::json;
use tieline_model::{Error, Result, TokenId};
use tieline_wire_api::Client;
use tieline_wire_api::people::{CreateToken, Token};

use super::ShellArgs;
use crate::exit::Exit;
use crate::output::{Column, Listing, Look, Record};
use crate::talk::say;

/// What one does with personal tokens.
#[derive(Subcommand, Debug)]
pub enum TokenCommand {
    /// Make a token; its secret is shown this once
    Create {
        /// What it is for
        name: String,
        /// After how many days it ends; without it, never
        #[arg(long, value_name = "N")]
        days: Option<u32>,
    },
    /// List your tokens
    List,
    /// End a token
    Revoke {
        /// Its id or name
        token: String,
    },
}

/// Does it.
///
/// # Errors
/// What the hub says.
pub async fn run(command: TokenCommand, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    match command {
        TokenCommand::Create { name, days } => {
            let value = client.create_token(&CreateToken { name, expires_in_days: days }).await?;
            say("keep the secret now: it is not shown again; programs take it from TIELINE_TOKEN");
            let lines = |made: &tieline_wire_api::people::CreatedToken, look: &Look| {
                vec![
                    ("token", made.token.clone()),
                    ("id", made.info.id.to_string()),
                    ("name", made.info.name.clone()),
                    ("ends", look.time_or_dash(made.info.expires_at)),
                ]
            };
            args.output().give(&Record { value, lines, name: |made| made.token.clone() })?;
        }
        TokenCommand::List => {
            let page = client.list_tokens().await?;
            let columns = [
                Column { title: "ID", cell: |token: &Token, _: &Look| token.id.to_string() },
                Column { title: "NAME", cell: |token, _| token.name.clone() },
                Column { title: "MADE", cell: |token, look| look.time(token.created_at) },
                Column { title: "ENDS", cell: |token, look| look.time_or_dash(token.expires_at) },
                Column { title: "USED", cell: |token, look| look.time_or_dash(token.used_at) },
            ];
            let name = |token: &Token| token.id.to_string();
            args.output().give(&Listing { items: page.items, next: page.next, columns: &columns, name, none: "no tokens" })?;
        }
        TokenCommand::Revoke { token } => {
            let id = meant(&client, &token).await?;
            client.revoke_token(id).await?;
            args.done(&json!({ "token": id }), id, format!("{id} is no longer good"))?;
        }
    }
    Ok(Exit::Done)
}

async fn meant(client: &Client, text: &str) -> Result<TokenId> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let named: Vec<TokenId> =
        client.list_tokens().await?.items.into_iter().filter(|token| token.name == text).map(|token| token.id).collect();
    match named.as_slice() {
        [] => Err(Error::not_found(format!("you have no token '{text}'")).hint("tieline token list")),
        [one] => Ok(*one),
        several => Err(Error::conflict(format!("{} of your tokens are named '{text}'", several.len())).hint("give the id")),
    }
}
