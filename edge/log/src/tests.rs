//! The log against a list in memory, and against what a crash leaves of it.

use std::collections::BTreeMap;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;

const SMALL: Options = Options { segment: 512 };

fn open(folder: &Path) -> DiskLog {
    DiskLog::open(folder, SMALL).unwrap()
}

fn all(log: &DiskLog) -> Vec<(u64, u64, Vec<u8>)> {
    let mut found = Vec::new();
    log.replay(0, &mut |entry| {
        found.push((entry.index, entry.term, entry.payload.to_vec()));
        Ok(())
    })
    .unwrap();
    found
}

fn last_segment(folder: &Path) -> PathBuf {
    std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).max().unwrap()
}

fn poke(path: &Path, at: u64, bytes: &[u8]) {
    std::fs::OpenOptions::new().write(true).open(path).unwrap().write_all_at(bytes, at).unwrap();
}

#[test]
fn what_was_appended_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    assert_eq!((log.last(), log.term()), (0, 0));
    assert_eq!(log.append(1, &[b"one", b""]).unwrap(), 1);
    assert_eq!(log.append(3, &[&[7; 600]]).unwrap(), 3);
    drop(log);
    let mut log = open(folder.path());
    assert_eq!(all(&log), [(1, 1, b"one".to_vec()), (2, 1, Vec::new()), (3, 3, vec![7; 600])]);
    assert_eq!((log.last(), log.term()), (3, 3));
    assert_eq!(log.append(2, &[b"late"]).unwrap_err().kind(), tieline_model::ErrorKind::Invalid, "a term does not fall");
    assert_eq!(log.append(3, &[b"four"]).unwrap(), 4);
}

#[test]
fn a_torn_tail_is_cut_off_and_what_follows_takes_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    log.append(1, &[b"kept"]).unwrap();
    let end = log_end(&log);
    log.append(1, &[b"torn in the middle", b"and one that reached the disk whole"]).unwrap();
    drop(log);
    poke(&last_segment(folder.path()), end + 40, b"?");
    let mut log = open(folder.path());
    assert_eq!(all(&log), [(1, 1, b"kept".to_vec())]);
    assert_eq!(log.append(1, &[b"new"]).unwrap(), 2);
    drop(log);
    assert_eq!(
        all(&open(folder.path())),
        [(1, 1, b"kept".to_vec()), (2, 1, b"new".to_vec())],
        "the old third one is not raised from the dead"
    );
}

fn log_end(log: &DiskLog) -> u64 {
    16 + all(log).iter().map(|(_, _, payload)| frame::stride(payload.len()) as u64).sum::<u64>()
}

#[test]
fn a_durable_record_that_is_damaged_is_never_taken_for_a_torn_tail() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    log.append(1, &[b"promised"]).unwrap();
    log.append(1, &[b"and told"]).unwrap();
    drop(log);
    poke(&last_segment(folder.path()), 16 + 33, b"?");
    let error = DiskLog::open(folder.path(), SMALL).unwrap_err();
    assert!(error.message().contains("record 1 was durable"), "{error}");
    assert!(error.advice().unwrap().contains("backup"));
}

#[test]
fn a_segment_of_the_past_may_not_be_damaged_either() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    for _ in 0..4 {
        log.append(1, &[&[1; 300]]).unwrap();
    }
    drop(log);
    poke(&folder.path().join(format!("{:020}.log", 2)), 60, b"?");
    let log = open(folder.path());
    let error = log.replay(0, &mut |_| Ok(())).unwrap_err();
    assert!(error.message().contains("damaged"), "{error}");
}

#[test]
fn segments_that_nobody_needs_are_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    for number in 0..6_u8 {
        log.append(1, &[&[number; 300]]).unwrap();
    }
    log.purge_to(4, &|range| range.contains(&2)).unwrap();
    assert!(!log.read(1, &mut |_| {}).unwrap());
    let mut read = Vec::new();
    assert!(log.read(2, &mut |entry| read = entry.payload.to_vec()).unwrap());
    assert_eq!(read, vec![1; 300]);
    drop(log);
    let log = open(folder.path());
    assert_eq!(log.last(), 6);
    let mut seen = Vec::new();
    log.replay(5, &mut |entry| {
        seen.push(entry.index);
        Ok(())
    })
    .unwrap();
    assert_eq!(seen, [5, 6]);
    assert!(log.replay(1, &mut |_| Ok(())).is_err(), "a gap is not passed over in silence");
}

#[test]
fn a_record_larger_than_a_segment_gets_one_of_its_own_and_a_giant_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    log.append(1, &[&[5; 5000]]).unwrap();
    assert!(log.append(1, &[&vec![0; MAX_RECORD + 1]]).is_err());
    log.append(1, &[b"after"]).unwrap();
    drop(log);
    assert_eq!(all(&open(folder.path())).len(), 2);
}

#[test]
fn room_is_set_aside_before_it_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    assert_eq!(log.set_room_aside().unwrap(), 512 - 16);
    log.append(1, &[&[1; 300]]).unwrap();
    let room = log.set_room_aside().unwrap();
    assert_eq!(room, (512 - 16) + (512 - 16 - frame::stride(300) as u64), "a spare one and the rest of this");
    log.append(1, &[&[1; 300]]).unwrap();
    drop(log);
    let log = open(folder.path());
    assert_eq!(all(&log).len(), 2);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

/// What is done to a log.
#[derive(Clone, Debug)]
enum Deed {
    Append(Vec<Vec<u8>>),
    Truncate(u64),
    Purge(u64),
    Restart,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let record = proptest::collection::vec(any::<u8>(), 0..200);
    let deed = prop_oneof![
        4 => proptest::collection::vec(record, 1..5).prop_map(Deed::Append),
        1 => (0_u64..40).prop_map(Deed::Truncate),
        1 => (0_u64..20).prop_map(Deed::Purge),
        1 => Just(Deed::Restart),
    ];
    proptest::collection::vec(deed, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn it_holds_what_a_list_in_memory_holds(deeds in deeds()) {
        let folder = tempfile::tempdir().unwrap();
        let mut log = open(folder.path());
        let mut model: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
        let mut last = 0;
        for deed in deeds {
            match deed {
                Deed::Append(records) => {
                    let slices: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
                    let first = log.append(1, &slices).unwrap();
                    prop_assert_eq!(first, last + 1);
                    for record in records {
                        last += 1;
                        model.insert(last, record);
                    }
                }
                Deed::Truncate(index) if index <= last => {
                    if log.truncate_after(index).is_ok() {
                        model.retain(|&at, _| at <= index);
                        last = index;
                    }
                }
                Deed::Truncate(_) => log.truncate_after(last).unwrap(),
                Deed::Purge(index) => {
                    log.purge_to(index, &|_| false).unwrap();
                    // Whole segments only: what lies after the index stays in any case.
                    model.retain(|&at, _| at > index || log.read(at, &mut |_| {}).unwrap());
                }
                Deed::Restart => {
                    drop(log);
                    log = open(folder.path());
                }
            }
            prop_assert_eq!(log.last(), last);
            for (&index, payload) in &model {
                let mut read = None;
                prop_assert!(log.read(index, &mut |entry| read = Some(entry.payload.to_vec())).unwrap(), "{} is missing", index);
                prop_assert_eq!(read.as_ref(), Some(payload));
            }
        }
    }
}
