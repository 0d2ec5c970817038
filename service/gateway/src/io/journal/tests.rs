//! The journal, closed, copied in the middle of its life, and on a disk without room.

use super::*;
use crate::core::Step;
use proptest::prelude::*;

fn key(number: u32) -> AttemptKey {
    AttemptKey { job: JobId::from_bytes([7; 16]), number }
}

fn batch(number: u32, facts: usize) -> Batch {
    let now = Timestamp::from_seconds(5);
    let (attempt, _) = Attempt::canceled_unseen(key(number), now);
    Batch {
        intents: vec![IntentId::from_bytes([number as u8; 16])],
        attempts: vec![attempt],
        facts: (0..facts).map(|_| (now, key(number), JobFact::SubmitStarted)).collect(),
    }
}

#[test]
fn what_was_committed_is_there_after_a_kill_and_facts_are_numbered_from_one() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), 0).unwrap();
    journal.commit(&batch(1, 2)).unwrap();
    journal.commit(&batch(2, 1)).unwrap();
    journal.applied(2).unwrap();
    // What a kill leaves is what lies on the disk while the journal is still open.
    let after = tempfile::tempdir().unwrap();
    std::fs::copy(folder.path().join("journal.redb"), after.path().join("journal.redb")).unwrap();
    let incarnation = journal.incarnation();
    let journal = Journal::open(after.path(), 0).unwrap();
    assert_eq!(journal.incarnation(), incarnation);
    assert_eq!(journal.spool().unwrap(), Spool { oldest: 1, newest: 3, applied: 2 });
    assert!(journal.keeps(IntentId::from_bytes([2; 16])).unwrap());
    assert!(!journal.keeps(IntentId::from_bytes([3; 16])).unwrap());
    assert!(journal.attempts().unwrap().iter().all(|attempt| attempt.step == Step::Done));
    let facts = journal.facts_after(1, 10).unwrap();
    assert_eq!(facts.iter().map(|fact| fact.number).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn only_one_gateway_opens_a_state_folder() {
    let folder = tempfile::tempdir().unwrap();
    let _journal = Journal::open(folder.path(), 0).unwrap();
    assert_eq!(Journal::open(folder.path(), 0).unwrap_err().kind(), tieline_model::ErrorKind::Conflict);
}

#[test]
fn facts_the_hub_has_stay_for_seven_days() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), 0).unwrap();
    journal.commit(&batch(1, 3)).unwrap();
    journal.applied(2).unwrap();
    let then = Timestamp::from_seconds(5);
    journal.prune(then + Seconds::days(6)).unwrap();
    assert_eq!(journal.spool().unwrap().oldest, 1);
    journal.prune(then + Seconds::days(8)).unwrap();
    assert_eq!(journal.spool().unwrap(), Spool { oldest: 3, newest: 3, applied: 2 }, "what the hub has not is never forgotten");
    journal.applied(3).unwrap();
    journal.prune(then + Seconds::days(8)).unwrap();
    journal.commit(&batch(2, 1)).unwrap();
    assert_eq!(journal.spool().unwrap().newest, 4, "a number is never reused");
}

#[test]
fn the_ballast_lies_there_and_is_given_up_once() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), 1 << 20).unwrap();
    let ballast = folder.path().join("ballast");
    assert_eq!(std::fs::metadata(&ballast).unwrap().len(), 1 << 20);
    assert!(journal.ballast.give_up());
    assert!(!journal.ballast.give_up());
    journal.restore_ballast();
    assert!(ballast.exists());
}

#[test]
fn as_root_a_full_disk_loses_nothing_and_the_ballast_leaves_room_for_the_last_facts() {
    let folder = tempfile::tempdir().unwrap();
    let _disk = tieline_testkit::disk::SmallDisk::mount(folder.path(), 6).unwrap();
    let journal = Journal::open(folder.path(), 2 << 20).unwrap();
    let mut written = 0;
    let refusal = loop {
        match journal.commit(&batch(written + 1, 200)) {
            Ok(()) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 10_000);
    };
    assert_eq!(refusal.kind(), tieline_model::ErrorKind::Unavailable, "{refusal}");
    assert!(!folder.path().join("ballast").exists());
    let spool = journal.spool().unwrap();
    drop(journal);
    let journal = Journal::open(folder.path(), 0).unwrap();
    assert_eq!(journal.spool().unwrap(), spool);
    assert_eq!(spool.newest, u64::from(written) * 200);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn numbers_have_no_gap_however_often_it_is_opened_again(sizes in prop::collection::vec(0usize..5, 1..8)) {
        let folder = tempfile::tempdir().unwrap();
        for (index, size) in sizes.iter().enumerate() {
            Journal::open(folder.path(), 0).unwrap().commit(&batch(index as u32 + 1, *size)).unwrap();
        }
        let journal = Journal::open(folder.path(), 0).unwrap();
        let numbers: Vec<_> = journal.facts_after(0, 1_000).unwrap().iter().map(|fact| fact.number).collect();
        let total = sizes.iter().sum::<usize>() as u64;
        prop_assert_eq!(numbers, (1..=total).collect::<Vec<_>>());
    }
}
