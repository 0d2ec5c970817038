//! Archives go round, depend on nothing but their files, and never lead out of the folder.

use proptest::prelude::*;
use tieline_model::ErrorKind;

use super::*;

fn entry(path: &str, text: &str) -> Entry {
    Entry { path: path.parse().unwrap(), executable: path.starts_with("scripts/"), bytes: text.as_bytes().to_vec() }
}

/// An archive of one entry with any name and kind, as a hostile hand would make it.
fn hostile(name: &[u8], kind: EntryType, link: Option<&str>) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(0);
    header.set_mode(0o644);
    if let Some(link) = link {
        header.set_link_name(link).unwrap();
    }
    header.set_cksum();
    let mut builder = Builder::new(Vec::new());
    builder.append(&header, &[][..]).unwrap();
    builder.into_inner().unwrap()
}

#[test]
fn what_is_no_plain_file_below_the_folder_is_refused() {
    for name in ["../x", "/etc/passwd", "a/../../x", "a//b", "a\\b", "a\nb", ".."] {
        assert!(unarchive(&hostile(name.as_bytes(), EntryType::Regular, None), Limits::default()).is_err(), "{name:?}");
    }
    for kind in [EntryType::Symlink, EntryType::Link, EntryType::Char, EntryType::Block, EntryType::Fifo, EntryType::GNUSparse] {
        assert!(unarchive(&hostile(b"a", kind, Some("/etc/passwd")), Limits::default()).is_err(), "{kind:?}");
    }
    assert!(unarchive(&hostile(b"\xff\xfe", EntryType::Regular, None), Limits::default()).is_err());
    assert!(unarchive(&hostile(b"../folder/", EntryType::Directory, None), Limits::default()).is_err());
    assert!(unarchive(&hostile(b"./", EntryType::Directory, None), Limits::default()).unwrap().is_empty());
}

#[test]
fn limits_hold_before_the_bytes_are_read() {
    let two = archive([entry("a", "12345"), entry("b", "12345")]).unwrap();
    let kind = |limits| unarchive(&two, limits).unwrap_err().kind();
    assert_eq!(kind(Limits { entries: 1, bytes: 100 }), ErrorKind::TooLarge);
    assert_eq!(kind(Limits { entries: 9, bytes: 9 }), ErrorKind::TooLarge);
    assert_eq!(unarchive(&two, Limits { entries: 2, bytes: 10 }).unwrap().len(), 2);
    assert!(unarchive(&two[..two.len() / 4], Limits::default()).is_err(), "cut off");
}

#[test]
fn a_path_cannot_be_there_twice_nor_be_a_file_and_a_folder() {
    assert!(archive([entry("a", ""), entry("a", "")]).is_err());
    assert!(archive([entry("a", ""), entry("a/b", "")]).is_err());
    assert!(archive([entry("a/b/c", ""), entry("a-b", ""), entry("a", "")]).is_err());
    assert!(archive([entry("a/b", ""), entry("a-b", "")]).is_ok());
}

fn files() -> impl Strategy<Value = Vec<Entry>> {
    let file = ("[a-z]{1,3}(/[a-z水 ]{1,60}){0,3}", any::<bool>(), prop::collection::vec(any::<u8>(), 0..600));
    let files = prop::collection::vec(file, 0..6);
    files.prop_map(|files| {
        let mut kept = BTreeMap::new();
        for (path, executable, bytes) in files {
            let _ = insert(&mut kept, Entry { path: path.parse().unwrap(), executable, bytes });
        }
        kept.into_values().collect()
    })
}

proptest! {
    #[test]
    fn an_archive_goes_round_and_depends_on_its_files_only(files in files()) {
        let bytes = archive(files.clone()).unwrap();
        prop_assert_eq!(unarchive(&bytes, Limits::default()).unwrap(), files.clone());
        prop_assert_eq!(archive(files.into_iter().rev()).unwrap(), bytes);
    }

    #[test]
    fn whatever_bytes_arrive_nothing_leaves_the_folder(mut bytes in files().prop_map(|files| archive(files).unwrap()), hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8)) {
        for (place, byte) in hits {
            *place.get_mut(&mut bytes) = byte;
        }
        if let Ok(entries) = unarchive(&bytes, Limits::default()) {
            for entry in entries {
                let path = std::path::Path::new("/root").join(entry.path.as_str());
                prop_assert!(path.starts_with("/root") && path.components().all(|part| part != std::path::Component::ParentDir));
            }
        }
    }

    #[test]
    fn no_name_in_an_archive_leaves_the_folder(name in "[./a]{1,20}") {
        if let Ok(entries) = unarchive(&hostile(name.as_bytes(), EntryType::Regular, None), Limits::default()) {
            for entry in entries {
                prop_assert!(entry.path.as_str().split('/').all(|part| !matches!(part, "" | "." | "..")));
            }
        }
    }
}
