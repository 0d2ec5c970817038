//! Ids are newtypes: a public function takes no bare text or UUID for one.

use super::super::tree::{File, Tree};
use super::{Broken, Rule};

/// Where text is right, and why.
const EXEMPT: &[(&str, &str)] = &[
    ("domain/model/src/id.rs", "makes the newtypes"),
    ("domain/pack/", "the ids there are names that the author of a package gives to parameters"),
];

pub(super) const RULES: &[Rule] = &[Rule {
    name: "ids-are-newtypes",
    check: bare,
    broken: ("service/hub/src/app/job.rs", "pub async fn cancel(\n    &self,\n    job_id: &str,\n) {}\n"),
    fine: ("service/hub/src/app/job.rs", "pub async fn cancel(&self, job_id: JobId, reason: &str) {}\n"),
}];

super::pattern!(SIGNATURE, r"\bpub (?:async )?fn \w+[^{;]*");
super::pattern!(
    BARE,
    r"\b(?P<name>id|\w+_id)\s*:\s*(?P<type>&(?:'\w+ )?(?:mut )?(?:str|String|Uuid)\b|String\b|(?:uuid::)?Uuid\b|impl (?:Into<String>|AsRef<str>|ToString))"
);

fn bare(tree: &Tree) -> Broken {
    tree.rust().filter(|file| !EXEMPT.iter().any(|(path, _)| file.path.starts_with(path))).flat_map(in_file).collect()
}

fn in_file(file: &File) -> Broken {
    let text: String = file.rust.iter().map(|line| if line.test { "\n".to_owned() } else { format!("{}\n", line.code) }).collect();
    let mut broken = Vec::new();
    for signature in SIGNATURE.find_iter(&text) {
        for found in BARE.captures_iter(signature.as_str()) {
            let before = &text[..signature.start() + found.get(0).map_or(0, |whole| whole.start())];
            let line = before.matches('\n').count() + 1;
            broken.push((file.at(line), format!("{} is a {}; ids are the newtypes of tieline_model::id", &found["name"], &found["type"])));
        }
    }
    broken
}
