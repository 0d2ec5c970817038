//! The one way a word becomes shell text.

use tieline_model::{Error, Result};

/// The word as a POSIX shell reads back exactly, whatever it holds.
///
/// # Errors
/// `Invalid` where it holds a NUL, which no argument can carry.
pub fn quote(word: &str) -> Result<String> {
    if word.contains('\0') {
        return Err(Error::invalid("an argument holds a NUL character, which no program can receive"));
    }
    Ok(format!("'{}'", word.replace('\'', r"'\''")))
}

/// Several words, with a space between them.
///
/// # Errors
/// As [`quote`].
pub fn quote_all<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<String> {
    Ok(words.into_iter().map(quote).collect::<Result<Vec<_>>>()?.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::process::Command;

    fn through_a_shell(script: &str) -> Vec<u8> {
        Command::new("sh").args(["-c", script]).output().unwrap().stdout
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_shell_reads_back_exactly_the_words_that_were_quoted(words in prop::collection::vec("[^\0]{0,24}", 1..6)) {
            let script = format!("printf '%s\\0' {}", quote_all(words.iter().map(String::as_str)).unwrap());
            let expected: Vec<u8> = words.iter().flat_map(|word| word.bytes().chain([0])).collect();
            prop_assert_eq!(through_a_shell(&script), expected);
        }
    }

    #[test]
    fn what_would_run_in_a_shell_is_only_text() {
        let hostile = "'; touch /tmp/x; $(id) `id` \"\n\\";
        assert_eq!(through_a_shell(&format!("printf %s {}", quote(hostile).unwrap())), hostile.as_bytes());
        assert!(quote("a\0b").is_err());
    }
}
