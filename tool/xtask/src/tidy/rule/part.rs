//! A test that starts a real part says so in its name, which is how `make check` leaves it out.

use super::super::rust;
use super::super::tree::{File, Tree};
use super::{Broken, Rule};

/// What a test calls, and the word that then must stand in its name or in the name of its module.
const PARTS: &[(&str, &str)] = &[("Cluster::start(", "slurm"), ("sshd::Server::start(", "ssh"), ("fresh_database(", "postgres")];

pub(super) const RULES: &[Rule] = &[Rule {
    name: "tests-name-their-parts",
    check: unnamed,
    broken: (
        "service/gateway/tests/jobs.rs",
        "#[tokio::test]\nasync fn a_job_runs() {\n    let cluster = Cluster::start(options).await;\n}\n",
    ),
    fine: (
        "service/gateway/tests/jobs.rs",
        "#[tokio::test]\nasync fn slurm_runs_a_job() {\n    let cluster = Cluster::start(options).await;\n}\n",
    ),
}];

fn unnamed(tree: &Tree) -> Broken {
    tree.rust().flat_map(in_file).collect()
}

fn in_file(file: &File) -> Broken {
    let mut broken = Vec::new();
    for (from, line) in file.rust.iter().enumerate() {
        if !(line.code.contains("#[test]") || line.code.contains("#[tokio::test")) {
            continue;
        }
        let item: Vec<&str> = file.rust[from..rust::item_end(&file.rust, from)].iter().map(|line| line.code.as_str()).collect();
        let item = item.join("\n");
        let name = item.split_once("fn ").map_or("", |(_, rest)| rest.split('(').next().unwrap_or_default());
        for (call, word) in PARTS {
            if item.contains(call) && !name.contains(word) && !module(&file.path).contains(word) {
                broken.push((file.at(from + 1), format!("'{name}' starts a real part and does not say '{word}' in its name")));
            }
        }
    }
    broken
}

/// The part of the path that becomes part of a test's name: what lies below `src`, or below the folder of an integration test.
fn module(path: &str) -> &str {
    let below = |folder: &str| path.split_once(folder).map(|(_, rest)| rest);
    below("/src/").or_else(|| below("/tests/").and_then(|rest| rest.split_once('/')).map(|(_, rest)| rest)).unwrap_or_default()
}
