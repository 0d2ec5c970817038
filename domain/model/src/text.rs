//! Text from people's programs, made harmless before it is shown to people.

/// One line of at most so many letters, with nothing in it that a terminal or a page obeys: control characters, line ends and the
/// invisible letters that turn the direction of what follows become spaces.
pub fn plain(text: &str, longest: usize) -> String {
    let harmless: String = text.chars().map(|letter| if obeyed(letter) { ' ' } else { letter }).collect();
    harmless.trim().chars().take(longest).collect()
}

fn obeyed(letter: char) -> bool {
    let invisible = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    letter.is_control() || invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_becomes_spaces_and_the_rest_stays() {
        assert_eq!(plain("\x1b[2Jstep 3\r\nof 9\u{202e}!\0", 100), "[2Jstep 3  of 9 !");
        assert_eq!(plain("  第三步 ü  ", 100), "第三步 ü");
        assert_eq!(plain("abcdef", 3), "abc");
    }
}
