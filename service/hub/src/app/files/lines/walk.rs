//! Bytes become numbered lines, however they are cut into pieces.

use memchr::memchr;

/// Every so many lines one beginning is remembered.
pub(super) const EVERY: u64 = 1000;
/// So many bytes of a line are kept; what is longer is shown cut.
const LONGEST: usize = 64 * 1024;

/// One line, without its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// 1 for the first.
    pub number: u64,
    /// Its bytes, perhaps cut.
    pub bytes: &'a [u8],
    /// Whether it was cut.
    pub cut: bool,
}

impl Line<'_> {
    /// The line as text: what is not UTF-8 is shown as such, what was cut ends with an ellipsis.
    pub(super) fn text(&self) -> String {
        let mut text = String::from_utf8_lossy(self.bytes.strip_suffix(b"\r").unwrap_or(self.bytes)).into_owned();
        if self.cut {
            text.push('…');
        }
        text
    }
}

/// Where a walk is.
#[derive(Debug)]
pub(super) struct Walk {
    /// The line that is being read, and the byte it began at.
    number: u64,
    began: u64,
    /// The part of it that came so far, and how much of it was left out.
    part: Vec<u8>,
    left_out: u64,
    /// Beginnings of lines 1, 1 + EVERY, … that were passed: number and byte.
    passed: Vec<(u64, u64)>,
}

impl Walk {
    /// A walk that begins with this line, at this byte.
    pub(super) fn from(number: u64, offset: u64) -> Self {
        Self { number, began: offset, part: Vec::new(), left_out: 0, passed: Vec::new() }
    }

    /// Takes a piece; false as soon as `visit` wants no more.
    pub(super) fn take(&mut self, mut piece: &[u8], visit: &mut impl FnMut(Line<'_>) -> bool) -> bool {
        while let Some(end) = memchr(b'\n', piece) {
            self.keep(&piece[..end]);
            piece = &piece[end + 1..];
            let goes_on = self.tell(visit);
            self.began += self.part.len() as u64 + self.left_out + 1;
            self.number += 1;
            self.part.clear();
            self.left_out = 0;
            if self.number % EVERY == 1 {
                self.passed.push((self.number, self.began));
            }
            if !goes_on {
                return false;
            }
        }
        self.keep(piece);
        true
    }

    /// The bytes are over: a last line without an end counts.
    pub(super) fn finish(&self, visit: &mut impl FnMut(Line<'_>) -> bool) {
        if self.is_within() {
            self.tell(visit);
        }
    }

    /// How many lines there are up to here.
    pub(super) fn lines(&self) -> u64 {
        self.number - u64::from(!self.is_within())
    }

    /// The beginnings that were passed.
    pub(super) fn passed(&self) -> &[(u64, u64)] {
        &self.passed
    }

    fn is_within(&self) -> bool {
        !self.part.is_empty() || self.left_out > 0
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = LONGEST.saturating_sub(self.part.len()).min(bytes.len());
        self.part.extend_from_slice(&bytes[..room]);
        self.left_out += (bytes.len() - room) as u64;
    }

    fn tell(&self, visit: &mut impl FnMut(Line<'_>) -> bool) -> bool {
        visit(Line { number: self.number, bytes: &self.part, cut: self.left_out > 0 })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(pieces: &[&[u8]]) -> (Vec<(u64, String)>, Walk) {
        let (mut walk, mut all) = (Walk::from(1, 0), Vec::new());
        let mut visit = |line: Line<'_>| {
            all.push((line.number, line.text()));
            true
        };
        for piece in pieces {
            assert!(walk.take(piece, &mut visit));
        }
        walk.finish(&mut visit);
        (all, walk)
    }

    proptest! {
        #[test]
        fn however_a_text_is_cut_its_lines_are_the_same(text in "[a-c\n]{0,60}", cuts in prop::collection::vec(0usize..60, 0..5)) {
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.sort_unstable();
            let mut pieces = Vec::new();
            let mut from = 0;
            for cut in cuts.into_iter().chain([text.len()]) {
                pieces.push(&text.as_bytes()[from..cut]);
                from = cut;
            }
            let (found, walk) = lines(&pieces);
            let expected: Vec<_> = (1..).zip(text.lines().map(str::to_owned)).collect();
            prop_assert_eq!(walk.lines(), expected.len() as u64);
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn every_thousandth_beginning_is_told_with_its_byte() {
        let text = "ab\n".repeat(2500);
        let (_, walk) = lines(&[text.as_bytes()]);
        assert_eq!(walk.passed(), [(1001, 3000), (2001, 6000)]);
    }

    #[test]
    fn a_line_without_an_end_takes_no_more_memory_than_the_longest_one_shown() {
        let mebibyte = vec![b'x'; 1 << 20];
        let (found, walk) = lines(&[&mebibyte, &mebibyte, b"\nend"]);
        assert_eq!((found[0].1.chars().count(), found[1].1.as_str()), (LONGEST + 1, "end"));
        assert_eq!((walk.lines(), walk.began), (2, (2 << 20) + 1));
    }
}
