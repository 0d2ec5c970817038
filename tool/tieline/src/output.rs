//! How a command gives its data: for people, as JSON, or only the names (`--quiet`). Commands describe what they have
//! once, as a [`Listing`] or a [`Record`]; the three forms follow from that.

use std::io::{IsTerminal, Write};

use comfy_table::{ColumnConstraint, ContentArrangement, Table, TableStyle, Width};
use jiff::tz::TimeZone;
use serde::Serialize;
use tieline_model::{Error, Result, Timestamp};

/// An id is not longer than this, nor is most of what people name.
const LONGEST_WORD: usize = 34;
/// What can be broken into lines is not made narrower than this: a date.
const NARROWEST: u16 = 10;

/// Something that can be given in all three forms.
pub trait Shown {
    /// For programs.
    ///
    /// # Errors
    /// Where it cannot be written as JSON.
    fn json(&self) -> Result<String>;
    /// For people.
    fn human(&self, look: &Look) -> String;
    /// Only its name, or a line for each name.
    fn quiet(&self) -> String;
}

/// Where data goes.
pub trait Output {
    /// Gives it.
    ///
    /// # Errors
    /// Where stdout cannot be written to, other than because nobody reads it any more.
    fn give(&self, what: &dyn Shown) -> Result<()>;
}

/// The output that the flags ask for.
pub fn choose(json: bool, quiet: bool) -> Box<dyn Output> {
    match (json, quiet) {
        (true, _) => Box::new(Json),
        (false, true) => Box::new(Quiet),
        (false, false) => Box::new(Human(Look::of_terminal())),
    }
}

/// Tables and lines for people.
#[derive(Debug)]
pub struct Human(pub Look);
/// One JSON value a command.
#[derive(Debug)]
pub struct Json;
/// Names only.
#[derive(Debug)]
pub struct Quiet;

impl Output for Human {
    fn give(&self, what: &dyn Shown) -> Result<()> {
        print(&what.human(&self.0))
    }
}
impl Output for Json {
    fn give(&self, what: &dyn Shown) -> Result<()> {
        print(&what.json()?)
    }
}
impl Output for Quiet {
    fn give(&self, what: &dyn Shown) -> Result<()> {
        print(&what.quiet())
    }
}

/// How things look to the person at this terminal.
#[derive(Clone, Debug)]
pub struct Look {
    zone: TimeZone,
    width: Option<u16>,
}

impl Look {
    /// As this terminal and this machine's time zone say.
    pub fn of_terminal() -> Self {
        let width = std::io::stdout().is_terminal().then(|| rustix::termios::tcgetwinsize(std::io::stdout()).ok().map(|size| size.ws_col));
        Self { zone: TimeZone::system(), width: width.flatten().filter(|columns| *columns > 0) }
    }

    /// A moment in local time.
    pub fn time(&self, moment: Timestamp) -> String {
        match jiff::Timestamp::from_microsecond(moment.micros()) {
            Ok(known) => known.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
            Err(_) => moment.to_string(),
        }
    }

    /// A moment that may not have come, as `-`.
    pub fn time_or_dash(&self, moment: Option<Timestamp>) -> String {
        moment.map_or_else(|| "-".to_owned(), |moment| self.time(moment))
    }

    /// A line cut between words so that it fits beside a margin, as far as the terminal is known.
    fn wrapped(&self, line: &str, margin: usize) -> Vec<String> {
        let room = self.width.map_or(usize::MAX, |width| usize::from(width).saturating_sub(margin).max(20));
        let wide = |text: &str| text.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum::<usize>();
        let mut lines = vec![String::new()];
        for word in line.split_inclusive(' ') {
            match lines.last_mut() {
                Some(last) if last.trim().is_empty() || wide(last) + wide(word.trim_end()) <= room => last.push_str(word),
                _ => lines.push(word.to_owned()),
            }
        }
        lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
    }

