//! A frame: four bytes of length, least significant first, then the message.

use std::io::{self, Read, Write};

use prost::Message;

/// The largest message either side accepts, in bytes.
pub const MAX_FRAME: usize = 16 << 20;

/// Writes one message.
///
/// # Errors
/// `InvalidInput` where it is larger than [`MAX_FRAME`], and whatever the writer says.
pub fn write(to: &mut impl Write, message: &impl Message) -> io::Result<()> {
    let length = message.encoded_len();
    if length > MAX_FRAME {
        let text = format!("a message of {length} bytes is larger than {MAX_FRAME}");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    let mut bytes = Vec::with_capacity(4 + length);
    // MAX_FRAME is far below 4 GiB.
    bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    message.encode(&mut bytes).map_err(io::Error::other)?;
    to.write_all(&bytes)
}

/// Reads one message; nothing where the other side has ended between two.
///
/// # Errors
/// `InvalidData` where it is larger than [`MAX_FRAME`] or no such message, `UnexpectedEof` where it is cut off.
pub fn read<M: Message + Default>(from: &mut impl Read) -> io::Result<Option<M>> {
    let mut length = [0; 4];
    let mut have = 0;
    while have < length.len() {
        match from.read(&mut length[have..]) {
            Ok(0) if have == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => have += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
    if length > MAX_FRAME {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a message of {length} bytes is larger than {MAX_FRAME}")));
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    M::decode(bytes.as_slice()).map(Some).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::{Ask, Explain, ask};

    #[test]
    fn what_is_written_is_read_and_the_end_is_no_error() {
        let message = Ask { token: "t".into(), what: Some(ask::What::Explain(Explain { job: "12_3".into() })) };
        let mut bytes = Vec::new();
        write(&mut bytes, &message).unwrap();
        write(&mut bytes, &Ask::default()).unwrap();
        let mut reader = bytes.as_slice();
        assert_eq!(read::<Ask>(&mut reader).unwrap(), Some(message));
        assert_eq!(read::<Ask>(&mut reader).unwrap(), Some(Ask::default()));
        assert_eq!(read::<Ask>(&mut reader).unwrap(), None);
    }

    #[test]
    fn a_frame_that_is_cut_off_or_too_large_is_an_error() {
        for bytes in [&[1_u8, 0][..], &[9, 0, 0, 0, 1], &[255, 255, 255, 255]] {
            assert!(read::<Ask>(&mut &bytes[..]).is_err(), "{bytes:?}");
        }
    }
}
