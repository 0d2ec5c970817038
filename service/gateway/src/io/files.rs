//! Files on a machine, moved by ordinary commands as the local user: whatever runs a command is a whole site.
//!
//! Paths travel as arguments, never as shell text. What is read must lie below the job's folder after every link is followed.

use std::time::Duration;

use sha2::{Digest, Sha256 as Hasher};
use tieline_model::{Error, LocalUser, RelPath, Result, Sha256, Timestamp};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

use super::site::{Command, Done, Running, Site};

/// How long moving bytes may take at most.
const LONG: Duration = Duration::from_secs(6 * 3600);

/// One entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Below the folder that was listed.
    pub path: RelPath,
    /// Bytes.
    pub size: u64,
    /// When it was changed last.
    pub modified: Timestamp,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// A folder's entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The entries; links and special files are left out.
    pub entries: Vec<Entry>,
    /// Whether there are more.
    pub truncated: bool,
}

/// The files of one local user on one machine.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    site: &'a dyn Site,
    user: &'a LocalUser,
}

/// Sets `full` to the path after all links, and ends where that lies outside the folder. `$1` is the folder, `$2` the path below it.
macro_rules! below {
    ($rest:literal) => {
        concat!(
            r#"root=$(readlink -f -- "$1" && echo x) && root=${root%?x} || exit 44
full=$(readlink -f -- "$1/$2" && echo x) && full=${full%?x} || exit 44
case $full in "$root"|"$root"/*) ;; *) exit 45;; esac
[ -e "$full" ] || exit 44
"#,
            $rest
        )
    };
}

impl<'a> Files<'a> {
    /// The files this user sees.
    pub fn new(site: &'a dyn Site, user: &'a LocalUser) -> Self {
        Self { site, user }
    }

    /// Makes a folder with those above it; only its owner may enter.
    ///
    /// # Errors
    /// `Full` or `Forbidden` in the machine's own words; `Unavailable` where it does not answer.
    pub async fn make_folder(&self, folder: &str) -> Result<()> {
        self.run(Command::shell(r#"umask 077; mkdir -p -- "$1""#, [folder]), "make the job's folder").await.map(drop)
    }

    /// Writes a file below the folder: beside it first, renamed once size and checksum fit.
    ///
    /// # Errors
    /// `Conflict` where other bytes arrived than were announced; as [`Files::make_folder`] otherwise.
    pub async fn put(&self, folder: &str, path: &RelPath, from: impl AsyncRead + Unpin, sha256: Sha256) -> Result<u64> {
        const PUT: &str = r#"umask 077
cd -- "$1" || exit 44
case $2 in */*) mkdir -p -- "${2%/*}" && root=$(pwd -P) && at=$(cd -- "${2%/*}" && pwd -P) || exit 44
    case $at in "$root"|"$root"/*) ;; *) exit 45;; esac;; esac
[ ! -d "$2" ] || exit 45
# A name of its own: what a killed gateway left running must not take it away.
part=$2.tieline-part.$$
cat >"$part" && sum=$(sha256sum <"$part") || { rm -f -- "$part"; exit 73; }
[ "${sum%% *}" = "$3" ] || { rm -f -- "$part"; exit 65; }
mv -f -- "$part" "$2""#;
        let command = Command::shell(PUT, [folder.to_owned(), path.to_string(), sha256.to_string()]).within(LONG);
        let mut running = self.site.start(Some(self.user), command).await?;
        let sent = send(&mut *running, from).await;
        drop(running.stdout());
        let done = running.wait().await?;
        // A source that broke is the reason, whatever the machine then said of half a file.
        let (bytes, source) = sent;
        source?;
        checked(&done, &format!("write '{path}'"))?;
        Ok(bytes)
    }

    /// Lets the owner execute these files below the folder.
    ///
    /// # Errors
    /// As [`Files::make_folder`].
    pub async fn make_executable(&self, folder: &str, paths: &[RelPath]) -> Result<()> {
        if paths.is_empty() {
            return Ok(());
        }
        let args = std::iter::once(folder).chain(paths.iter().map(RelPath::as_str));
        self.run(Command::shell(r#"cd -- "$1" && shift && for path; do chmod u+x -- "./$path" || exit 73; done"#, args), "mark programs")
            .await
            .map(drop)
    }

    /// Whether a file below the folder has this checksum.
    ///
    /// # Errors
    /// Where the machine does not answer. A file that is not there has it not.
    pub async fn has(&self, folder: &str, path: &RelPath, sha256: Sha256) -> Result<bool> {
        match self.checksum(folder, path).await {
            Ok((_, found)) => Ok(found == sha256),
            Err(error) if error.kind() == tieline_model::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Size and checksum of a file below the folder.
    ///
    /// # Errors
    /// `NotFound` where it is not there, `Forbidden` where a link leads out of the folder.
    pub async fn checksum(&self, folder: &str, path: &RelPath) -> Result<(u64, Sha256)> {
        const SUM: &str = below!(r#"[ -f "$full" ] || exit 44; wc -c <"$full" && sha256sum <"$full""#);
        let text = self.run(Command::shell(SUM, [folder, path.as_str()]).within(LONG), &format!("read '{path}'")).await?;
        let mut words = text.split_ascii_whitespace();
        let size = words.next().and_then(|word| word.parse().ok());
        let sum = words.next().and_then(|word| word.parse().ok());
        size.zip(sum).ok_or_else(|| Error::internal(format!("the machine's checksum of '{path}' cannot be read: {text}")))
    }

    /// Opens a range of a file below the folder. Negative offsets count from the end; a length of zero means the rest.
    ///
    /// # Errors
    /// As [`Files::checksum`].
    pub async fn read(&self, folder: &str, path: &RelPath, offset: i64, length: u64) -> Result<Reading> {
        const READ: &str = below!(
            r#"[ -f "$full" ] || exit 44
size=$(wc -c <"$full") || exit 73
printf '%s\n' "$((size))"
case $3 in
    -*) from=$((size + $3 + 1)); [ "$from" -ge 1 ] || from=1;;
    *) from=$(($3 + 1));;
esac
[ "$from" -le "$size" ] || exit 0
length=$(($4)); [ "$length" -gt 0 ] || length=$((size - from + 1))
tail -c "+$from" -- "$full" | head -c "$length""#
        );
        let args = [folder.to_owned(), path.to_string(), offset.to_string(), length.to_string()];
        let mut running = self.site.start(Some(self.user), Command::shell(READ, args).within(LONG)).await?;
        drop(running.stdin());
        let mut stdout = running.stdout().ok_or_else(|| Error::internal("a command has no output"))?;
        let mut line = Vec::new();
        let broken = |error: std::io::Error| Error::unavailable(format!("the machine was lost while '{path}' was read: {error}"));
        loop {
            match stdout.read_u8().await {
                Ok(b'\n') => break,
                Ok(byte) if line.len() < 20 => line.push(byte),
                Ok(_) => return Err(Error::internal("a size has more than twenty digits")),
                Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => break,
                Err(error) => return Err(broken(error)),
            }
        }
        let size = std::str::from_utf8(&line).ok().and_then(|digits| digits.parse().ok());
        match size {
            Some(size) => Ok(Reading { size, stdout, running }),
            None => {
                checked(&running.wait().await?, &format!("read '{path}'"))?;
                Err(Error::unavailable(format!("the machine said nothing of '{path}'")))
            }
        }
    }

    /// The whole of a small file below the folder; `None` if it is not there.
    ///
    /// # Errors
    /// As [`Files::checksum`]; `TooLarge` where it has more than `most` bytes.
    pub async fn read_small(&self, folder: &str, path: &RelPath, most: u64) -> Result<Option<Vec<u8>>> {
        let mut reading = match self.read(folder, path, 0, 0).await {
            Ok(reading) => reading,
            Err(error) if error.kind() == tieline_model::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if reading.size > most {
            return Err(Error::too_large(format!("'{path}' has {} bytes, at most {most} are read", reading.size)));
        }
        let mut bytes = Vec::new();
        let lost = |error| Error::unavailable(format!("the machine was lost while '{path}' was read: {error}"));
        (&mut reading.stdout).take(most).read_to_end(&mut bytes).await.map_err(lost)?;
        reading.done().await?;
        Ok(Some(bytes))
    }

    /// Lists a folder below the job's folder (`.` for itself), with everything below it if `deep`; at most `cap` entries.
    ///
    /// # Errors
    /// As [`Files::checksum`].
    pub async fn list(&self, folder: &str, path: Option<&RelPath>, deep: bool, cap: usize) -> Result<Listing> {
        const LIST: &str = below!(
            r#"[ -d "$full" ] && cd -- "$full" || exit 44
depth=; [ "$3" = deep ] || depth='-maxdepth 1'
if find . -maxdepth 0 -printf '' 2>/dev/null; then
    find . -mindepth 1 $depth \( -type f -o -type d \) -printf '%y\t%s\t%T@\t%P\0'
else
    find . $depth ! -name . \( -type f -o -type d \) -exec sh -c 'for path do
        if [ -d "$path" ]; then printf "d\t0\t0\t%s\0" "${path#./}"
        else printf "f\t%s\t0\t%s\0" "$(($(wc -c <"$path")))" "${path#./}"; fi
    done' sh {} +
fi 2>/dev/null | head -c "$4""#
        );
        let below = path.map_or(".", RelPath::as_str);
        // No entry is longer than this: the machine stops once there is more than anybody wants.
        let bytes = (cap.saturating_add(2)).saturating_mul(256).max(64 << 10);
        let depth = if deep { "deep" } else { "flat" };
        let args = [folder.to_owned(), below.to_owned(), depth.to_owned(), bytes.to_string()];
        let (output, done) = self.output(Command::shell(LIST, args), bytes as u64).await?;
        checked(&done, &format!("list '{below}'"))?;
        Ok(parse_listing(&output, output.len() >= bytes, cap))
    }

    /// Removes a job's folder with everything in it. Success if it is gone already.
    ///
    /// # Errors
    /// As [`Files::make_folder`].
    pub async fn remove(&self, folder: &str) -> Result<()> {
        const REMOVE: &str = r#"[ ! -L "$1" ] || exit 45
[ -e "$1" ] || exit 0
rm -rf -- "$1" 2>/dev/null && exit 0
chmod -R u+rwX -- "$1" && rm -rf -- "$1""#;
        if !folder.starts_with('/') || folder.split('/').filter(|part| !part.is_empty()).count() < 2 {
            return Err(Error::internal(format!("'{folder}' is not a job's folder and is not removed")));
        }
        self.run(Command::shell(REMOVE, [folder]).within(Duration::from_secs(600)), "remove the job's folder").await.map(drop)
    }

    async fn run(&self, command: Command, what: &str) -> Result<String> {
        let (output, done) = self.output(command, 64 << 10).await?;
        checked(&done, what)?;
        Ok(String::from_utf8_lossy(&output).into_owned())
    }

    async fn output(&self, command: Command, most: u64) -> Result<(Vec<u8>, Done)> {
        let mut running = self.site.start(Some(self.user), command).await?;
        drop(running.stdin());
        let mut output = Vec::new();
        if let Some(stdout) = running.stdout() {
            let lost = |error| Error::unavailable(format!("the machine was lost: {error}"));
            stdout.take(most).read_to_end(&mut output).await.map_err(lost)?;
        }
        Ok((output, running.wait().await?))
    }
}

/// An open range of a file.
pub struct Reading {
    /// The whole file's size.
    pub size: u64,
    /// The bytes of the range.
    pub stdout: Box<dyn AsyncRead + Send + Unpin>,
    running: Box<dyn Running>,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Reading {
    /// Proves, after the last byte, that all of the range was read.
    ///
    /// # Errors
    /// `Unavailable` where the machine was lost in between.
    pub async fn done(self) -> Result<()> {
        drop(self.stdout);
        checked(&self.running.wait().await?, "read a file")
    }
}

async fn send(running: &mut dyn Running, mut from: impl AsyncRead + Unpin) -> (u64, Result<()>) {
    let Some(mut stdin) = running.stdin() else { return (0, Err(Error::internal("a command has no input"))) };
    let mut chunk = vec![0; 128 << 10];
    let mut sent = 0;
    loop {
        match from.read(&mut chunk).await {
            Err(error) => return (sent, Err(Error::unavailable(format!("the bytes to write were lost on their way: {error}")))),
            Ok(0) => break,
            // The command ended early: its status says why.
            Ok(read) if stdin.write_all(&chunk[..read]).await.is_err() => break,
            Ok(read) => sent += read as u64,
        }
    }
    let _ = stdin.shutdown().await;
    (sent, Ok(()))
}

/// What a shell or a tool says of trouble that is the machine's own, and not of what was asked.
const PASSING: [&str; 7] = [
    "Cannot fork",
    "Resource temporarily unavailable",
    "Cannot allocate memory",
    "Too many open files",
    "Input/output error",
    "Stale file handle",
    "Interrupted system call",
];

fn checked(done: &Done, what: &str) -> Result<()> {
    let words = done.stderr.trim().lines().next_back().unwrap_or_default().to_owned();
    let said = |sentence: String| if words.is_empty() { sentence } else { format!("{sentence}: {words}") };
    match done.status {
        0 => Ok(()),
        44 => Err(Error::not_found(said(format!("cannot {what}: it is not there")))),
        45 => Err(Error::forbidden(format!("cannot {what}: it leads out of the job's folder"))),
        65 => Err(Error::conflict(format!("cannot {what}: other bytes arrived than were sent"))),
        124 | 137 | 143 | 255 => Err(Error::unavailable(said(format!("the machine did not {what} in time")))),
        _ if words.contains("No space left") || words.contains("quota") => Err(Error::full(said(format!("cannot {what}")))
            .hint("make room in your folder on that machine, or ask the center for a larger quota")),
        _ if PASSING.iter().any(|said| words.contains(said)) => {
            Err(Error::unavailable(said(format!("the machine could not {what} just now"))))
        }
        _ => Err(Error::forbidden(said(format!("the machine would not {what}")))),
    }
}

fn parse_listing(output: &[u8], cut: bool, cap: usize) -> Listing {
    let mut listing = Listing { entries: vec![], truncated: cut };
    for row in output.split_inclusive(|byte| *byte == 0) {
        let Some(row) = row.strip_suffix(&[0]) else { break };
        if listing.entries.len() == cap {
            listing.truncated = true;
            break;
        }
        listing.entries.extend(parse_entry(row));
    }
    listing
}

/// A name that no platform path may have is left out: nobody could ask for it.
fn parse_entry(row: &[u8]) -> Option<Entry> {
    let mut fields = std::str::from_utf8(row).ok()?.splitn(4, '\t');
    let is_folder = fields.next()? == "d";
    let size = fields.next()?.parse().ok()?;
    let (seconds, fraction) = match fields.next()?.split_once('.') {
        Some((seconds, fraction)) => (seconds.parse::<i64>().ok()?, format!("{fraction:0<6}")),
        None => (0, "000000".to_owned()),
    };
    let micros = fraction.get(..6)?.parse::<i64>().ok()?;
    let path = fields.next()?.parse().ok()?;
    Some(Entry { path, size: if is_folder { 0 } else { size }, modified: Timestamp::from_seconds(seconds).plus_micros(micros), is_folder })
}

/// What these bytes hash to.
pub fn sha256(bytes: &[u8]) -> Sha256 {
    Sha256(Hasher::digest(bytes).into())
}

#[cfg(test)]
mod tests;
