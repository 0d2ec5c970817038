//! The center's own word on who may run here and as whom. The hub cannot override it.
//!
//! Rules are read from top to bottom; the first that fits decides. Where none fits, the answer is no.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tieline_model::{Error, LocalUser, MachineName, Result};

use crate::core::Person;

/// The file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The rules, in their order.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
}

/// One rule. It fits where everything it names fits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The person's name on the platform; `*` for everybody.
    #[serde(default)]
    pub user: Option<String>,
    /// The account that pays.
    #[serde(default)]
    pub account: Option<String>,
    /// A role of the person, as `platform-administrator`.
    #[serde(default)]
    pub role: Option<String>,
    /// Only on this machine.
    #[serde(default)]
    pub machine: Option<String>,
    /// As whom; `{user}` stands for the person's own name.
    #[serde(default)]
    pub local: Option<String>,
    /// Whoever fits is refused.
    #[serde(default)]
    pub deny: bool,
    /// Several people may share the one local user.
    #[serde(default)]
    pub allow_shared: bool,
    /// The local user may be a system account (below number 1000). Root never runs jobs on this machine all the same.
    #[serde(default)]
    pub allow_system: bool,
}

/// What the map says of one person on one machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The rule that decided, as people count: 1 for the first; none where no rule fits.
    pub rule: Option<usize>,
    /// As whom, or why not.
    pub answer: Answer,
}

/// As whom, or why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// As this local user.
    LocalUser(LocalUser),
    /// Not at all.
    Refused(String),
}

/// The map, read again whenever its file changes.
#[derive(Debug)]
pub struct UserMap {
    path: PathBuf,
    system: Vec<String>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    stamp: Option<Stamp>,
    rules: Rules,
    trouble: Option<String>,
}

type Stamp = (SystemTime, u64, u64);

impl Rules {
    /// Reads and checks the file's text.
    ///
    /// # Errors
    /// `Invalid`, naming the rule and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self> {
        let rules: Self = toml::from_str(text).map_err(|error| Error::invalid(error.to_string()))?;
        for (index, rule) in rules.rules.iter().enumerate() {
            rule.check().map_err(|why| Error::invalid(why).field(format!("rule {}", index + 1)))?;
        }
        Ok(rules)
    }

    /// Who this person is on this machine. `system` names local accounts that need `allow_system`.
    pub fn explain(&self, person: &Person, machine: &MachineName, system: &[String]) -> Decision {
        let found = self.rules.iter().enumerate().find(|(_, rule)| rule.fits(person, machine));
        let Some((index, rule)) = found else {
            let why = format!("no rule of the center's user map fits '{}' on {machine}", person.user);
            return Decision { rule: None, answer: Answer::Refused(why) };
        };
        Decision { rule: Some(index + 1), answer: rule.answer(person, system) }
    }
}

impl Rule {
    fn check(&self) -> Result<(), String> {
        if self.user.is_none() && self.account.is_none() && self.role.is_none() {
            return Err("names nobody: give user, account or role; user = \"*\" means everybody".to_owned());
        }
        let local = match (&self.local, self.deny) {
            (Some(_), true) => return Err("both denies and names a local user".to_owned()),
            (None, false) => return Err("names no local user".to_owned()),
            (None, true) => return Ok(()),
            (Some(local), false) => local,
        };
        if local != "{user}" && local.parse::<LocalUser>().is_err() {
            return Err(format!("'{local}' is not a login name; only \"{{user}}\" alone stands for the person's own"));
        }
        let several = self.user.as_deref().is_none_or(|user| user == "*");
        if several && local != "{user}" && !self.allow_shared {
            return Err(format!(
                "maps several people onto the one local user '{local}': they could read each other's files. Set allow_shared = true if that is meant"
            ));
        }
        if local == "root" && !self.allow_system {
            return Err("maps onto root".to_owned());
        }
        Ok(())
    }

    fn fits(&self, person: &Person, machine: &MachineName) -> bool {
        let fits = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|wanted| wanted == is);
        let role = self.role.as_ref().is_none_or(|role| person.roles.contains(role));
        let user = self.user.as_deref() == Some("*") || fits(&self.user, person.user.as_str());
        user && role && fits(&self.account, &person.account) && fits(&self.machine, machine.as_str())
    }

    fn answer(&self, person: &Person, system: &[String]) -> Answer {
        if self.deny {
            return Answer::Refused(format!("the center's user map denies '{}'", person.user));
        }
        let name = self.local.as_deref().unwrap_or_default().replace("{user}", person.user.as_str());
        if (name == "root" || system.contains(&name)) && !self.allow_system {
            return Answer::Refused(format!("'{name}' is a system account, and the rule does not set allow_system"));
        }
        match name.parse() {
            Ok(local) => Answer::LocalUser(local),
            Err(error) => Answer::Refused(error.to_string()),
        }
    }
}

impl Decision {
    /// The local user, or the refusal as an error.
    ///
    /// # Errors
    /// `Forbidden`, in a sentence.
    pub fn into_result(self) -> Result<LocalUser> {
        match self.answer {
            Answer::LocalUser(local) => Ok(local),
            Answer::Refused(why) => {
                Err(Error::forbidden(why).code("not_mapped").hint("ask the center's operator for a line in its user map"))
            }
        }
    }
}

impl UserMap {
    /// Reads the file.
    ///
    /// # Errors
    /// `Invalid` where it is missing or wrong: a gateway does not start with a map it cannot read.
    pub fn open(path: &Path) -> Result<Self> {
        let stamp = stamp(path);
        let rules = read(path)?;
        Ok(Self { path: path.to_owned(), system: system_accounts(), state: Mutex::new(State { stamp, rules, trouble: None }) })
    }

