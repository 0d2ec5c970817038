//! The files a job's wrapper leaves in the job's folder, where there is no accounting. The user can write there: they
//! prove an end only once Slurm no longer shows the job, and they never prove usage.

use tieline_model::Timestamp;
use tieline_model::job::NativeId;

/// Prints `N start|…` and `N exit|…` for the N-th folder, counted from 0. Only the beginning of a file is printed, without odd letters.
pub const SCRIPT: &str = r#"n=0
for folder; do
    for kind in start exit; do
        file=$folder/.tieline/$kind
        if [ -f "$file" ] && [ ! -L "$file" ]; then
            printf '%s %s|%s\n' "$n" "$kind" "$(head -c 64 "$file" | tr -cd '0-9 \n-' | head -n 1)"
        fi
    done
    n=$((n + 1))
done"#;

/// What the wrapper left of one job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// When it began.
    pub started: Option<Timestamp>,
    /// The exit code and when it ended.
    pub ended: Option<(i32, Timestamp)>,
}

/// Reads what [`SCRIPT`] printed for the folders of these jobs, in their order. What another submission wrote says nothing.
pub fn parse(printed: &str, jobs: &[&NativeId]) -> Vec<Left> {
    let mut left = vec![Left::default(); jobs.len()];
    for line in printed.lines() {
        let Some((head, text)) = line.split_once('|') else { continue };
        let Some((index, kind)) = head.split_once(' ') else { continue };
        let Some(index) = index.parse::<usize>().ok().filter(|index| *index < jobs.len()) else { continue };
        match kind {
            "start" => left[index].started = started(text, jobs[index]),
            "exit" => left[index].ended = ended(text, jobs[index]),
            _ => {}
        }
    }
    left
}

/// `NUMBER SECONDS`, or the seconds alone.
fn started(text: &str, native: &NativeId) -> Option<Timestamp> {
    match text.split_ascii_whitespace().collect::<Vec<_>>()[..] {
        [at] => seconds(at),
        [number, at] if number == native.as_str() => seconds(at),
        _ => None,
    }
}

/// `CODE SECONDS NUMBER`, or without the number.
fn ended(text: &str, native: &NativeId) -> Option<(i32, Timestamp)> {
    let (code, at) = match text.split_ascii_whitespace().collect::<Vec<_>>()[..] {
        [code, at] => (code, at),
        [code, at, number] if number == native.as_str() => (code, at),
        _ => return None,
    };
    Some((code.parse().ok().filter(|code| (0..=255).contains(code))?, seconds(at)?))
}

/// A moment a wrapper could have written: not before 2020 and not after 2200.
fn seconds(text: &str) -> Option<Timestamp> {
    let seconds = text.trim().parse().ok().filter(|seconds| (1_577_836_800..7_258_118_400).contains(seconds))?;
    Some(Timestamp::from_seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn native(number: &str) -> NativeId {
        number.parse().unwrap()
    }

    #[test]
    fn what_the_wrapper_left_is_read() {
        let (five, six) = (native("5"), native("6"));
        let left = parse("0 start|5 1795210296\n0 exit|3 1795210297 5\n2 exit|0 1795210300\n", &[&five, &six, &six]);
        assert_eq!(left[0].started, Some(Timestamp::from_seconds(1_795_210_296)));
        assert_eq!(left[0].ended, Some((3, Timestamp::from_seconds(1_795_210_297))));
        assert_eq!(left[1], Left::default());
        assert_eq!(left[2].ended, Some((0, Timestamp::from_seconds(1_795_210_300))));
    }

    #[test]
    fn what_no_wrapper_of_this_submission_writes_proves_nothing() {
        let five = native("5");
        for text in
            ["", "0", "x 1795210297", "-1 1795210297", "0 9", "256 1795210297", "0 99999999999999", "0 1795210297 6", "0 1795210297 5 5"]
        {
            assert_eq!(parse(&format!("0 exit|{text}\n"), &[&five])[0].ended, None, "{text}");
        }
        assert_eq!(parse("9 exit|0 1795210297\n", &[&five]), [Left::default()]);
    }

    #[test]
    fn the_script_prints_what_is_read_and_follows_no_link() {
        let root = tempfile::tempdir().unwrap();
        let folder = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
        for name in ["a b", "none", "link"] {
            std::fs::create_dir_all(format!("{}/.tieline", folder(name))).unwrap();
        }
        std::fs::write(format!("{}/.tieline/exit", folder("a b")), "7 1795210297\n1 exit|0 1795210297\n").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", format!("{}/.tieline/exit", folder("link"))).unwrap();
        let folders = [folder("a b"), folder("none"), folder("link")];
        let output = std::process::Command::new("sh").args(["-c", SCRIPT, "sh"]).args(folders).output().unwrap();
        let five = native("5");
        let left = parse(&String::from_utf8(output.stdout).unwrap(), &[&five, &five, &five]);
        assert_eq!(left[0].ended, Some((7, Timestamp::from_seconds(1_795_210_297))));
        assert_eq!((left[1], left[2]), (Left::default(), Left::default()));
    }
}
