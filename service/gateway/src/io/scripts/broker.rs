//! The only way out of a sandbox: a socket that is bound to one machine, one local user and one job's folder.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sha2::{Digest, Sha256 as Hasher};
use tieline_model::{Error, ErrorKind, LocalUser, RelPath, Result, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::frame::{Ask, Kind, Reply, receive, send};
use crate::io::files::Files;
use crate::io::site::{Command, Site};

/// How many of a script's questions are worked on at the same time.
const AT_ONCE: usize = 8;

/// What the broker does things with.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    /// The machine.
    pub site: Arc<dyn Site>,
    /// As whom.
    pub user: LocalUser,
    /// The job's folder on the machine.
    pub remote: String,
    /// How long one command may take.
    pub limit: Duration,
}

/// The broker of one run of a script. It answers while it is polled.
#[derive(Debug)]
pub(super) struct Broker {
    listener: UnixListener,
    bound: Bound,
    away: Arc<AtomicBool>,
}

impl Broker {
    /// Listens on this path. Whoever can see the path may speak: it lies in a folder that only the gateway may enter, and in one sandbox.
    pub(super) fn listen(path: &Path, bound: Bound) -> Result<Self> {
        let trouble = |error: io::Error| Error::internal(format!("{}: {error}", path.display()));
        let listener = UnixListener::bind(path).map_err(trouble)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o666)).map_err(trouble)?;
        Ok(Self { listener, bound, away: Arc::default() })
    }

    /// Whether the machine did not answer something that the script wanted of it.
    pub(super) fn away(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.away)
    }

    /// Serves for ever; ends all that is under way when it is dropped.
    pub(super) async fn serve(self) -> std::convert::Infallible {
        let free = Arc::new(Semaphore::new(AT_ONCE));
        let mut under_way = JoinSet::new();
        loop {
            while under_way.try_join_next().is_some() {}
            let Ok(permit) = Arc::clone(&free).acquire_owned().await else { std::future::pending().await };
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let (bound, away) = (self.bound.clone(), self.away());
                    under_way.spawn(async move {
                        if let Err(error) = answer(stream, &bound, &away).await {
                            tracing::debug!(%error, "a script's tool went away");
                        }
                        drop(permit);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a script's broker cannot take a connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

async fn answer(stream: UnixStream, bound: &Bound, away: &AtomicBool) -> io::Result<()> {
    let (mut from, mut to) = stream.into_split();
    let (Kind::Word, word) = receive(&mut from).await? else { return Err(io::ErrorKind::InvalidData.into()) };
    let done = match serde_json::from_slice(&word) {
        Ok(Ask::Run { argv }) => run(bound, argv, &mut from, &mut to).await,
        Ok(Ask::Put { path, sha256 }) => put(bound, &path, sha256, &mut from).await,
        Ok(Ask::Get { path }) => get(bound, &path, &mut to).await,
        Err(error) => Err(Error::invalid(format!("the broker does not understand this: {error}"))),
    };
    if done.as_ref().is_err_and(|error| error.kind() == ErrorKind::Unavailable) {
        away.store(true, Ordering::Relaxed);
    }
    let reply = done.unwrap_or_else(|error| Reply { status: status(error.kind()), stderr: format!("{error}\n"), sha256: None });
    let word = serde_json::to_vec(&reply)?;
    send(&mut to, Kind::Word, &word).await
}

/// The contract's exit code for what the broker could not do.
fn status(kind: ErrorKind) -> i32 {
    match kind {
        ErrorKind::Invalid | ErrorKind::TooLarge => 64,
        ErrorKind::Unauthenticated | ErrorKind::Forbidden | ErrorKind::Unpaid => 77,
        ErrorKind::Unavailable => 69,
        ErrorKind::Throttled | ErrorKind::Conflict => 75,
        ErrorKind::Full => 73,
        ErrorKind::NotFound => 1,
        ErrorKind::Internal => 70,
    }
}

async fn run(bound: &Bound, argv: Vec<String>, from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf) -> Result<Reply> {
    let mut running = bound.site.start(Some(&bound.user), Command::new(argv).within(bound.limit)).await?;
    let (stdin, stdout) = (running.stdin(), running.stdout());
    let output = async {
        if let Some(mut stdout) = stdout {
            forward(&mut stdout, to).await?;
        }
        Ok::<_, Error>(())
    };
    let gone = async {
        if let Some(mut stdin) = stdin {
            let _ = receive_into(from, &mut stdin).await;
            let _ = stdin.shutdown().await;
        }
        // The tool says nothing more; it has gone when the stream ends.
        let _ = from.read_u8().await;
    };
    tokio::select! {
        biased;
        done = output => done?,
        () = gone => return Err(gone_tool()),
    }
    let done = running.wait().await?;
    Ok(Reply { status: done.status, stderr: done.stderr, sha256: None })
}

/// Checks a path below the job's folder on the machine. Without such a folder there is nothing to write to or read from:
/// an empty one would be the user's home.
fn below(bound: &Bound, path: &str) -> Result<RelPath> {
    if bound.remote.is_empty() {
        return Err(Error::invalid("this script has no folder on the machine, so nothing can be put there or got from there"));
    }
    path.parse()
}

async fn put(bound: &Bound, path: &str, sha256: Sha256, from: &mut OwnedReadHalf) -> Result<Reply> {
    let path = below(bound, path)?;
    let (reader, mut writer) = tokio::io::simplex(256 << 10);
    let files = Files::new(bound.site.as_ref(), &bound.user);
    let fill = async move {
        // Half a file is not written: its checksum cannot be right.
        let _ = receive_into(from, &mut writer).await;
        let _ = writer.shutdown().await;
    };
    let (written, ()) = tokio::join!(files.put(&bound.remote, &path, reader, sha256), fill);
    written.map(|_| Reply { sha256: Some(sha256), ..Reply::default() })
}

async fn get(bound: &Bound, path: &str, to: &mut OwnedWriteHalf) -> Result<Reply> {
    let path = below(bound, path)?;
    let files = Files::new(bound.site.as_ref(), &bound.user);
    let (_, announced) = files.checksum(&bound.remote, &path).await?;
    let mut reading = files.read(&bound.remote, &path, 0, 0).await?;
    let sent = forward(&mut reading.stdout, to).await?;
    reading.done().await?;
    if sent != announced {
        return Err(Error::conflict(format!("'{path}' changed while it was read")));
    }
    Ok(Reply { sha256: Some(sent), ..Reply::default() })
}

/// Nobody hears this; that the script ended its own tool says nothing of the machine.
fn gone_tool() -> Error {
    Error::conflict("the tool went away")
}

/// Sends a stream as frames and gives what it hashes to.
async fn forward(from: &mut (impl AsyncRead + Unpin), to: &mut OwnedWriteHalf) -> Result<Sha256> {
    let mut hasher = Hasher::new();
    let mut piece = vec![0; 64 << 10];
    loop {
        let read =
            from.read(&mut piece).await.map_err(|error| Error::unavailable("the connection to the machine was cut").because(error))?;
        if read == 0 {
            return Ok(Sha256(hasher.finalize().into()));
        }
        hasher.update(&piece[..read]);
        send(to, Kind::Data, &piece[..read]).await.map_err(|error| gone_tool().because(error))?;
    }
}

/// Writes the frames of a stream until its end.
async fn receive_into(from: &mut OwnedReadHalf, to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
    while let (Kind::Data, bytes) = receive(from).await? {
        to.write_all(&bytes).await?;
    }
    Ok(())
}
