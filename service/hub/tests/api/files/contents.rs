//! The hub's folder of contents by itself.

use std::collections::HashSet;

use bytes::Bytes;
use futures::stream;
use tieline_hub::app::files::Blobs;
use tieline_model::{Error, ErrorKind, Result, Sha256, Timestamp};
use tokio::io::AsyncReadExt;

fn pieces(content: &'static [u8]) -> impl futures::Stream<Item = Result<Bytes>> {
    stream::iter(content.chunks(3).map(|piece| Ok(Bytes::from_static(piece))))
}

fn files_in(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files_in(&path) } else { 1 }).sum()
}

#[tokio::test]
async fn what_is_received_is_found_under_its_checksum_from_any_offset() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::at(folder.path().to_owned()).unwrap();
    let (sha256, size) = blobs.receive(pieces(b"hello world"), None, 11).await.unwrap();
    assert_eq!((sha256.to_string(), size), (super::desk::sha256(b"hello world"), 11));
    assert!(blobs.contains(sha256).await.unwrap());
    let (size, mut reader) = blobs.open(sha256, 6).await.unwrap();
    let mut rest = String::new();
    reader.read_to_string(&mut rest).await.unwrap();
    assert_eq!((size, rest.as_str()), (11, "world"));
    assert_eq!(blobs.open(sha256, 12).await.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(blobs.open(Sha256([0; 32]), 0).await.unwrap_err().kind(), ErrorKind::NotFound);
    let again = blobs.receive(pieces(b"hello world"), Some(sha256), 11).await.unwrap();
    assert_eq!(again, (sha256, 11));
    assert_eq!(files_in(folder.path()), 1, "one content lies there once");
}

#[tokio::test]
async fn what_is_wrong_too_long_or_cut_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::at(folder.path().to_owned()).unwrap();
    let wrong = blobs.receive(pieces(b"hello"), Some(Sha256([1; 32])), 100).await.unwrap_err();
    assert_eq!(wrong.word(), "checksum_mismatch");
    let long = blobs.receive(pieces(b"hello"), None, 4).await.unwrap_err();
    assert_eq!(long.kind(), ErrorKind::TooLarge);
    let cut = stream::iter([Ok(Bytes::from_static(b"hel")), Err(Error::unavailable("cut"))]);
    assert_eq!(blobs.receive(cut, None, 100).await.unwrap_err().kind(), ErrorKind::Unavailable);
    let hung = stream::iter([Ok(Bytes::from_static(b"hel"))]);
    let hung = futures::StreamExt::chain(hung, stream::pending());
    let waiting = blobs.receive(hung, None, 100);
    assert!(futures::FutureExt::now_or_never(Box::pin(waiting)).is_none(), "and is dropped in the middle");
    assert_eq!(files_in(folder.path()), 0);
}

#[tokio::test]
async fn a_content_that_is_needed_or_young_stays() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::at(folder.path().to_owned()).unwrap();
    let (needed, _) = blobs.receive(pieces(b"needed"), None, 100).await.unwrap();
    let (other, _) = blobs.receive(pieces(b"other"), None, 100).await.unwrap();
    let names = |_: Vec<Sha256>| async move { Ok(HashSet::from([needed])) };
    assert_eq!(blobs.remove_unreferenced(Timestamp::from_seconds(1_000_000), names).await.unwrap(), 0, "both are younger than 1970");
    assert_eq!(blobs.remove_unreferenced(Timestamp::from_seconds(9_999_999_999), names).await.unwrap(), 1);
    assert!(blobs.contains(needed).await.unwrap() && !blobs.contains(other).await.unwrap());
}
