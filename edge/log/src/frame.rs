//! How a record lies in a segment: a header of 32 bytes, the payload, zeros up to the next multiple of 8.
//!
//! ```text
//! 0 checksum (CRC-32 of all that follows)   4 length of the payload
//! 8 term   16 index   24 the last index that was durable when this record was written
//! ```
//! The last field tells a torn tail from lost data: a record that cannot be read is torn where nothing after it says
//! that it had been durable, and lost where something does.

use tieline_model::{Error, Result};

/// The largest payload, in bytes.
pub const MAX_RECORD: usize = 32 << 20;
/// The bytes of a header.
pub(crate) const HEADER: usize = 32;

/// A header that was read, whose payload still has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub length: usize,
    pub term: u64,
    pub index: u64,
    pub durable: u64,
}

impl Header {
    /// The bytes from this header to the next.
    pub fn stride(&self) -> usize {
        stride(self.length)
    }
}

/// The bytes a payload of this length takes with its header.
pub(crate) fn stride(length: usize) -> usize {
    (HEADER + length).next_multiple_of(8)
}

/// Appends a record to a buffer.
pub(crate) fn write(buffer: &mut Vec<u8>, term: u64, index: u64, durable: u64, payload: &[u8]) -> Result<()> {
    let length = u32::try_from(payload.len())
        .ok()
        .filter(|_| payload.len() <= MAX_RECORD)
        .ok_or_else(|| Error::invalid(format!("a record of {} bytes is larger than the log takes ({MAX_RECORD} bytes)", payload.len())))?;
    let start = buffer.len();
    buffer.extend_from_slice(&[0; 4]);
    buffer.extend_from_slice(&length.to_le_bytes());
    for number in [term, index, durable] {
        buffer.extend_from_slice(&number.to_le_bytes());
    }
    buffer.extend_from_slice(payload);
    let checksum = crc32fast::hash(&buffer[start + 4..]);
    buffer[start..start + 4].copy_from_slice(&checksum.to_le_bytes());
    buffer.resize(start + stride(payload.len()), 0);
    Ok(())
}

/// Reads the record that begins here, if a whole one does.
pub(crate) fn read(bytes: &[u8]) -> Option<(Header, &[u8])> {
    let checksum = u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?);
    let length = usize::try_from(u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?)).ok()?;
    let number = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
    let header = Header { length, term: number(8)?, index: number(16)?, durable: number(24)? };
    // Zeros are no record, though their checksum would be easy to have.
    if header.index == 0 || length > MAX_RECORD {
        return None;
    }
    let payload = bytes.get(HEADER..HEADER + length)?;
    (crc32fast::hash(&bytes[4..HEADER + length]) == checksum).then_some((header, payload))
}

/// Whether anything from here on says that the record with this index had been durable.
pub(crate) fn proves_durable(bytes: &[u8], index: u64) -> bool {
    let mut at = 0;
    while at + HEADER <= bytes.len() {
        match read(&bytes[at..]) {
            Some((header, _)) if header.index > index && header.durable >= index => return true,
            Some((header, _)) => at += header.stride(),
            None => at += 8,
        }
    }
    false
}
