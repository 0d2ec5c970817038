//! Checks the architecture and the house rules. A rule is one entry of a table in [`rule`], with an example that breaks it.

mod rule;
mod rust;
mod tree;

use std::path::Path;

use anyhow::{Result, bail};

use tree::{Finding, Tree};

/// Checks the working tree and prints what it finds.
pub fn run(root: &Path) -> Result<()> {
    let findings = findings(&Tree::read(root)?);
    for finding in &findings {
        eprintln!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => bail!("tidy found one thing"),
        count => bail!("tidy found {count} things"),
    }
}

fn findings(tree: &Tree) -> Vec<Finding> {
    rule::all().flat_map(|rule| (rule.check)(tree).into_iter().map(|(place, what)| Finding { rule: rule.name, place, what })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_working_tree_is_tidy() {
        let findings = findings(&Tree::read(&crate::root()).unwrap());
        let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
    }
}