    fn table(&self, head: Vec<&str>, rows: Vec<Vec<String>>) -> String {
        let mut table = Table::new();
        table.load_style(TableStyle::new()).set_header(&head);
        match self.width {
            Some(width) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
            None => table.set_content_arrangement(ContentArrangement::Disabled),
        };
        let limits: Vec<ColumnConstraint> = (0..head.len()).map(|index| limit(rows.iter().filter_map(|row| row.get(index)))).collect();
        table.add_rows(rows);
        if self.width.is_some() {
            for (column, limit) in table.column_iter_mut().zip(limits) {
                column.set_constraint(limit);
            }
        }
        let last = table.column_count();
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, if index + 1 == last { 0 } else { 2 }));
        }
        table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }
}

/// How narrow a column may become on a small terminal. Ids and names stay whole, so that they can be copied.
fn limit<'a>(cells: impl Iterator<Item = &'a String>) -> ColumnConstraint {
    let (mut longest, mut whole) = (0, true);
    for cell in cells {
        longest = longest.max(cell.chars().count());
        whole &= !cell.contains(char::is_whitespace);
    }
    if whole && longest <= LONGEST_WORD {
        return ColumnConstraint::ContentWidth;
    }
    ColumnConstraint::LowerBoundary(Width::Fixed(u16::try_from(longest).map_or(NARROWEST, |longest| longest.min(NARROWEST))))
}

/// A column of a listing: its head and what stands in it for one item.
pub struct Column<T> {
    /// The head.
    pub title: &'static str,
    /// What stands in the cell.
    pub cell: fn(&T, &Look) -> String,
}

/// Several things of one kind.
pub struct Listing<'a, T> {
    /// The things.
    pub items: Vec<T>,
    /// Where the next page starts; only shown to programs.
    pub next: Option<String>,
    /// What a person sees of each.
    pub columns: &'a [Column<T>],
    /// The name of one of them.
    pub name: fn(&T) -> String,
    /// What a person reads where there is none.
    pub none: &'static str,
}

impl<T: Serialize> Shown for Listing<'_, T> {
    fn json(&self) -> Result<String> {
        #[derive(Serialize)]
        struct Page<'a, T> {
            items: &'a [T],
            next: &'a Option<String>,
        }
        pretty(&Page { items: &self.items, next: &self.next })
    }
    fn human(&self, look: &Look) -> String {
        if self.items.is_empty() {
            return self.none.to_owned();
        }
        let row = |item: &T| self.columns.iter().map(|column| (column.cell)(item, look)).collect();
        look.table(self.columns.iter().map(|column| column.title).collect(), self.items.iter().map(row).collect())
    }
    fn quiet(&self) -> String {
        self.items.iter().map(self.name).collect::<Vec<_>>().join("\n")
    }
}

