//! The socket people's commands speak to. The kernel says who is at the other end; what they say of themselves is not asked.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use prost::Message;
use tieline_model::{Error, Result};
use tieline_wire_crane::MAX_FRAME;
use tieline_wire_crane::v1::Answer;
use tieline_wire_node::v1::Attested;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::link::Client;
use super::names::Names;

/// How many commands are served at once; others wait in the kernel's queue.
const AT_ONCE: usize = 256;
/// How long a command may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a door needs.
#[derive(Clone, Debug)]
pub struct Door {
    /// The controller.
    pub client: Client,
    /// The users of this host.
    pub names: Arc<Names>,
}

/// Binds the socket, which everybody may connect to.
///
/// # Errors
/// `Unavailable` where it cannot be bound.
pub fn bind(path: &Path) -> Result<UnixListener> {
    let failed = |error: io::Error| Error::unavailable(format!("{}: {error}", path.display()));
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let listener = UnixListener::bind(path).map_err(failed)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o666)).map_err(failed)?;
    Ok(listener)
}

impl Door {
    /// Serves commands until the daemon stops.
    pub async fn serve(self, listener: UnixListener, stop: CancellationToken) {
        let (tasks, places) = (TaskTracker::new(), Arc::new(Semaphore::new(AT_ONCE)));
        loop {
            let Ok(place) = places.clone().acquire_owned().await else { break };
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = stop.cancelled() => break,
            };
            let Ok((stream, _)) = accepted else {
                // Out of file descriptors, most likely: others may be given back soon.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let (door, stop) = (self.clone(), stop.clone());
            tasks.spawn(async move {
                let _place = place;
                // A command that has left needs no answer.
                let _ = stop.run_until_cancelled(door.converse(stream)).await;
            });
        }
        tasks.close();
        tasks.wait().await;
    }

    async fn converse(&self, mut stream: UnixStream) -> io::Result<()> {
        let peer = stream.peer_cred()?;
        while let Ok(Some(ask)) = timeout(PATIENCE, read(&mut stream)).await.unwrap_or(Ok(None)) {
            if let Err(error) = self.hand_on(&mut stream, peer.uid(), peer.gid(), ask).await? {
                write(&mut stream, &Answer::from(error).encode_to_vec()).await?;
            }
        }
        Ok(())
    }

    /// Hands a request on and brings the answers back. The outer failure is the command's connection, the inner one ours.
    async fn hand_on(&self, stream: &mut UnixStream, uid: u32, gid: u32, ask: Vec<u8>) -> io::Result<Result<()>> {
        let user = match self.names.user(uid).await {
            Ok(user) => user.name.clone(),
            Err(error) => return Ok(Err(error)),
        };
        let attested = Attested { uid, gid, user, groups: Vec::new(), ask };
        let mut answers = match self.client.clone().call(attested).await {
            Ok(answers) => answers.into_inner(),
            Err(status) => return Ok(Err(refused(&status))),
        };
        loop {
            match answers.message().await {
                Ok(Some(piece)) => write(stream, &piece.answer).await?,
                Ok(None) => return Ok(Ok(())),
                Err(status) => return Ok(Err(refused(&status))),
            }
        }
    }
}

fn refused(status: &tonic::Status) -> Error {
    match status.code() {
        tonic::Code::PermissionDenied => Error::forbidden(status.message()),
        tonic::Code::InvalidArgument => Error::invalid(status.message()),
        _ => Error::unavailable(format!("the controller does not answer: {}", status.message()))
            .hint("try again; if it goes on, ask the cluster's administrator whether the controller runs"),
    }
}

async fn read(stream: &mut UnixStream) -> io::Result<Option<Vec<u8>>> {
    let length = match stream.read_u32_le().await {
        Ok(length) => usize::try_from(length).unwrap_or(usize::MAX),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    };
    if length > MAX_FRAME {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // What is announced is not set aside before it comes.
    let mut bytes = Vec::new();
    (&mut *stream).take(length as u64).read_to_end(&mut bytes).await?;
    if bytes.len() == length { Ok(Some(bytes)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

async fn write(stream: &mut UnixStream, bytes: &[u8]) -> io::Result<()> {
    let mut frame = Vec::with_capacity(4 + bytes.len());
    frame.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
    frame.extend_from_slice(bytes);
    stream.write_all(&frame).await
}
