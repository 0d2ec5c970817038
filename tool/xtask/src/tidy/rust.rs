//! Reads Rust just well enough for the rules: comments and the insides of strings become blanks, and lines of tests are marked.

/// A line of Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its code, with blanks for comments and for what stands inside quotes.
    pub code: String,
    /// Whether it belongs to a test.
    pub test: bool,
}

/// Whether everything in this file is a test.
pub fn is_test_file(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.ends_with("_tests.rs") || path.starts_with("tool/testkit/")
}

/// The lines of a text.
pub fn lines(text: &str, all_test: bool) -> Vec<Line> {
    let code = blank(text);
    let mut lines: Vec<Line> = code.lines().map(|code| Line { code: code.to_owned(), test: all_test }).collect();
    if !all_test {
        mark_tests(&mut lines);
    }
    lines
}

/// The text with the same lines, where comments and the insides of strings are blank.
fn blank(text: &str) -> String {
    let source: Vec<char> = text.chars().collect();
    let mut out: Vec<char> = Vec::with_capacity(source.len());
    let mut at = 0;
    while at < source.len() {
        let end = token_end(&source, at);
        let keep_quotes = matches!(source[at], '"' | 'r' | 'b' | 'c') && end > at + 1;
        for (index, &character) in source.iter().enumerate().take(end).skip(at) {
            let kept = end == at + 1 || character == '\n' || (keep_quotes && character == '"' && (index == at || index == end - 1));
            out.push(if kept { character } else { ' ' });
        }
        at = end;
    }
    out.into_iter().collect()
}

/// Where the comment, string or character that begins here ends; the next place if none does.
fn token_end(source: &[char], at: usize) -> usize {
    let next = source.get(at + 1).copied();
    let begins_word = at == 0 || !(source[at - 1].is_alphanumeric() || source[at - 1] == '_');
    match source[at] {
        '/' if next == Some('/') => line_end(source, at),
        '/' if next == Some('*') => comment_end(source, at),
        '"' => string_end(source, at + 1),
        '\'' => character_end(source, at).unwrap_or(at + 1),
        'r' | 'b' | 'c' if begins_word => prefixed_end(source, at).unwrap_or(at + 1),
        _ => at + 1,
    }
}

fn line_end(source: &[char], at: usize) -> usize {
    source[at..].iter().position(|&character| character == '\n').map_or(source.len(), |length| at + length)
}

fn comment_end(source: &[char], at: usize) -> usize {
    let (mut depth, mut index) = (0, at);
    while index + 1 < source.len() {
        match (source[index], source[index + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                index += 1;
                continue;
            }
        }
        index += 2;
        if depth == 0 {
            return index;
        }
    }
    source.len()
}

/// `from` is the first character inside.
fn string_end(source: &[char], from: usize) -> usize {
    let mut index = from;
    while index < source.len() {
        match source[index] {
            '\\' => index += 2,
            '"' => return index + 1,
            _ => index += 1,
        }
    }
    source.len()
}

/// None for a lifetime.
fn character_end(source: &[char], at: usize) -> Option<usize> {
    if source.get(at + 1) == Some(&'\\') {
        let rest = source.get(at + 3..)?;
        return rest.iter().take(12).position(|&character| character == '\'').map(|length| at + 4 + length);
    }
    (source.get(at + 2) == Some(&'\'')).then_some(at + 3)
}

/// `b"…"`, `c"…"`, `r"…"`, `r#"…"#`, `br#"…"#`, `b'…'`.
fn prefixed_end(source: &[char], at: usize) -> Option<usize> {
    let mut index = at + 1;
    if source.get(index) == Some(&'\'') && source[at] == 'b' {
        return character_end(source, index);
    }
    let raw = source[at] == 'r' || source.get(index) == Some(&'r');
    if source[at] != 'r' && raw {
        index += 1;
    }
    let hashes = source.get(index..)?.iter().take_while(|&&character| character == '#').count();
    if source.get(index + hashes) != Some(&'"') || (hashes > 0 && !raw) {
        return None;
    }
    let inside = index + hashes + 1;
    if !raw {
        return Some(string_end(source, inside));
    }
    let closes =
        |place: usize| source[place] == '"' && source[place + 1..].iter().take_while(|&&character| character == '#').count() >= hashes;
    Some((inside..source.len()).find(|&place| closes(place)).map_or(source.len(), |place| place + 1 + hashes))
}

/// Marks what `#[cfg(test)]` or `#[test]` stands before, up to the end of its braces.
fn mark_tests(lines: &mut [Line]) {
    let mut index = 0;
    while index < lines.len() {
        let code = lines[index].code.trim_start();
        let begins = code.starts_with("#[cfg(test)]")
            || code.starts_with("#[cfg(all(test")
            || code.starts_with("#[test]")
            || code.starts_with("#[tokio::test");
        if code.starts_with("#![cfg(test)]") {
            lines[index..].iter_mut().for_each(|line| line.test = true);
            return;
        }
        if !begins {
            index += 1;
            continue;
        }
        let end = item_end(lines, index);
        lines[index..end].iter_mut().for_each(|line| line.test = true);
        index = end;
    }
}

/// The line after the item that begins here: after its closing brace, or after a semicolon outside braces.
pub fn item_end(lines: &[Line], from: usize) -> usize {
    let mut depth = 0_i32;
    for (index, line) in lines.iter().enumerate().skip(from) {
        for character in line.code.chars() {
            match character {
                '{' => depth += 1,
                '}' => {
                    depth -= 1;
                    if depth == 0 {
                        return index + 1;
                    }
                }
                ';' if depth == 0 => return index + 1,
                _ => {}
            }
        }
    }
    lines.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        lines(text, false).into_iter().map(|line| line.code).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn comments_and_the_insides_of_strings_are_blank() {
        for (text, expected) in [
            ("a(); // b", "a();"),
            ("/* a /* b */ c */ d", "d"),
            (r#"f("say \"hi\" // no", 'x')"#, r#"f(" ", )"#),
            (r##"f(r#"a "b" c"#, g)"##, r#"f( , g)"#),
            ("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}"),
            (r"let c = '\''; d", "let c = ; d"),
            ("let b = b\"x\"; r2", "let b = \"; r2"),
        ] {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(code(text).chars().count(), text.chars().count(), "{text}");
            assert_eq!(words(&code(text)), words(expected), "{text}");
        }
    }

    #[test]
    fn a_string_over_several_lines_keeps_the_lines() {
        assert_eq!(lines("a(\"x\ny\");\nb", false).len(), 3);
    }

    #[test]
    fn what_follows_cfg_test_is_a_test_up_to_its_closing_brace() {
        let marked: Vec<bool> =
            lines("fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\nfn c() {}", false).iter().map(|line| line.test).collect();
        assert_eq!(marked, [false, true, true, true, true, false]);
    }

    #[test]
    fn a_test_module_in_its_own_file_ends_with_its_semicolon() {
        let marked: Vec<bool> = lines("#[cfg(test)]\nmod tests;\nfn c() {}", false).iter().map(|line| line.test).collect();
        assert_eq!(marked, [true, true, false]);
    }
}
