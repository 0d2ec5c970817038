//! Small pieces of text that several of Slurm's commands print: moments, lists of nodes, amounts.

use tieline_model::{Seconds, Timestamp};

/// The most nodes of one job that are named one by one.
const MOST_NODES: usize = 4096;

/// `2026-11-20T21:36:03`, printed under `TZ=UTC`; `N/A`, `Unknown` and `None` are no moments.
pub fn moment(text: &str) -> Option<Timestamp> {
    if text.len() != 19 {
        return None;
    }
    format!("{text}Z").parse().ok()
}

/// `UNLIMITED`, `NONE`, `INVALID` and the like are no durations.
pub fn duration(text: &str) -> Option<Seconds> {
    text.parse().ok()
}

/// Processor time as sacct prints it: `[D-][HH:]MM:SS[.mmm]`, rounded down.
pub fn processor_time(text: &str) -> Option<Seconds> {
    duration(text.split('.').next()?)
}

/// Memory as sacct prints it (`2980K`, `1.50G`), in MiB, rounded up.
pub fn mebibytes(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let thousandths = whole.parse::<u64>().ok()?.checked_mul(1000)? + format!("{part:0<3}").get(..3)?.parse::<u64>().ok()?;
    let kibibytes = match &text[digits.len()..] {
        "" => thousandths.div_ceil(1000).div_ceil(1024),
        "K" => thousandths.div_ceil(1000),
        "M" => thousandths.checked_mul(1 << 10)?.div_ceil(1000),
        "G" => thousandths.checked_mul(1 << 20)?.div_ceil(1000),
        "T" => thousandths.checked_mul(1 << 30)?.div_ceil(1000),
        _ => return None,
    };
    Some(kibibytes.div_ceil(1024))
}

/// `node[1-3,07],login` as names. At most 4096; a list that is not understood stays one name.
pub fn node_names(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in split_outside(list) {
        if expand(part, &mut names).is_none() {
            names.push(part.to_owned());
        }
        names.truncate(MOST_NODES);
    }
    names
}

/// Splits at commas that are not inside brackets.
fn split_outside(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_u32;
    list.split(move |letter| {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    })
    .filter(|part| !part.is_empty() && !matches!(*part, "(null)" | "None assigned"))
}

fn expand(part: &str, names: &mut Vec<String>) -> Option<()> {
    let Some((before, rest)) = part.split_once('[') else {
        names.push(part.to_owned());
        return Some(());
    };
    let (ranges, after) = rest.split_once(']')?;
    let mut found = Vec::new();
    for range in ranges.split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (from, to): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        for number in (from..=to).take(MOST_NODES) {
            // A second pair of brackets, as on machines named by rack and slot, is expanded in turn.
            expand(&format!("{before}{number:0width$}{after}", width = first.len()), &mut found)?;
        }
    }
    names.append(&mut found);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_nodes_are_spelled_out() {
        assert_eq!(node_names("node[1-2]"), ["node1", "node2"]);
        assert_eq!(node_names("a[08-10,12]b,login"), ["a08b", "a09b", "a10b", "a12b", "login"]);
        assert_eq!(node_names("r[1-2]n[1-2]"), ["r1n1", "r1n2", "r2n1", "r2n2"]);
        assert_eq!(node_names("None assigned"), [""; 0]);
        assert_eq!(node_names("odd[x]"), ["odd[x]"]);
        assert_eq!(node_names("n[1-99999999]").len(), MOST_NODES);
    }

    #[test]
    fn amounts_are_read_as_slurm_prints_them() {
        assert_eq!(mebibytes("2980K"), Some(3));
        assert_eq!(mebibytes("1.50G"), Some(1536));
        assert_eq!(mebibytes("0"), Some(0));
        assert_eq!(mebibytes(""), None);
        assert_eq!(processor_time("00:00.002"), Some(Seconds(0)));
        assert_eq!(processor_time("1-02:03:04"), Some(Seconds(93_784)));
        assert_eq!(duration("UNLIMITED"), None);
        assert_eq!(moment("Unknown"), None);
        assert_eq!(moment("2026-11-20T21:36:03"), "2026-11-20T21:36:03Z".parse().ok());
    }
}
