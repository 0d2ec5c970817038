//! Words that have no place in the tree, in any text file.

use regex::Regex;

use super::super::tree::Tree;
use super::{Broken, Rule};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "nothing-is-left-for-later",
        check: |tree| find(tree, &LATER, "do it now, or write it down where work is planned"),
        broken: ("domain/plan/src/lib.rs", "// TODO: the rest\n"),
        fine: ("domain/plan/src/lib.rs", "// The list of what to do is in the plan.\n"),
    },
    Rule {
        name: "no-test-is-switched-off",
        check: |tree| find(tree, &IGNORED, "a test runs or does not exist"),
        broken: ("domain/plan/src/lib.rs", "#[test]\n#[ignore = \"slow\"]\nfn a() {}\n"),
        fine: ("domain/plan/src/lib.rs", "#[test]\nfn a_cancel_of_an_unknown_job_is_ignored() {}\n"),
    },
    Rule {
        name: "no-workshop-paths",
        check: |tree| find(tree, &WORKSHOP, "a path of the machine this was written on"),
        broken: ("README.md", "see /work/main/README.md\n"),
        fine: ("README.md", "see domain/work/main.rs\n"),
    },
    Rule {
        name: "no-registry-hosts",
        check: |tree| find(tree, &REGISTRY, "the host of a package registry"),
        broken: ("tool/setup", "curl https://static.crates.io/crates/a\n"),
        fine: ("Cargo.lock", "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"),
    },
];

super::pattern!(LATER, r"\b(?:TODO|FIXME|XXX)\b|\b(?:todo|unimplemented)!");
super::pattern!(IGNORED, r"#\[ignore\b");
super::pattern!(WORKSHOP, r"(?:^|[\s'\x22`(=:])/work/(?:main|wt|shared)\b");
super::pattern!(
    REGISTRY,
    r"\b(?:static|index)\.crates\.io\b|\bpypi\.org\b|\bregistry\.(?:npmjs\.org|npmmirror\.com)\b|\bfiles\.pythonhosted\.org\b"
);

/// The rules name what they forbid; lock files name where packages come from.
fn is_exempt(path: &str) -> bool {
    path.starts_with("tool/xtask/src/tidy/") || path.ends_with(".lock") || path.ends_with("package-lock.json")
}

fn find(tree: &Tree, pattern: &Regex, what: &str) -> Broken {
    let mut broken = Vec::new();
    for file in tree.files.iter().filter(|file| !is_exempt(&file.path)) {
        for (index, line) in file.text.lines().enumerate() {
            if let Some(found) = pattern.find(line) {
                broken.push((file.at(index + 1), format!("`{}`: {what}", found.as_str().trim())));
            }
        }
    }
    broken
}
