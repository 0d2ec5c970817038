//! `tieline user …`: people, for administrators.

use clap::Subcommand;
use serde_json::json;
use tieline_model::Result;
use tieline_wire_api::Client;
use tieline_wire_api::people::{CreateUser, ResetPassword, SetRoles, User};

use super::{ShellArgs, center, secret, sign_in};
use crate::exit::Exit;
use crate::output::{Column, Listing, Look, Record};

/// What an administrator does with people.
#[derive(Subcommand, Debug)]
pub enum UserCommand {
    /// Add a person
    Add {
        /// What they sign in with
        name: String,
        /// What they are called; without it, the name
        #[arg(long, value_name = "TEXT")]
        display_name: Option<String>,
        /// A role: `platform-administrator`, or `center-operator:CENTER` with a center's id or name
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<String>,
        /// Read the first password from stdin
        #[arg(long)]
        password_stdin: bool,
    },
    /// List people
    List,
    /// Show a person
    Show {
        /// The person
        user: String,
    },
    /// Set all roles of a person; without any, they are just a user
    Role {
        /// The person
        user: String,
        /// `platform-administrator`, or `center-operator:CENTER` with a center's id or name
        roles: Vec<String>,
    },
    /// Set a person's password; their sessions end
    Passwd {
        /// The person
        user: String,
        /// Read the new password from stdin
        #[arg(long)]
        password_stdin: bool,
    },
    /// Keep a person out; their sessions end
    Block {
        /// The person
        user: String,
    },
    /// Let a person in again
    Unblock {
        /// The person
        user: String,
    },
}

/// Does it.
///
/// # Errors
/// What the hub says.
pub async fn run(command: UserCommand, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    match command {
        UserCommand::Add { name, display_name, roles, password_stdin } => {
            let roles = with_center_ids(&client, roles).await?;
            let password = secret::read_new(password_stdin, &format!("First password of {name}: "))?;
            let user = CreateUser { name: name.parse()?, display_name: display_name.unwrap_or(name), password, roles };
            let value = client.create_user(&user).await?;
            args.output().give(&Record { value, lines: sign_in::lines, name: |user| user.name.to_string() })?;
        }
        UserCommand::List => list(&client, args).await?,
        UserCommand::Show { user } => {
            let value = client.get_user(&user).await?;
            args.output().give(&Record { value, lines: sign_in::lines, name: |user| user.name.to_string() })?;
        }
        UserCommand::Role { user, roles } => {
            let id = id(&client, &user).await?;
            let value = client.set_roles(&id, &SetRoles { roles: with_center_ids(&client, roles).await? }).await?;
            args.output().give(&Record { value, lines: sign_in::lines, name: |user| user.name.to_string() })?;
        }
        UserCommand::Passwd { user, password_stdin } => {
            let id = id(&client, &user).await?;
            let password = secret::read_new(password_stdin, &format!("New password of {user}: "))?;
            client.reset_password(&id, &ResetPassword { password }).await?;
            args.done(&json!({ "user": user }), &user, format!("the password of {user} is changed; their sessions have ended"))?;
        }
        UserCommand::Block { user } => {
            let now = client.set_blocked(&id(&client, &user).await?, true).await?;
            args.done(&now, &user, format!("{user} is kept out"))?;
        }
        UserCommand::Unblock { user } => {
            let now = client.set_blocked(&id(&client, &user).await?, false).await?;
            args.done(&now, &user, format!("{user} may sign in again"))?;
        }
    }
    Ok(Exit::Done)
}

async fn list(client: &Client, args: &ShellArgs) -> Result<()> {
    let page = client.list_users().await?;
    let columns = [
        Column { title: "USER", cell: |user: &User, _: &Look| user.name.to_string() },
        Column { title: "NAME", cell: |user, _| user.display_name.clone() },
        Column { title: "ROLES", cell: |user, _| user.roles.join(", ") },
        Column { title: "SINCE", cell: |user, look| look.time(user.created_at) },
        Column { title: "BLOCKED", cell: |user, _| if user.blocked { "yes".to_owned() } else { String::new() } },
    ];
    let name = |user: &User| user.name.to_string();
    args.output().give(&Listing { items: page.items, next: page.next, columns: &columns, name, none: "nobody" })
}

async fn id(client: &Client, user: &str) -> Result<String> {
    client.get_user(user).await.map(|user| user.id.to_string())
}

/// Roles as the hub takes them: a center's name becomes its id.
async fn with_center_ids(client: &Client, roles: Vec<String>) -> Result<Vec<String>> {
    let mut whole = Vec::new();
    for role in roles {
        match role.split_once(':') {
            Some(("center-operator", name)) => whole.push(format!("center-operator:{}", center::id(client, name).await?)),
            _ => whole.push(role),
        }
    }
    Ok(whole)
}
