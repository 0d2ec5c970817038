//! Documents: a link to a file or a heading of ours leads there, and every page under `docs/` is one of the book's.

use std::collections::BTreeSet;

use super::super::tree::{File, Tree};
use super::{Broken, Rule};

/// The list of the book's pages.
const SUMMARY: &str = "docs/SUMMARY.md";
/// Pages of ours that are for those who work here, not for readers of the book.
const APART: &str = "docs/plans/";

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "links-lead-somewhere",
        check: |tree| documents(tree).flat_map(|file| dead(tree, file)).collect(),
        broken: ("docs/README.md", "# A page\n\nSee [there](guide/none.md) and [here](#another).\n"),
        fine: ("docs/README.md", "# A page\n\nSee [here](README.md#a-page), `[x](y)`.\n\n```toml\n[[a]](b)\n```\n"),
    },
    Rule {
        name: "pages-are-in-the-book",
        check: lost,
        broken: ("docs/guide/lost.md", "# Lost\n"),
        fine: ("docs/plans/later.md", "# Later\n"),
    },
];

super::pattern!(LINK, r#"\]\(([^)\s]+)(?:\s+"[^"]*")?\)"#);
super::pattern!(CODE, r"`[^`]*`");

fn documents(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.files.iter().filter(|file| file.path.ends_with(".md"))
}

fn dead(tree: &Tree, file: &File) -> Broken {
    let mut broken = Vec::new();
    for (number, line) in prose(&file.text) {
        for link in LINK.captures_iter(&CODE.replace_all(line, "")) {
            let link = &link[1];
            if !link.contains("://") && !link.starts_with("mailto:") && !leads(tree, file, link) {
                broken.push((file.at(number), format!("'{link}' leads nowhere")));
            }
        }
    }
    broken
}

fn leads(tree: &Tree, file: &File, link: &str) -> bool {
    let (path, heading) = link.split_once('#').map_or((link, None), |(path, heading)| (path, Some(heading)));
    let Some(target) = resolved(&file.path, path) else { return false };
    let found = tree.files.iter().find(|known| known.path == target);
    match heading {
        Some(heading) => found.is_some_and(|found| prose(&found.text).any(|(_, line)| line.starts_with('#') && slug(line) == heading)),
        None => found.is_some() || tree.paths.iter().any(|known| *known == target || known.starts_with(&format!("{target}/"))),
    }
}

/// The path from the top; `None` above it. An empty link is to the file itself.
fn resolved(from: &str, link: &str) -> Option<String> {
    if link.is_empty() {
        return Some(from.to_owned());
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A heading as links name it.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase().replace(char::is_whitespace, "-");
    text.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_')).collect()
}

/// Lines outside fenced code, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((index + 1, line))
    })
}

fn lost(tree: &Tree) -> Broken {
    let summary = tree.files.iter().find(|file| file.path == SUMMARY).map_or("", |file| file.text.as_str());
    let listed: BTreeSet<String> = LINK.captures_iter(summary).filter_map(|link| resolved(SUMMARY, &link[1])).collect();
    let pages = documents(tree).filter(|file| file.path.starts_with("docs/") && !file.path.starts_with(APART) && file.path != SUMMARY);
    let lost = pages.filter(|file| !listed.contains(&file.path));
    lost.map(|file| (file.path.clone(), format!("is not in {SUMMARY}"))).collect()
}
