//! `tieline access MACHINE`: whether a center lets one in, and what is left to do for it.

use tieline_model::Result;
use tieline_wire_api::machines::Access;

use super::ShellArgs;
use crate::exit::Exit;
use crate::output::{Look, Record, yes_or_no};
use crate::talk::say;

/// Shows it; not being let in is exit status 4, for scripts.
///
/// # Errors
/// What the hub says; `Unavailable` where the center's gateway is away.
pub async fn run(machine: &str, args: &ShellArgs) -> Result<Exit> {
    let access = args.client()?.machine_access(machine).await?;
    let lines = |access: &Access, _: &Look| {
        let mut lines = vec![("let in", yes_or_no(access.allowed))];
        let more = [("as", &access.local_user), ("by", &access.rule), ("because", &access.why), ("key line", &access.authorized_key)];
        lines.extend(more.into_iter().filter_map(|(title, text)| Some((title, text.clone()?))));
        lines
    };
    if access.authorized_key.is_some() {
        say("put the key line once into ~/.ssh/authorized_keys on the machine, as the user it names");
    }
    let exit = if access.allowed { Exit::Done } else { Exit::Forbidden };
    let name = |access: &Access| access.local_user.clone().unwrap_or_default();
    args.output().give(&Record { value: access, lines, name })?;
    Ok(exit)
}
