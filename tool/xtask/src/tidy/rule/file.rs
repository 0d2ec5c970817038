//! The shape of files: how they open, how long they are, what they may not hold.

use super::super::tree::Tree;
use super::{Broken, Rule};

/// The longest a Rust file may be.
const LONGEST: usize = 900;
/// What half of the Rust files stay below.
const MEDIAN: usize = 130;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "file-opens-with-a-paragraph",
        check: opening,
        broken: ("domain/plan/src/lib.rs", "use std::fmt;\n"),
        fine: ("domain/plan/src/lib.rs", "//! What lives here.\n"),
    },
    Rule {
        name: "file-is-short",
        check: longest,
        broken: ("domain/plan/src/lib.rs", LONG),
        fine: ("domain/plan/src/lib.rs", "//! Short.\n"),
    },
    Rule {
        name: "most-files-are-short",
        check: median,
        broken: ("domain/plan/src/lib.rs", LONG),
        fine: ("domain/plan/src/lib.rs", "//! Short.\n"),
    },
    Rule { name: "no-trailing-spaces", check: trailing, broken: ("README.md", "a line \n"), fine: ("README.md", "a line\n") },
];

/// As long as no file may be: every byte of this is a line.
const LONG: &str = match std::str::from_utf8(&[b'\n'; LONGEST + 1]) {
    Ok(text) => text,
    Err(_) => "",
};

fn opening(tree: &Tree) -> Broken {
    let closed = tree.rust().filter(|file| !file.text.starts_with("//! "));
    closed.map(|file| (file.at(1), "a file opens with a //! paragraph that says what lives here".to_owned())).collect()
}

fn longest(tree: &Tree) -> Broken {
    let long = tree.rust().filter(|file| file.text.lines().count() > LONGEST);
    long.map(|file| (file.path.clone(), format!("{} lines, and none may have over {LONGEST}", file.text.lines().count()))).collect()
}

fn median(tree: &Tree) -> Broken {
    let mut lengths: Vec<usize> = tree.rust().map(|file| file.text.lines().count()).collect();
    lengths.sort_unstable();
    match lengths.get(lengths.len() / 2) {
        Some(&length) if length > MEDIAN => {
            vec![("all Rust files".to_owned(), format!("half of them have {length} lines or more, and {MEDIAN} is the limit"))]
        }
        Some(_) | None => Vec::new(),
    }
}

fn trailing(tree: &Tree) -> Broken {
    let mut broken = Vec::new();
    for file in tree.files.iter().filter(|file| !file.path.ends_with(".snap")) {
        for (index, line) in file.text.lines().enumerate() {
            if line.ends_with([' ', '\t']) {
                broken.push((file.at(index + 1), "spaces at the end of a line".to_owned()));
            }
        }
    }
    broken
}
