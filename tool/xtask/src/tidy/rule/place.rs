//! What may stand only in its own room: SQL, HTTP status codes, processes.

use regex::Regex;

use super::super::tree::{File, Tree};
use super::{Broken, Rule};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "sql-only-in-the-store",
        check: sql,
        broken: ("service/hub/src/app/job.rs", "let row = query(\"SELECT id FROM job\");\n"),
        fine: ("edge/store/hub/src/job.rs", "use sea_orm::Statement;\nlet row = query(\"SELECT id FROM job\");\n"),
    },
    Rule {
        name: "database-only-in-the-store",
        check: |tree| words(tree, &DATABASE, |path| path.starts_with("edge/store/"), "the database is reached only in edge/store"),
        broken: ("service/hub/src/app/job.rs", "use sea_orm::EntityTrait;\n"),
        fine: ("edge/store/hub/src/job.rs", "use sea_orm::EntityTrait;\n"),
    },
    Rule {
        name: "status-codes-only-in-hub-http",
        check: |tree| {
            words(tree, &STATUS, |path| path.starts_with("service/hub/src/http"), "HTTP status codes stand only in service/hub/src/http")
        },
        broken: ("service/hub/src/app/job.rs", "return StatusCode::NOT_FOUND;\n"),
        fine: ("service/hub/src/http/error.rs", "return StatusCode::NOT_FOUND;\n"),
    },
    Rule {
        name: "processes-only-in-io",
        check: |tree| words(tree, &PROCESS, may_start_processes, "processes are started only in io/ and in tools"),
        broken: ("service/gateway/src/run.rs", "use tokio::process::Command;\n"),
        fine: ("service/gateway/src/io/ssh.rs", "use tokio::process::Command;\n"),
    },
];

super::pattern!(
    STATEMENT,
    r#""\s*(?:SELECT\s+\S.*\bFROM\b|INSERT\s+(?:OR \w+ )?INTO\b|UPDATE\s+\w+\s+SET\b|DELETE\s+FROM\b|CREATE\s+(?:UNIQUE\s+)?(?:TABLE|INDEX)\b|ALTER\s+TABLE\b|DROP\s+TABLE\b|PRAGMA\s)"#
);
super::pattern!(DATABASE, r"\b(?:sea_orm|sea_orm_migration|sea_query|sqlx)::");
super::pattern!(STATUS, r"\bStatusCode\b");
super::pattern!(PROCESS, r"\bprocess::(?:Command\b|\{[^}]*\bCommand\b)");

fn may_start_processes(path: &str) -> bool {
    path.contains("/io/") || path.starts_with("tool/") || path.ends_with("/build.rs")
}

/// Statements stand in strings, which the code without strings does not show.
fn sql(tree: &Tree) -> Broken {
    let elsewhere = tree.rust().filter(|file| !file.path.starts_with("edge/store/") && !file.path.starts_with("tool/xtask/"));
    let mut broken = Vec::new();
    for file in elsewhere {
        for ((number, _), text) in file.code().zip(file.text.lines()) {
            let test = file.rust.get(number - 1).is_some_and(|line| line.test);
            if !test && STATEMENT.is_match(text) {
                broken.push((file.at(number), "SQL stands only in edge/store".to_owned()));
            }
        }
    }
    broken
}

fn words(tree: &Tree, pattern: &Regex, allowed: fn(&str) -> bool, what: &str) -> Broken {
    let elsewhere = tree.rust().filter(|file| !allowed(&file.path));
    elsewhere.flat_map(|file| lines(file, pattern).map(|number| (file.at(number), what.to_owned())).collect::<Vec<_>>()).collect()
}

fn lines(file: &File, pattern: &Regex) -> impl Iterator<Item = usize> {
    file.product().filter(|(_, code)| pattern.is_match(code)).map(|(number, _)| number)
}
