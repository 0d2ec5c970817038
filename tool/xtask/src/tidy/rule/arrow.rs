//! Which crates may depend on which, from `cargo metadata`.

use super::super::tree::{Crate, Tree};
use super::{Broken, Rule};

/// What a pure crate has no use for.
const WORLDLY: &[&str] = &[
    "tokio",
    "tokio-util",
    "tokio-stream",
    "futures",
    "async-trait",
    "axum",
    "hyper",
    "hyper-util",
    "reqwest",
    "tonic",
    "tower",
    "tower-http",
    "sea-orm",
    "sea-orm-migration",
    "sqlx",
    "redb",
    "rustix",
    "landlock",
    "tempfile",
    "rand",
    "rustls",
    "rcgen",
    "tracing",
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "domain-depends-on-model-only",
        check: |tree| inner(tree, "domain/", |_, to| to.room == "domain/model"),
        broken: ("domain/plan/Cargo.toml", "tieline-ledger domain/ledger"),
        fine: ("domain/plan/Cargo.toml", "tieline-model domain/model"),
    },
    Rule { name: "domain-is-pure", check: worldly, broken: ("domain/plan/Cargo.toml", "tokio"), fine: ("service/hub/Cargo.toml", "tokio") },
    Rule {
        name: "edge-depends-on-domain-only",
        check: |tree| inner(tree, "edge/", |from, to| to.room.starts_with("domain/") || same_border(from, to)),
        broken: ("edge/wire/api/Cargo.toml", "tieline-store-hub edge/store/hub"),
        fine: ("edge/wire/api/Cargo.toml", "tieline-model domain/model"),
    },
    Rule {
        name: "service-depends-on-edge-and-domain-only",
        check: |tree| inner(tree, "service/", |_, to| to.room.starts_with("domain/") || to.room.starts_with("edge/")),
        broken: ("service/hub/Cargo.toml", "tieline-gateway service/gateway"),
        fine: ("service/hub/Cargo.toml", "tieline-store-hub edge/store/hub"),
    },
    Rule {
        name: "testkit-only-for-tests",
        check: testkit,
        broken: ("tool/tieline/Cargo.toml", "tieline-testkit tool/testkit"),
        fine: ("tool/tieline/Cargo.toml", "dev tieline-testkit tool/testkit"),
    },
    Rule {
        name: "points-kill-only-in-tests",
        check: armed,
        broken: ("service/hub/Cargo.toml", "[dependencies]\ntieline-fault = { workspace = true, features = [\"armed\"] }\n"),
        fine: ("tool/tieline/Cargo.toml", "[dev-dependencies]\ntieline-fault = { workspace = true, features = [\"armed\"] }\n"),
    },
];

/// Dependencies, outside tests, of crates below `room` on other crates of the workspace that `allowed` does not allow.
fn inner(tree: &Tree, room: &str, allowed: fn(&Crate, &Crate) -> bool) -> Broken {
    let mut broken = Vec::new();
    for from in tree.crates.iter().filter(|crate_| crate_.room.starts_with(room)) {
        for dependency in from.dependencies.iter().filter(|dependency| !dependency.only_tests) {
            let Some(to) = tree.crates.iter().find(|crate_| crate_.name == dependency.name) else { continue };
            if !allowed(from, to) {
                broken.push((from.name.clone(), format!("{} may not depend on {}", from.room, to.room)));
            }
        }
    }
    broken
}

/// Crates of one border, such as two owners' stores, may share what is below both; wire, store and index do not know each other.
fn same_border(from: &Crate, to: &Crate) -> bool {
    let border = |crate_: &Crate| crate_.room.split('/').take(2).map(str::to_owned).collect::<Vec<_>>();
    border(from) == border(to)
}

fn worldly(tree: &Tree) -> Broken {
    let mut broken = Vec::new();
    for pure in tree.crates.iter().filter(|crate_| crate_.room.starts_with("domain/")) {
        let dependencies = pure.dependencies.iter().filter(|dependency| !dependency.only_tests);
        for dependency in dependencies.filter(|dependency| WORLDLY.contains(&dependency.name.as_str())) {
            broken.push((pure.name.clone(), format!("{} is pure and may not depend on {}", pure.room, dependency.name)));
        }
    }
    broken
}

fn testkit(tree: &Tree) -> Broken {
    let users = tree
        .crates
        .iter()
        .filter(|crate_| crate_.room != "tool/bench")
        .filter(|crate_| crate_.dependencies.iter().any(|dependency| dependency.name == "tieline-testkit" && !dependency.only_tests));
    users.map(|crate_| (crate_.name.clone(), "tieline-testkit is for tests and measurements: [dev-dependencies]".to_owned())).collect()
}

/// The feature by which points kill is turned on nowhere but in dev-dependencies, so that no built program has it.
fn armed(tree: &Tree) -> Broken {
    let mut broken = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with("Cargo.toml")) {
        let mut table = "";
        for (index, line) in file.text.lines().enumerate() {
            if line.starts_with('[') {
                table = line;
            }
            if line.contains("\"armed\"") && table != "[dev-dependencies]" {
                broken.push((file.at(index + 1), "points kill only in tests: [dev-dependencies]".to_owned()));
            }
        }
    }
    broken
}

/// The crates of an example: the one whose manifest this is, with its one dependency `[dev] NAME [ROOM]`.
#[cfg(test)]
pub(super) fn crates_of_manifest(path: &str, text: &str) -> Vec<Crate> {
    use super::super::tree::Dependency;
    let Some(room) = path.strip_suffix("/Cargo.toml") else { return Vec::new() };
    let only_tests = text.starts_with("dev ");
    let mut words = text.trim_start_matches("dev ").split(' ').map(str::to_owned);
    let name = words.next().unwrap_or_default();
    let other = words.next().map(|room| Crate { name: name.clone(), room, dependencies: Vec::new() });
    let this = Crate { name: "this".to_owned(), room: room.to_owned(), dependencies: vec![Dependency { name, only_tests }] };
    other.into_iter().chain([this]).collect()
}
