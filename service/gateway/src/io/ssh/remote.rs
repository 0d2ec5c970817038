//! A vector of arguments as one line for the remote shell, wrapped so that the command ends by itself when its time is
//! over or its connection is gone.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tieline_model::{Error, Result};

use crate::core::quote::quote_all;

/// What the wrapper prints as its last line where the command itself ended with 255, which is also how ssh says that it failed.
pub const OWN_255: &str = "tieline: the command itself ended with status 255";

/// Runs `$2…` for at most `$1` seconds, in the shell that the login shell became. A watcher ends it early when the ssh
/// server's process for this connection is gone.
///
/// The command reads the real input through descriptor 3, because a shell gives background commands `/dev/null`. The
/// watcher holds none of the three streams, or the session would stay open for its last sleep.
const WRAPPER: &str = r#"server=$PPID limit=$1
shift
exec 3<&0
timeout -k 10 "$limit" "$@" <&3 3<&- &
command=$!
exec 3<&- 0</dev/null
{ while kill -0 "$server" && kill -0 "$command"; do sleep 2; done; kill "$command"; } >/dev/null 2>&1 &
watcher=$!
wait "$command"
status=$?
kill "$watcher"
[ "$status" -ne 255 ] || echo "tieline: the command itself ended with status 255" >&2
exit "$status""#;

/// The line that runs `argv` on the machine under its own limit, whatever the user's login shell is.
///
/// The login shell reads only fixed words and base 64, which mean the same to the Bourne, the C and every other shell; what
/// they stand for is read by `sh`.
///
/// # Errors
/// `Invalid` where there is no command or an argument holds a zero byte.
pub fn remote_line(argv: &[String], limit: Duration) -> Result<String> {
    if argv.is_empty() {
        return Err(Error::invalid("there is no command to run"));
    }
    let seconds = limit.as_secs().max(1).to_string();
    let words = quote_all(std::iter::once(seconds.as_str()).chain(argv.iter().map(String::as_str)))?;
    let text = BASE64_STANDARD.encode(format!("set -- {words}\n{WRAPPER}"));
    Ok(format!(r#"exec sh -c 'eval "$(printf %s "$0" | base64 -d)"' {text}"#))
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use proptest::prelude::*;

    use super::*;

    fn through(shell: &str, argv: &[String]) -> (i32, Vec<u8>) {
        let line = remote_line(argv, Duration::from_secs(20)).unwrap();
        let output = Command::new(shell).args(["-c", &line]).stdin(Stdio::null()).output().unwrap();
        (output.status.code().unwrap(), output.stdout)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn every_argument_reaches_the_command_as_it_is(args in proptest::collection::vec("[^\0]{0,24}|[-'\"$`\\\\!*?~# \n\t;&|<>(){}%]{0,12}", 0..5)) {
            let mut argv = ["sh", "-c", r#"for each; do printf '%s\0' "$each"; done"#, "sh"].map(str::to_owned).to_vec();
            argv.extend(args.iter().cloned());
            let expected: Vec<u8> = args.iter().flat_map(|arg| arg.bytes().chain([0])).collect();
            for shell in ["sh", "bash"] {
                let (status, printed) = through(shell, &argv);
                prop_assert_eq!(status, 0);
                prop_assert_eq!(&printed, &expected);
            }
        }
    }

    #[test]
    fn a_zero_byte_is_refused_and_so_is_no_command() {
        assert!(remote_line(&["a\0b".to_owned()], Duration::from_secs(1)).is_err());
        assert!(remote_line(&[], Duration::from_secs(1)).is_err());
    }

    #[test]
    fn the_status_is_the_commands_own() {
        for status in [0, 3, 124, 255] {
            let argv = ["sh".to_owned(), "-c".to_owned(), format!("exit {status}")];
            assert_eq!(through("sh", &argv).0, status);
        }
        assert!(WRAPPER.contains(OWN_255));
    }

    #[test]
    fn input_reaches_the_command() {
        let line = remote_line(&["cat".to_owned()], Duration::from_secs(20)).unwrap();
        let script = format!("printf 'a b' | {{ {line}; }}");
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        assert_eq!(output.stdout, b"a b");
    }
}
