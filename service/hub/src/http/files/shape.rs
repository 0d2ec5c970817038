//! Files as they look on the wire.

use tieline_store_hub::files::{Entry, File};
use tieline_wire_api::files as wire;

pub(super) fn file(file: File) -> wire::File {
    let File { id, path, size, sha256, created, modified, .. } = file;
    wire::File { id, path, size, sha256, created, modified }
}

pub(super) fn entry(entry: Entry) -> wire::FolderEntry {
    match entry {
        Entry::File(found) => wire::FolderEntry::File(file(found)),
        Entry::Folder(path) => wire::FolderEntry::Folder { path },
    }
}
