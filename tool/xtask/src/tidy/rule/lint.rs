//! The compiler's lints stay on everywhere; what is excused says why; unsafe code stands on one list.

use super::super::tree::Tree;
use super::{Broken, Rule};

/// The files that may hold unsafe code, and why each must.
const UNSAFE: &[(&str, &str)] = &[
    ("service/gateway/src/io/fork/reap.rs", "wait4, which tells what a child used, has no safe wrapper among our libraries"),
    ("service/gateway/src/io/scripts/namespaces.rs", "unshare, by which a script leaves the gateway's namespaces, has no safe wrapper"),
    ("tool/tieline/src/daemon/memory.rs", "mallopt, by which freed memory goes back to the system, has no safe wrapper"),
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "lints-are-the-workspace's",
        check: inherited,
        broken: ("domain/plan/Cargo.toml", "[package]\nname = \"tieline-plan\"\n"),
        fine: ("domain/plan/Cargo.toml", "[package]\nname = \"tieline-plan\"\n\n[lints]\nworkspace = true\n"),
    },
    Rule {
        name: "expect-instead-of-allow",
        check: allowed,
        broken: ("domain/plan/src/lib.rs", "#[allow(dead_code)]\nfn a() {}\n"),
        fine: ("domain/plan/src/lib.rs", "#[expect(dead_code, reason = \"soon\")]\nfn a() {}\n"),
    },
    Rule {
        name: "excuses-have-a-reason",
        check: unexplained,
        broken: ("domain/plan/src/lib.rs", "#[expect(dead_code)]\nfn a() {}\n"),
        fine: ("domain/plan/src/lib.rs", "#[expect(\n    dead_code,\n    reason = \"soon\"\n)]\nfn a() {}\n"),
    },
    Rule {
        name: "unsafe-is-on-the-list",
        check: unlisted,
        broken: ("service/gateway/src/core/a.rs", "fn a() { unsafe { b() } }\n"),
        fine: ("service/gateway/src/core/a.rs", "// unsafe { } is forbidden\n#![deny(unsafe_code)]\n"),
    },
];

fn inherited(tree: &Tree) -> Broken {
    let manifests = tree.files.iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    let bare = manifests.filter(|file| !file.text.contains("[lints]\nworkspace = true"));
    bare.map(|file| (file.path.clone(), "the crate lacks [lints] workspace = true".to_owned())).collect()
}

fn allowed(tree: &Tree) -> Broken {
    let mut broken = Vec::new();
    for file in tree.rust() {
        for (number, code) in file.code() {
            let code: String = code.split_whitespace().collect();
            if ["#[allow(", "#![allow("].iter().any(|attribute| code.contains(attribute)) {
                broken.push((file.at(number), "use #[expect(…, reason = \"…\")], which complains when it is no longer needed".to_owned()));
            }
        }
    }
    broken
}

fn unexplained(tree: &Tree) -> Broken {
    let mut broken = Vec::new();
    for file in tree.rust() {
        let code: Vec<(usize, &str)> = file.code().collect();
        for (index, (number, line)) in code.iter().enumerate() {
            if !(line.contains("#[expect(") || line.contains("#![expect(") || line.contains(", expect(")) {
                continue;
            }
            let whole = code[index..].iter().take(12).map(|(_, line)| *line).collect::<Vec<_>>().join(" ");
            let attribute = whole.split(")]").next().unwrap_or_default();
            if !attribute.contains("reason") {
                broken.push((file.at(*number), "an excuse has a reason = \"…\"".to_owned()));
            }
        }
    }
    broken
}

fn unlisted(tree: &Tree) -> Broken {
    let mut broken = Vec::new();
    for file in tree.rust().filter(|file| !UNSAFE.iter().any(|(path, _)| file.path == *path)) {
        for (number, code) in file.code() {
            if code.split(|character: char| !(character.is_alphanumeric() || character == '_')).any(|word| word == "unsafe") {
                broken.push((
                    file.at(number),
                    "unsafe code; if there is no other way, it goes on the list in tidy's rule/lint.rs with its reason".to_owned(),
                ));
            }
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_on_the_list_of_unsafe_code_exists_and_holds_some() {
        let tree = Tree::read(&crate::root()).unwrap();
        for (path, reason) in UNSAFE {
            let file = tree.files.iter().find(|file| file.path == *path);
            assert!(file.is_some_and(|file| file.text.contains("unsafe")), "{path} need not be listed");
            assert!(!reason.is_empty());
        }
    }
}
