//! The wrapper every job runs in: it claims the job, then runs the program, then says how it ended.
//!
//! The claim decides between two submissions of the same attempt: whichever scheduler number makes the folder `.tieline/claim`
//! first owns the job, any other ends at once and writes nothing. The same number again is the scheduler's own requeue.
//!
//! A scheduler that ends a job sends SIGTERM and, after a while, SIGKILL. The wrapper lives through the first as long as the
//! program does: a scheduler that sees it end would kill the program before it has written its checkpoint. Then it dies of the
//! signal without a word about the end, which is the scheduler's to tell.

use std::collections::BTreeMap;

use tieline_model::job::{AttemptKey, NativeId};
use tieline_model::{Error, Resources, Result, Timestamp};

use super::SentinelEnd;
use super::quote::{quote, quote_all};

/// The wrapper's exit status where another submission owns the job.
pub const CLAIMED_BY_ANOTHER: i32 = 113;
/// Where the wrapper lies, below the job's folder.
pub const WRAPPER: &str = ".tieline/run.sh";
/// Where the wrapper says how the program ended.
pub const EXIT: &str = ".tieline/exit";
/// The program's output, below the job's folder.
pub const STDOUT: &str = "stdout.txt";
/// The program's error output, below the job's folder.
pub const STDERR: &str = "stderr.txt";

/// What to run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// Environment modules to load first.
    pub modules: Vec<String>,
    /// Variables to set.
    pub env: BTreeMap<String, String>,
}

/// The text of the wrapper for one attempt in its folder.
///
/// # Errors
/// `Invalid` where there is nothing to run, or a word cannot travel through a shell.
pub fn script(key: AttemptKey, folder: &str, wish: &Resources, program: &Program) -> Result<String> {
    if program.argv.is_empty() {
        return Err(Error::invalid("the package names no program to run"));
    }
    let folder = quote(folder)?;
    let exports = exports(key, wish, &program.env)?;
    let modules = modules(&program.modules)?;
    let argv = quote_all(program.argv.iter().map(String::as_str))?;
    Ok(format!(
        r#"#!/bin/sh
# The wrapper of one Tieline job. It claims the job before anything runs.
umask 077
cd -- {folder} || exit 73
number=${{TIELINE_NATIVE:-${{SLURM_JOB_ID:-}}}}
[ -n "$number" ] || exit 78
if mkdir .tieline/claim 2>/dev/null; then
    printf '%s\n' "$number" >.tieline/claim/number || exit 73
else
    owner=
    [ ! -r .tieline/claim/number ] || read -r owner <.tieline/claim/number
    [ "$owner" = "$number" ] || exit {CLAIMED_BY_ANOTHER}
fi
rm -f {EXIT}
printf '%s %s\n' "$number" "$(date +%s)" >.tieline/start.new && mv -f .tieline/start.new .tieline/start
{exports}{modules}stopped=
trap 'stopped=yes' TERM
{argv} </dev/null >{STDOUT} 2>{STDERR}
code=$?
[ -z "$stopped" ] || {{ trap - TERM; kill -TERM "$$"; }}
printf '%s %s %s\n' "$code" "$(date +%s)" "$number" >.tieline/exit.new && mv -f .tieline/exit.new {EXIT}
exit "$code"
"#
    ))
}

/// What the wrapper wrote about the end of this very submission; `None` if it says nothing of it.
pub fn read_exit(text: &str, native: &NativeId) -> Option<SentinelEnd> {
    let mut words = text.split_ascii_whitespace();
    let code = words.next()?.parse().ok()?;
    let ended = Timestamp::from_seconds(words.next()?.parse().ok()?);
    (words.next()? == native.as_str()).then_some(SentinelEnd { code, ended })
}

fn exports(key: AttemptKey, wish: &Resources, env: &BTreeMap<String, String>) -> Result<String> {
    let own = [
        ("TIELINE_JOB_ID", key.job.to_string()),
        ("TIELINE_ATTEMPT", key.number.to_string()),
        ("TIELINE_NODES", wish.nodes.to_string()),
        ("TIELINE_CORES", wish.cores.to_string()),
        ("TIELINE_GPUS", wish.gpus.to_string()),
    ];
    let given = env.iter().map(|(name, value)| (name.as_str(), value.clone()));
    let mut lines = String::new();
    for (name, value) in own.into_iter().chain(given) {
        if !is_variable(name) {
            return Err(Error::invalid(format!("'{name}' is not the name of an environment variable")));
        }
        lines.push_str(&format!("export {name}={}\n", quote(&value)?));
    }
    Ok(lines)
}

