//! What a script's tools and the broker say to each other over the socket: frames of a kind, a length and bytes.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use tieline_model::Sha256;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The most bytes of one frame; more is a fault of the other side.
pub(super) const MOST: usize = 128 << 10;

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// JSON of [`Ask`] or, as the last frame, of [`Reply`].
    Word = 0,
    /// Bytes of a stream.
    Data = 1,
    /// The stream from the script is over.
    End = 2,
}

/// What a tool asks of the broker. It cannot say which machine or which user: the socket decides that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "ask")]
pub(super) enum Ask {
    /// Run this on the machine.
    Run {
        /// The program and its arguments.
        argv: Vec<String>,
    },
    /// Write the bytes that follow to a file below the job's folder on the machine.
    Put {
        /// Below the job's folder.
        path: String,
        /// What they hash to.
        sha256: Sha256,
    },
    /// Read a file below the job's folder on the machine.
    Get {
        /// Below the job's folder.
        path: String,
    },
}

/// How it went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reply {
    /// The command's status, or one of the contract's where the broker could not do it.
    pub status: i32,
    /// The end of its error output, or the reason.
    pub stderr: String,
    /// What a file that was read hashes to.
    pub sha256: Option<Sha256>,
}

fn head(kind: Kind, bytes: &[u8]) -> io::Result<[u8; 5]> {
    let length = u32::try_from(bytes.len()).ok().filter(|length| *length as usize <= MOST).ok_or_else(too_long)?;
    let [a, b, c, d] = length.to_be_bytes();
    Ok([kind as u8, a, b, c, d])
}

fn read_head(head: [u8; 5]) -> io::Result<(Kind, usize)> {
    let [kind, length @ ..] = head;
    let kind = match kind {
        0 => Kind::Word,
        1 => Kind::Data,
        2 => Kind::End,
        _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame of an unknown kind")),
    };
    let length = u32::from_be_bytes(length) as usize;
    if length > MOST { Err(too_long()) } else { Ok((kind, length)) }
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a frame may hold at most {MOST} bytes"))
}

/// Sends a frame.
pub(super) async fn send(to: &mut (impl AsyncWrite + Unpin), kind: Kind, bytes: &[u8]) -> io::Result<()> {
    to.write_all(&head(kind, bytes)?).await?;
    to.write_all(bytes).await
}

/// Receives a frame.
pub(super) async fn receive(from: &mut (impl AsyncRead + Unpin)) -> io::Result<(Kind, Vec<u8>)> {
    let mut head = [0; 5];
    from.read_exact(&mut head).await?;
    let (kind, length) = read_head(head)?;
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).await?;
    Ok((kind, bytes))
}

/// Sends a frame, for the tools, which do not wait for several things at once.
pub(super) fn send_now(to: &mut impl Write, kind: Kind, bytes: &[u8]) -> io::Result<()> {
    to.write_all(&head(kind, bytes)?)?;
    to.write_all(bytes)
}

/// Receives a frame, for the tools.
pub(super) fn receive_now(from: &mut impl Read) -> io::Result<(Kind, Vec<u8>)> {
    let mut head = [0; 5];
    from.read_exact(&mut head)?;
    let (kind, length) = read_head(head)?;
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    Ok((kind, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_one_side_sends_the_other_receives() {
        let mut wire = Vec::new();
        send(&mut wire, Kind::Data, b"abc").await.unwrap();
        send_now(&mut wire, Kind::End, b"").unwrap();
        let mut from = wire.as_slice();
        assert_eq!(receive(&mut from).await.unwrap(), (Kind::Data, b"abc".to_vec()));
        assert_eq!(receive_now(&mut from).unwrap(), (Kind::End, Vec::new()));
    }

    #[tokio::test]
    async fn a_frame_that_claims_too_much_is_refused_before_room_is_made() {
        let mut wire = &[1_u8, 0xff, 0xff, 0xff, 0xff][..];
        assert!(receive(&mut wire).await.is_err());
        assert!(receive(&mut &[9_u8, 0, 0, 0, 0][..]).await.is_err());
    }
}