/// One thing, as lines of `name: value`.
pub struct Record<T> {
    /// The thing.
    pub value: T,
    /// Its lines for people.
    pub lines: fn(&T, &Look) -> Vec<(&'static str, String)>,
    /// Its name.
    pub name: fn(&T) -> String,
}

impl<T: Serialize> Shown for Record<T> {
    fn json(&self) -> Result<String> {
        pretty(&self.value)
    }
    fn human(&self, look: &Look) -> String {
        let lines = (self.lines)(&self.value, look);
        let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or_default() + 2;
        let line = |(name, text): &(&str, String)| {
            let text = if text.is_empty() { "-" } else { text };
            let mut parts = text.lines().flat_map(|part| look.wrapped(part, width));
            let first = format!("{name:<width$}{}", parts.next().unwrap_or_default());
            parts.fold(first, |whole, part| format!("{whole}\n{:width$}{part}", ""))
        };
        lines.iter().map(line).map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }
    fn quiet(&self) -> String {
        (self.name)(&self.value)
    }
}

/// Something that was done, for programs; a person is told in a sentence.
#[derive(Debug)]
pub struct Deed {
    /// The thing as it is now.
    pub value: serde_json::Value,
    /// Its name.
    pub name: String,
}

impl Shown for Deed {
    fn json(&self) -> Result<String> {
        pretty(&self.value)
    }
    fn human(&self, _: &Look) -> String {
        String::new()
    }
    fn quiet(&self) -> String {
        self.name.clone()
    }
}

/// So many of something that there may be one of.
pub fn count(number: impl Into<u64>, what: &str) -> String {
    let number = number.into();
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// A yes or no for people.
pub fn yes_or_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// Bytes as people say them, in binary units.
pub fn bytes(count: u64) -> String {
    let mut whole = count;
    let mut rest = 0;
    for unit in ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] {
        if whole < 1024 || unit == "PiB" {
            return if unit == "B" || whole >= 100 { format!("{whole} {unit}") } else { format!("{whole}.{} {unit}", rest * 10 / 1024) };
        }
        (whole, rest) = (whole / 1024, whole % 1024);
    }
    format!("{count} B")
}

/// Writes text and a newline to stdout; nothing for an empty text. Ends the program quietly where nobody reads any more.
///
/// # Errors
/// Where stdout cannot be written to.
pub fn print(text: &str) -> Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    written(out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()))
}

/// Writes bytes to stdout as they are. Ends the program quietly where nobody reads any more.
///
/// # Errors
/// Where stdout cannot be written to.
pub fn print_bytes(data: &[u8]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    written(out.write_all(data).and_then(|()| out.flush()))
}

fn written(result: std::io::Result<()>) -> Result<()> {
    match result {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) if error.kind() == std::io::ErrorKind::StorageFull => Err(Error::full(format!("stdout cannot be written to: {error}"))),
        Err(error) => Err(Error::unavailable(format!("stdout cannot be written to: {error}"))),
    }
}

fn pretty(value: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|error| Error::internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_read_as_people_say_them() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(1023), "1023 B");
        assert_eq!(bytes(1536), "1.5 KiB");
        assert_eq!(bytes(200 << 20), "200 MiB");
        assert_eq!(bytes(u64::MAX), "16383 PiB");
    }

    #[test]
    fn an_id_stays_whole_on_a_small_terminal() {
        let column = [
            Column { title: "ID", cell: |_: &(), _: &Look| "job_01m8e7t74je00bm3kmqwj71bbr".to_owned() },
            Column { title: "MADE", cell: |_, _| "2026-11-27 10:11:31".to_owned() },
        ];
        let listing = Listing { items: vec![()], next: None, columns: &column, name: |()| String::new(), none: "none" };
        let shown = listing.human(&Look { zone: TimeZone::UTC, width: Some(44) });
        assert_eq!(shown.lines().nth(1), Some("job_01m8e7t74je00bm3kmqwj71bbr  2026-11-27"), "{shown}");
    }

    #[test]
    fn a_record_fits_the_terminal_and_says_where_there_is_nothing() {
        let lines = |_: &(), _: &Look| vec![("about", "one two three four five six".to_owned()), ("holds", String::new())];
        let record = Record { value: (), lines, name: |()| String::new() };
        let look = |width| Look { zone: TimeZone::UTC, width };
        assert_eq!(record.human(&look(Some(29))), "about  one two three four\n       five six\nholds  -");
        assert_eq!(record.human(&look(None)), "about  one two three four five six\nholds  -");
    }

    #[test]
    fn a_listing_is_the_same_in_its_three_forms() {
        let column = [Column { title: "NAME", cell: |item: &&str, _: &Look| (*item).to_owned() }];
        let listing = Listing { items: vec!["a", "b"], next: None, columns: &column, name: |item| (*item).to_owned(), none: "none" };
        let look = Look { zone: TimeZone::UTC, width: None };
        assert_eq!(listing.human(&look), "NAME\na\nb");
        assert_eq!(listing.quiet(), "a\nb");
        assert!(listing.json().unwrap().contains("\"items\""));
    }
}