fn modules(modules: &[String]) -> Result<String> {
    if modules.is_empty() {
        return Ok(String::new());
    }
    let find = "command -v module >/dev/null 2>&1 || for profile in /etc/profile.d/modules.sh /etc/profile.d/lmod.sh; do\n    \
                [ ! -r \"$profile\" ] || . \"$profile\"\ndone\n";
    Ok(format!("{find}module load {} || exit 78\n", quote_all(modules.iter().map(String::as_str))?))
}

fn is_variable(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use std::process::{Command, Output};
    use tieline_model::{Id, JobId, Seconds};

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".tieline")).unwrap();
        folder
    }

    fn wrapped(folder: &Path, argv: &[&str]) -> String {
        let program = Program {
            argv: argv.iter().map(|&word| word.to_owned()).collect(),
            env: [("WATER".to_owned(), "it's $HOME".to_owned())].into(),
            ..Program::default()
        };
        let key = AttemptKey { job: JobId::from_bytes([1; 16]), number: 1 };
        script(key, folder.to_str().unwrap(), &Resources::one_core(Seconds(60)), &program).unwrap()
    }

    fn run(folder: &Path, number: &str, argv: &[&str]) -> Output {
        std::fs::write(folder.join(WRAPPER), wrapped(folder, argv)).unwrap();
        Command::new("sh").arg(folder.join(WRAPPER)).env("TIELINE_NATIVE", number).output().unwrap()
    }

    fn read(folder: &Path, name: &str) -> String {
        std::fs::read_to_string(folder.join(name)).unwrap()
    }

    #[test]
    fn a_second_submission_ends_at_once_and_writes_nothing() {
        let folder = folder();
        let append = ["sh", "-c", "echo ran >>judge"];
        assert_eq!(run(folder.path(), "17", &append).status.code(), Some(0));
        let before = read(folder.path(), EXIT);
        assert_eq!(run(folder.path(), "18", &append).status.code(), Some(CLAIMED_BY_ANOTHER));
        assert_eq!(read(folder.path(), "judge"), "ran\n");
        assert_eq!(read(folder.path(), EXIT), before);
        assert_eq!(run(folder.path(), "17", &append).status.code(), Some(0), "a requeue is the same number again");
        assert_eq!(read(folder.path(), "judge"), "ran\nran\n");
    }

    #[test]
    fn the_programs_words_output_and_end_are_its_own() {
        let folder = folder();
        let hostile = "$(touch x) 'a' \n;";
        let done = run(folder.path(), "9", &["sh", "-c", r#"printf '%s|%s' "$1" "$WATER"; echo no >&2; exit 3"#, "sh", hostile]);
        assert_eq!(done.status.code(), Some(3));
        assert_eq!(read(folder.path(), STDOUT), format!("{hostile}|it's $HOME"));
        assert_eq!(read(folder.path(), STDERR), "no\n");
        let end = read_exit(&read(folder.path(), EXIT), &"9".parse().unwrap()).unwrap();
        assert_eq!(end.code, 3);
        assert_eq!(read_exit(&read(folder.path(), EXIT), &"10".parse().unwrap()), None);
        assert!(!folder.path().join("x").exists());
    }

    #[test]
    fn a_program_that_is_told_to_stop_is_given_the_time_to_write_what_it_has() {
        use std::os::unix::process::{CommandExt, ExitStatusExt};

        let folder = folder();
        let last_words = ["sh", "-c", "trap 'sleep 0.3; echo kept >checkpoint; exit 0' TERM; echo up >up; while :; do sleep 0.1; done"];
        let text = wrapped(folder.path(), &last_words);
        std::fs::write(folder.path().join(WRAPPER), text).unwrap();
        let mut job = Command::new("sh");
        let mut job = job.arg(folder.path().join(WRAPPER)).env("TIELINE_NATIVE", "5").process_group(0).spawn().unwrap();
        while !folder.path().join("up").exists() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let group = rustix::process::Pid::from_child(&job);
        rustix::process::kill_process_group(group, rustix::process::Signal::TERM).unwrap();
        assert_eq!(job.wait().unwrap().signal(), Some(15));
        assert_eq!(read(folder.path(), "checkpoint"), "kept\n");
        assert!(!folder.path().join(EXIT).exists());
    }

    #[test]
    fn without_a_schedulers_number_nothing_runs() {
        let folder = folder();
        assert_eq!(run(folder.path(), "", &["touch", "ran"]).status.code(), Some(78));
        assert!(!folder.path().join("ran").exists());
    }

    #[test]
    fn a_variable_that_is_not_a_name_is_refused() {
        let program = Program { argv: vec!["true".into()], env: [("A=$(id);B".into(), String::new())].into(), ..Program::default() };
        let key = AttemptKey { job: JobId::from_bytes([1; 16]), number: 1 };
        assert!(script(key, "/x", &Resources::one_core(Seconds(60)), &program).is_err());
    }
}