    /// Who this person is on this machine, by the file as it is now.
    pub fn explain(&self, person: &Person, machine: &MachineName) -> Decision {
        let Ok(mut state) = self.state.lock() else {
            return Decision { rule: None, answer: Answer::Refused("the user map cannot be read".to_owned()) };
        };
        self.reread(&mut state);
        state.rules.explain(person, machine, &self.system)
    }

    /// What is wrong with the file as it is now. The last good one serves meanwhile.
    pub fn trouble(&self) -> Option<String> {
        let mut state = self.state.lock().ok()?;
        self.reread(&mut state);
        state.trouble.clone()
    }

    fn reread(&self, state: &mut State) {
        let now = stamp(&self.path);
        if now == state.stamp {
            return;
        }
        state.stamp = now;
        match read(&self.path) {
            Ok(rules) => {
                tracing::info!(file = %self.path.display(), rules = rules.rules.len(), "the user map changed");
                state.rules = rules;
                state.trouble = None;
            }
            Err(error) => {
                tracing::error!(%error, file = %self.path.display(), "the user map is broken: the last good one goes on");
                state.trouble = Some(format!("the user map is broken, the last good one serves: {error}"));
            }
        }
    }
}

fn read(path: &Path) -> Result<Rules> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::invalid(format!("the user map {} cannot be read: {error}", path.display())))?;
    Rules::parse(&text)
}

fn stamp(path: &Path) -> Option<Stamp> {
    use std::os::unix::fs::MetadataExt;
    let meta = std::fs::metadata(path).ok()?;
    Some((meta.modified().ok()?, meta.len(), meta.ino()))
}

/// This machine's accounts below number 1000: a name among them is one on most machines.
fn system_accounts() -> Vec<String> {
    let text = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let system = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let number: u32 = fields.nth(1)?.parse().ok()?;
        (number < 1000).then(|| name.to_owned())
    };
    text.lines().filter_map(system).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(user: &str, account: &str, roles: &[&str]) -> Person {
        Person { user: user.parse().unwrap(), account: account.into(), roles: roles.iter().map(|&role| role.into()).collect() }
    }

    const MAP: &str = r#"
[[rule]]
user = "mallory"
deny = true
[[rule]]
user = "alice"
machine = "big"
local = "al"
[[rule]]
account = "chem"
local = "chem"
allow_shared = true
[[rule]]
role = "platform-administrator"
local = "{user}"
[[rule]]
user = "eve"
local = "daemon"
"#;

    #[test]
    fn the_first_rule_that_fits_decides_and_without_one_the_answer_is_no() {
        let rules = Rules::parse(MAP).unwrap();
        type Row = (&'static str, &'static str, &'static [&'static str], &'static str, Option<usize>, Option<&'static str>);
        let table: [Row; 8] = [
            ("alice", "x", &["user"], "big", Some(2), Some("al")),
            ("alice", "x", &["user"], "small", None, None),
            ("alice", "chem", &["user"], "small", Some(3), Some("chem")),
            ("mallory", "chem", &["platform-administrator"], "big", Some(1), None),
            ("bob", "x", &["user", "platform-administrator"], "big", Some(4), Some("bob")),
            ("daemon", "x", &["platform-administrator"], "big", Some(4), None),
            ("eve", "x", &["user"], "big", Some(5), None),
            ("zoe", "x", &["user"], "big", None, None),
        ];
        for (user, account, roles, machine, rule, local) in table {
            let decision = rules.explain(&person(user, account, roles), &machine.parse().unwrap(), &["daemon".to_owned()]);
            assert_eq!(decision.rule, rule, "{user} on {machine}");
            assert_eq!(decision.into_result().ok().map(|local| local.to_string()).as_deref(), local, "{user} on {machine}");
        }
    }

    #[test]
    fn a_rule_that_would_open_the_machine_by_mistake_is_refused() {
        for wrong in [
            r#"user = "*"
local = "guest""#,
            r#"role = "user"
local = "guest""#,
            r#"local = "guest""#,
            r#"user = "a"
local = "root""#,
            r#"user = "a"
local = "x{user}""#,
            r#"user = "a""#,
            r#"user = "a"
deny = true
local = "a""#,
            r#"user = "a"
lokal = "a""#,
        ] {
            assert!(Rules::parse(&format!("[[rule]]\n{wrong}\n")).is_err(), "{wrong}");
        }
        assert!(Rules::parse("[[rule]]\nuser = \"*\"\nlocal = \"guest\"\nallow_shared = true\n").is_ok());
        assert!(Rules::parse("[[rule]]\nuser = \"*\"\nlocal = \"{user}\"\n").is_ok());
    }

    #[test]
    fn a_changed_file_counts_at_once_and_a_broken_one_keeps_the_last_good() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("users.toml");
        std::fs::write(&path, "").unwrap();
        let map = UserMap::open(&path).unwrap();
        let who = || map.explain(&person("alice", "x", &[]), &"m".parse().unwrap()).into_result().ok().map(|local| local.to_string());
        assert_eq!(who(), None);
        std::fs::write(&path, "[[rule]]\nuser = \"alice\"\nlocal = \"al\"\n").unwrap();
        assert_eq!(who().as_deref(), Some("al"));
        std::fs::write(&path, "[[rule]]\nuser = \"alice\"\n").unwrap();
        assert_eq!(who().as_deref(), Some("al"));
        assert!(map.trouble().unwrap().contains("rule 1"));
        std::fs::write(&path, "# nobody\n").unwrap();
        assert_eq!((who(), map.trouble()), (None, None));
        assert!(UserMap::open(&folder.path().join("none")).is_err());
    }
}
