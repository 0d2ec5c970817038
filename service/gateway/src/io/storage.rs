//! How much room a machine's file systems have: asked with `df` by the service login, one question for each, so that one that is not
//! there hides no other.

use std::time::Duration;

use tieline_model::machine::Storage;
use tieline_model::{Error, Result};

use super::clock;
use super::output::output;
use super::site::{Command, Site};
use crate::config::StoragePath;

/// A file system whose server is gone answers never.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is known of a file system; its room stays unknown where `df` does not tell it.
pub async fn ask(site: &dyn Site, named: &StoragePath) -> Storage {
    let room = room(site, &named.path)
        .await
        .inspect_err(|error| tracing::warn!(path = named.path, %error, "a file system does not tell its room"));
    let blank = Storage { name: named.title.clone(), path: named.path.clone(), total_bytes: None, free_bytes: None, as_of: None };
    match room {
        Ok((total, free)) => Storage { total_bytes: Some(total), free_bytes: Some(free), as_of: Some(clock::now()), ..blank },
        Err(_) => blank,
    }
}

/// Bytes users share, and those of them that are free.
async fn room(site: &dyn Site, path: &str) -> Result<(u64, u64)> {
    let words = ["env", "LC_ALL=C", "df", "-P", "-k", "--", path];
    let printed = output(site, None, Command::new(words).within(PATIENCE)).await?;
    let unknown = || Error::unavailable(format!("df says nothing of it: {}", printed.done.stderr.trim()));
    parse(&printed.stdout).filter(|_| printed.done.status == 0).ok_or_else(unknown)
}

/// Reads the one line below the heading. Names may hold spaces, so the columns are counted from the one that ends with '%'.
fn parse(printed: &str) -> Option<(u64, u64)> {
    let words: Vec<&str> = printed.lines().nth(1)?.split_ascii_whitespace().collect();
    let number = |index: Option<usize>| words.get(index?)?.parse::<u64>().ok()?.checked_mul(1024);
    let percent = |at: &usize| words[*at].strip_suffix('%').is_some_and(|digits| digits == "-" || digits.parse::<u32>().is_ok());
    let at = (3..words.len()).find(|at| percent(at) && number(Some(at - 1)).is_some() && number(Some(at - 2)).is_some())?;
    let (free, used) = (number(at.checked_sub(1))?, number(at.checked_sub(2))?);
    Some((used.checked_add(free)?, free))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::local::LocalSite;

    #[test]
    fn a_line_of_df_is_read_whatever_the_file_system_is_called() {
        let head = "Filesystem     1024-blocks      Used Available Capacity Mounted on\n";
        let line = |text: &str| parse(&format!("{head}{text}\n"));
        assert_eq!(line("/dev/sda1 1000 600 300 67% /"), Some((900 << 10, 300 << 10)), "in use and free, nothing else");
        assert_eq!(line("//nas/my share 50% 10 4 6 40% /mnt/a 1 2 3% b"), Some((10 << 10, 6 << 10)));
        assert_eq!(line("lustre@tcp:/x 18446744073709551615 1 18446744073709551615 1% /x"), None);
        for text in ["", "df: /x: No such file or directory", "a b c d% e"] {
            assert_eq!(line(text), None, "{text}");
        }
    }

    #[tokio::test]
    async fn this_machine_tells_its_room_and_what_is_not_there_stays_unknown() {
        let site = LocalSite::new("/tmp", true);
        let named = |path: &str| StoragePath { title: "scratch".to_owned(), path: path.to_owned() };
        let here = ask(&site, &named("/tmp")).await;
        assert!(here.as_of.is_some() && here.total_bytes >= here.free_bytes && here.total_bytes > Some(0), "{here:?}");
        let gone = ask(&site, &named("/no/such/folder")).await;
        assert_eq!((gone.total_bytes, gone.free_bytes, gone.as_of, gone.path.as_str()), (None, None, None, "/no/such/folder"));
    }
}
