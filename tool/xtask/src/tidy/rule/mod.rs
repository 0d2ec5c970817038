//! The rules. Each has a name, a check, an example that breaks it and one that does not; both examples are tests.

/// A pattern compiled once.
macro_rules! pattern {
    ($name:ident, $pattern:expr) => {
        static $name: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| regex::Regex::new($pattern).unwrap());
    };
}
use pattern;

mod arrow;
mod file;
mod id;
mod link;
mod lint;
mod part;
mod place;
mod pure;
mod word;

use super::tree::Tree;

/// Where a rule is broken, and how.
pub type Broken = Vec<(String, String)>;

/// A rule.
pub struct Rule {
    /// Its short name, which a finding shows.
    pub name: &'static str,
    /// Finds where it is broken.
    pub check: fn(&Tree) -> Broken,
    /// A file that breaks it: path and text.
    #[cfg_attr(not(test), expect(dead_code, reason = "only the tests of the rules read the examples"))]
    pub broken: Example,
    /// A file that looks much like it and does not.
    #[cfg_attr(not(test), expect(dead_code, reason = "only the tests of the rules read the examples"))]
    pub fine: Example,
}

/// The path and the text of a file.
pub type Example = (&'static str, &'static str);

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [arrow::RULES, file::RULES, id::RULES, link::RULES, lint::RULES, part::RULES, place::RULES, pure::RULES, word::RULES]
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::super::tree::File;
    use super::*;

    fn tree((path, text): Example) -> Tree {
        Tree { files: vec![File::new(path, text)], paths: vec![path.to_owned()], crates: arrow::crates_of_manifest(path, text) }
    }

    #[test]
    fn each_rule_reports_the_example_that_breaks_it() {
        for rule in all() {
            assert!(!(rule.check)(&tree(rule.broken)).is_empty(), "{} does not see its own example", rule.name);
        }
    }

    #[test]
    fn no_rule_reports_the_example_that_keeps_it() {
        for rule in all() {
            let broken = (rule.check)(&tree(rule.fine));
            assert!(broken.is_empty(), "{} sees ghosts: {broken:?}", rule.name);
        }
    }

    #[test]
    fn the_names_of_the_rules_differ() {
        let mut names: Vec<&str> = all().map(|rule| rule.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
