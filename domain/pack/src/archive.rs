//! The archive a package travels in: a tar whose bytes depend on nothing but the files, read with limits and without trust.

use std::collections::BTreeMap;
use std::io::Read;

use tar::{Builder, EntryType, Header};
use tieline_model::{Error, RelPath, Result, id::shown};

/// A file of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where, below the package's folder.
    pub path: RelPath,
    /// Whether it may be executed.
    pub executable: bool,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Entry {
    /// Its permissions on disk.
    pub fn mode(&self) -> u32 {
        if self.executable { 0o755 } else { 0o644 }
    }
}

/// How much an archive may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Files and folders.
    pub entries: usize,
    /// Bytes of all files together.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 2000, bytes: 256 << 20 }
    }
}

/// Writes the archive: sorted by path, time 0, owner 0, permissions 755 or 644. The same files give the same bytes.
///
/// # Errors
/// Where two files have the same path, or one is a folder of another.
pub fn archive(files: impl IntoIterator<Item = Entry>) -> Result<Vec<u8>> {
    let mut sorted = BTreeMap::new();
    for entry in files {
        insert(&mut sorted, entry)?;
    }
    let broken = |error: std::io::Error| Error::internal(format!("cannot write an archive into memory: {error}"));
    let mut builder = Builder::new(Vec::new());
    for entry in sorted.into_values() {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_size(entry.bytes.len() as u64);
        header.set_mode(entry.mode());
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        builder.append_data(&mut header, entry.path.as_str(), entry.bytes.as_slice()).map_err(broken)?;
    }
    builder.into_inner().map_err(broken)
}

/// Reads an archive, sorted by path. Folders are left out; whatever is neither a file nor a folder is refused.
///
/// # Errors
/// `Invalid` for a link, a device, a path that leaves the folder, a path twice, a broken archive; `TooLarge` over the limits.
pub fn unarchive(bytes: &[u8], limits: Limits) -> Result<Vec<Entry>> {
    let broken = |error: std::io::Error| Error::invalid(format!("the archive cannot be read: {error}"));
    let mut sorted = BTreeMap::new();
    let mut left = limits.bytes;
    let mut reader = tar::Archive::new(bytes);
    for (number, item) in reader.entries().map_err(broken)?.enumerate() {
        if number >= limits.entries {
            return Err(Error::too_large(format!("the archive has more than {} entries", limits.entries)));
        }
        let mut item = item.map_err(broken)?;
        let name = String::from_utf8(item.path_bytes().into_owned());
        let name = name.map_err(|error| Error::invalid(format!("'{}' in the archive is not UTF-8", shown(&error.to_string()))))?;
        let kind = item.header().entry_type();
        if !matches!(kind, EntryType::Regular | EntryType::Continuous | EntryType::Directory) {
            return Err(Error::invalid(format!("'{}' in the archive is neither a file nor a folder", shown(&name))));
        }
        let trimmed = name.trim_start_matches("./").trim_end_matches('/');
        if kind == EntryType::Directory && matches!(trimmed, "" | ".") {
            continue;
        }
        let path: RelPath = trimmed.parse()?;
        if kind == EntryType::Directory {
            continue;
        }
        let size = item.size();
        if size > left {
            return Err(Error::too_large(format!("the archive holds more than {} bytes", limits.bytes)));
        }
        left -= size;
        let executable = item.header().mode().map_err(broken)? & 0o100 != 0;
        let mut content = Vec::new();
        item.read_to_end(&mut content).map_err(broken)?;
        if content.len() as u64 != size {
            return Err(Error::invalid(format!("'{path}' is cut off in the archive")));
        }
        insert(&mut sorted, Entry { path, executable, bytes: content })?;
    }
    Ok(sorted.into_values().collect())
}

/// Adds a file where no other is, nor a folder of another.
fn insert(sorted: &mut BTreeMap<RelPath, Entry>, entry: Entry) -> Result<()> {
    let text = entry.path.as_str();
    let folder = text
        .match_indices('/')
        .map(|(at, _)| &text[..at])
        .any(|above| above.parse().is_ok_and(|above: RelPath| sorted.contains_key(&above)));
    let inside = format!("{text}/");
    let first_below = sorted.keys().any(|path| path.as_str().starts_with(&inside));
    if folder || first_below {
        return Err(Error::invalid(format!("'{text}' is both a file and a folder in the archive")));
    }
    match sorted.insert(entry.path.clone(), entry) {
        None => Ok(()),
        Some(twice) => Err(Error::invalid(format!("'{}' is in the archive twice", twice.path))),
    }
}

#[cfg(test)]
mod tests;
