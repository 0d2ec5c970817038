//! Files through a real shell, as a real local user.

use super::*;
use crate::io::local::{LocalSite, look_up, own_account};
use std::path::{Path, PathBuf};
use tieline_model::ErrorKind;

struct Place {
    _folder: tempfile::TempDir,
    folder: PathBuf,
    site: LocalSite,
    user: LocalUser,
}

/// A folder of a user who is not root.
async fn place() -> Place {
    let temporary = tempfile::tempdir().unwrap();
    let root = rustix::process::geteuid().is_root();
    let account = if root { look_up(&"nobody".parse().unwrap()).await.unwrap() } else { own_account().await.unwrap() };
    let folder = temporary.path().join("job");
    std::fs::create_dir(&folder).unwrap();
    if root {
        std::os::unix::fs::chown(&folder, Some(account.uid), Some(account.gid)).unwrap();
        std::fs::set_permissions(temporary.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    Place { _folder: temporary, folder, site: LocalSite::new("{home}", true), user: account.name }
}

impl Place {
    fn files(&self) -> Files<'_> {
        Files::new(&self.site, &self.user)
    }
    fn root(&self) -> &str {
        self.folder.to_str().unwrap()
    }
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<u64> {
        self.files().put(self.root(), &path.parse().unwrap(), bytes, sha256(bytes)).await
    }
    async fn read(&self, path: &str, offset: i64, length: u64) -> Result<(u64, Vec<u8>)> {
        let mut reading = self.files().read(self.root(), &path.parse().unwrap(), offset, length).await?;
        let mut bytes = vec![];
        reading.stdout.read_to_end(&mut bytes).await.unwrap();
        let size = reading.size;
        reading.done().await?;
        Ok((size, bytes))
    }
    fn link(&self, to: impl AsRef<Path>, name: &str) {
        std::os::unix::fs::symlink(to, self.folder.join(name)).unwrap();
    }
}

#[tokio::test]
async fn what_was_put_is_read_back_in_ranges_and_from_the_end() {
    let place = place().await;
    let bytes: Vec<u8> = (0..=255u8).cycle().take(300_000).collect();
    assert_eq!(place.put("in put/水'$(x).bin", &bytes).await.unwrap(), 300_000);
    assert_eq!(place.read("in put/水'$(x).bin", 0, 0).await.unwrap(), (300_000, bytes.clone()));
    assert_eq!(place.read("in put/水'$(x).bin", 1_000, 10).await.unwrap().1, bytes[1_000..1_010]);
    assert_eq!(place.read("in put/水'$(x).bin", -7, 0).await.unwrap().1, bytes[299_993..]);
    assert_eq!(place.read("in put/水'$(x).bin", -400_000, 3).await.unwrap().1, bytes[..3]);
    assert_eq!(place.read("in put/水'$(x).bin", 300_000, 3).await.unwrap(), (300_000, vec![]));
    let path = "in put/水'$(x).bin".parse().unwrap();
    assert_eq!(place.files().checksum(place.root(), &path).await.unwrap(), (300_000, sha256(&bytes)));
    assert!(place.files().has(place.root(), &path, sha256(&bytes)).await.unwrap());
    assert_eq!(place.files().read_small(place.root(), &"none".parse().unwrap(), 10).await.unwrap(), None);
}

#[tokio::test]
async fn other_bytes_than_announced_leave_no_file() {
    let place = place().await;
    let error = place.files().put(place.root(), &"a".parse().unwrap(), &b"half"[..], sha256(b"whole")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(std::fs::read_dir(&place.folder).unwrap().count(), 0);
}

#[tokio::test]
async fn no_link_leads_out_of_the_jobs_folder() {
    let place = place().await;
    place.link("/etc/passwd", "secret");
    place.link("/tmp", "out");
    place.put("real", b"x").await.unwrap();
    place.link("real", "inside");
    for path in ["secret", "out/anything"] {
        assert!(matches!(place.read(path, 0, 0).await.unwrap_err().kind(), ErrorKind::Forbidden | ErrorKind::NotFound), "{path}");
    }
    assert_eq!(place.put("out/new", b"x").await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!(place.read("inside", 0, 0).await.unwrap().1, b"x");
    let listed = place.files().list(place.root(), None, true, 100).await.unwrap();
    assert_eq!(listed.entries.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(), ["real"]);
}

#[tokio::test]
async fn a_listing_is_capped_and_names_nobody_could_ask_for_are_left_out() {
    let place = place().await;
    for name in ["b/c", "a", "d"] {
        place.put(name, b"1234").await.unwrap();
    }
    std::fs::write(place.folder.join("with\nnewline"), b"").unwrap();
    let deep = place.files().list(place.root(), None, true, 100).await.unwrap();
    let mut names: Vec<_> = deep.entries.iter().map(|entry| (entry.path.to_string(), entry.size, entry.is_folder)).collect();
    names.sort();
    let expected = [("a", 4, false), ("b", 0, true), ("b/c", 4, false), ("d", 4, false)];
    assert_eq!(names, expected.map(|(name, size, folder)| (name.to_owned(), size, folder)));
    assert!(deep.entries.iter().all(|entry| entry.modified.seconds() > 0) && !deep.truncated);
    let flat = place.files().list(place.root(), Some(&"b".parse().unwrap()), false, 100).await.unwrap();
    assert_eq!(flat.entries.len(), 1);
    assert!(place.files().list(place.root(), None, true, 2).await.unwrap().truncated);
}

#[tokio::test]
async fn a_folder_goes_with_everything_in_it_and_only_a_deep_one() {
    let place = place().await;
    place.put("x/y", b"1").await.unwrap();
    let folder = format!("{}/x", place.root());
    place.files().remove(&folder).await.unwrap();
    place.files().remove(&folder).await.unwrap();
    assert!(!place.folder.join("x").exists());
    for wrong in ["/", "/home", "relative/x"] {
        assert!(place.files().remove(wrong).await.is_err());
    }
}

#[tokio::test]
async fn a_writer_that_was_cut_off_takes_nothing_from_the_one_after_it() {
    let place = place().await;
    let path = "in".parse().unwrap();
    let (mut open, slow) = tokio::io::duplex(64);
    let files = place.files();
    let cut = files.put(place.root(), &path, slow, sha256(b"whole"));
    let again = async {
        tokio::io::AsyncWriteExt::write_all(&mut open, b"wh").await.unwrap();
        let whole = place.put("in", b"whole").await;
        drop(open);
        whole
    };
    let (cut, whole) = tokio::join!(cut, again);
    assert_eq!(cut.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(whole.unwrap(), 5);
    assert_eq!(std::fs::read(place.folder.join("in")).unwrap(), b"whole");
    assert_eq!(std::fs::read_dir(&place.folder).unwrap().count(), 1);
}

#[test]
fn a_machine_in_trouble_of_its_own_is_asked_again_and_one_that_says_no_is_not() {
    let passes = |status, stderr: &str| checked(&Done { status, stderr: stderr.to_owned() }, "keep a file").unwrap_err().may_pass();
    for words in ["sh: 1: Cannot fork", "cat: write error: Input/output error", "mv: cannot stat 'a': Stale file handle"] {
        assert!(passes(2, words), "{words}");
    }
    assert!(passes(137, "") && passes(255, "Connection closed"));
    assert!(!passes(1, "mkdir: cannot create directory 'a': Permission denied") && !passes(1, ""));
}
