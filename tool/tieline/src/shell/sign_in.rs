//! `tieline login`, `logout`, `passwd`, `whoami`.

use clap::Args;
use tieline_model::{Error, ErrorKind, Result};
use tieline_wire_api::Client;
use tieline_wire_api::client::Proof;
use tieline_wire_api::people::{ChangePassword, SignIn, User};

use super::{ShellArgs, place, secret};
use crate::exit::Exit;
use crate::output::{Look, Record, yes_or_no};
use crate::talk::say;

/// Who signs in.
#[derive(Args, Debug)]
pub struct LoginArgs {
    /// Your name
    #[arg(long, value_name = "NAME")]
    user: String,
    /// Read the password from stdin
    #[arg(long)]
    password_stdin: bool,
}

/// Which password.
#[derive(Args, Debug)]
pub struct PasswdArgs {
    /// Read the old and the new password from stdin, a line each
    #[arg(long)]
    password_stdin: bool,
}

/// Signs in and keeps the session in the credentials file.
///
/// # Errors
/// What the hub says.
pub async fn login(who: LoginArgs, args: &ShellArgs) -> Result<Exit> {
    let keeper = place::keeper()?;
    let url = match &args.url {
        Some(url) => url.clone(),
        None => keeper
            .load()?
            .current
            .ok_or_else(|| Error::invalid("is missing: which hub?").field("url").hint("tieline login --url http://HUB --user NAME"))?,
    };
    let client = Client::new(&url, Proof::Nobody)?;
    let password = secret::read(who.password_stdin, &format!("Password of {} at {}: ", who.user, client.key()))?;
    let proof = client.sign_in(&SignIn { name: who.user, password }).await?;
    client.keep(&keeper, &proof).await?;
    say(format!("signed in at {} as {}", client.key(), proof.user.name));
    give(proof.user, args)
}

/// Ends the session, and forgets it here even where the hub does not answer.
///
/// # Errors
/// Where the credentials file cannot be written.
pub async fn logout(args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    let ended = client.sign_out().await;
    let known = client.forget(&place::keeper()?).await?;
    match ended {
        Ok(()) => say(format!("signed out at {}", client.key())),
        Err(error) if error.kind() == ErrorKind::Unauthenticated && known => {
            say(format!("the session at {} had ended already", client.key()))
        }
        Err(error) if error.kind() == ErrorKind::Unauthenticated => say(format!("you were not signed in at {}", client.key())),
        Err(error) => say(format!("forgotten here, but the hub could not be told: {error}")),
    }
    Ok(Exit::Done)
}

/// Changes one's own password.
///
/// # Errors
/// What the hub says.
pub async fn passwd(how: PasswdArgs, args: &ShellArgs) -> Result<Exit> {
    let client = args.client()?;
    let old = secret::read(how.password_stdin, "The old password: ")?;
    let new = secret::read_new(how.password_stdin, "The new password: ")?;
    client.change_password(&ChangePassword { old, new }).await?;
    let user = client.me().await?;
    args.done(&user, &user.name, "the password is changed; other sessions of yours have ended")?;
    Ok(Exit::Done)
}

/// Shows who one is.
///
/// # Errors
/// What the hub says.
pub async fn whoami(args: &ShellArgs) -> Result<Exit> {
    let user = args.client()?.me().await?;
    give(user, args)
}

fn give(user: User, args: &ShellArgs) -> Result<Exit> {
    args.output().give(&Record { value: user, lines, name: |user| user.name.to_string() })?;
    Ok(Exit::Done)
}

/// A person as lines.
pub fn lines(user: &User, look: &Look) -> Vec<(&'static str, String)> {
    vec![
        ("user", user.name.to_string()),
        ("name", user.display_name.clone()),
        ("roles", user.roles.join(", ")),
        ("id", user.id.to_string()),
        ("since", look.time(user.created_at)),
        ("blocked", yes_or_no(user.blocked)),
    ]
}
