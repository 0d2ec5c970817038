//! Pure rooms: `domain/*` and every `core/` know no runtime, file, socket, process, database, clock or dice;
//! and money knows no fractions.

use regex::Regex;

use super::super::tree::Tree;
use super::{Broken, Rule};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "pure-rooms-are-pure",
        check: impure,
        broken: ("service/hub/src/core/clock.rs", "let now = std::time::SystemTime::now();\n"),
        fine: ("service/hub/src/core/clock.rs", "let now = now + limit; // SystemTime::now() is for others\n"),
    },
    Rule {
        name: "pure-rooms-do-not-wait",
        check: waiting,
        broken: ("domain/plan/src/lib.rs", "pub async fn plan() {}\n"),
        fine: ("service/hub/src/app/plan.rs", "pub async fn plan() {}\n"),
    },
    Rule {
        name: "money-never-floats",
        check: floating,
        broken: ("domain/ledger/src/charge.rs", "let sum = price as f64 * hours;\n"),
        fine: ("domain/plan/src/score.rs", "let load = busy as f64 / all as f64;\n"),
    },
];

super::pattern!(
    WORLD,
    r"\b(?:tokio|tokio_util|tokio_stream|futures|axum|hyper|reqwest|tonic|tower|sea_orm|sqlx|redb|rustix|tempfile|landlock|rand|tracing)::|\bstd::(?:fs|net|process|thread|env)\b|\bstd::io::(?:stdin|stdout|stderr)|\b(?:SystemTime|Instant|Timestamp|Zoned)::now\b|\bUuid::(?:new_v4|now_v7)\b|\be?print(?:ln)?!"
);
super::pattern!(WAIT, r"\basync\b|\.await\b");

super::pattern!(FLOAT, r"\bf(?:32|64)\b");

fn is_pure(path: &str) -> bool {
    path.starts_with("domain/") || path.contains("/core/") || path.ends_with("/core.rs")
}

fn impure(tree: &Tree) -> Broken {
    find(tree, &WORLD, is_pure, |found| format!("`{found}` has no place here: time, chance and the world are arguments"))
}

fn waiting(tree: &Tree) -> Broken {
    find(tree, &WAIT, is_pure, |found| format!("`{found}` has no place here: nothing pure waits"))
}

fn floating(tree: &Tree) -> Broken {
    find(tree, &FLOAT, is_about_money, |found| format!("`{found}` has no place here: money is a whole number of micro-units"))
}

fn is_about_money(path: &str) -> bool {
    path.starts_with("domain/ledger/") || path.ends_with("/money.rs") || path.contains("/ledger/") || path.ends_with("/ledger.rs")
}

fn find(tree: &Tree, pattern: &Regex, within: fn(&str) -> bool, say: fn(&str) -> String) -> Broken {
    let mut broken = Vec::new();
    for file in tree.rust().filter(|file| within(&file.path)) {
        for (number, code) in file.product() {
            if let Some(found) = pattern.find(code) {
                broken.push((file.at(number), say(found.as_str())));
            }
        }
    }
    broken
}
