//! From what Slurm said of a job to what is told of it: pure, one function for each kind of proof.

use tieline_model::Timestamp;
use tieline_model::job::{Evidence, Exit, How, Usage};

use super::accounting::Record;
use super::queue::Row;
use super::sentinel::Left;
use super::state::{End, Meaning};
use crate::io::driver::{Seen, Watched};

/// How much earlier than ours Slurm's clock may say that a job was submitted, in microseconds: a day, for somebody may set a
/// clock by hours. The tag is of this very attempt; the time only keeps out what has nothing to do with it.
const CLOCKS_APART: i64 = 86_400_000_000;

/// When the gateway itself saw a job occupy its nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// When it began, as the queue showed it.
    pub started: Timestamp,
    /// When the queue last showed it there.
    pub last: Timestamp,
    /// Nodes it had.
    pub nodes: u32,
    /// Cores it had.
    pub cores: u32,
}

/// Whether this row is of this very job.
pub fn is_row_of(row: &Row, job: &Watched) -> bool {
    row.native == job.native && row.user == job.user && row.tag == job.key.tag()
}

/// Whether this record is of this very job: numbers are reused, so tag, user and time must fit.
pub fn is_record_of(record: &Record, job: &Watched) -> bool {
    record.native == job.native
        && record.user == job.user
        && record.tag == job.key.tag()
        && record.submitted.micros() >= job.submitted.micros() - CLOCKS_APART
}

/// What a record of accounting says; `None` while it says that the job is not over.
pub fn by_record(record: &Record, row: Option<&Row>, job: &Watched) -> Option<Seen> {
    let Meaning::Over(end) = record.meaning else { return None };
    let ended = record.ended?;
    let reason = row.and_then(|row| row.reason.as_deref());
    let how = how(end, &record.state, reason, Some(record.exit), record.started.is_some());
    let exit = Exit { how, started: record.started, ended };
    Some(Seen::Ended { exit, usage: record.usage(job.wish.gpus), evidence: Evidence::Accounting })
}

/// What the row of a job that just ended says. `exit` is its exit code and signal, where they are known.
pub fn by_row(row: &Row, exit: Option<(i32, i32)>, job: &Watched, now: Timestamp) -> Option<Seen> {
    let Meaning::Over(end) = row.meaning else { return None };
    let ended = row.end.unwrap_or(now);
    let started = row.start.filter(|_| row.ran());
    let how = how(end, &row.state, row.reason.as_deref(), exit, row.ran());
    let usage = started.map(|started| Usage {
        started,
        ended,
        nodes: row.node_count,
        cores: row.cores,
        gpus: job.wish.gpus,
        cpu_time: None,
        peak_memory_mib: None,
        evidence: Evidence::QueueRow,
        run: 0,
    });
    Some(Seen::Ended { exit: Exit { how, started, ended }, usage, evidence: Evidence::QueueRow })
}

/// What the wrapper's files say of a job the queue no longer shows.
///
/// The user can write the files: the moment they name counts only as far as it lies between what the gateway saw, and
/// without such a bracket they prove the exit and no usage.
pub fn by_files(left: Left, bracket: Option<Bracket>, job: &Watched, now: Timestamp) -> Option<Seen> {
    let (code, said) = left.ended?;
    let how = How::Code(code);
    let Some(bracket) = bracket else {
        let exit = Exit { how, started: left.started, ended: said };
        return Some(Seen::Ended { exit, usage: None, evidence: Evidence::Sentinel });
    };
    let ended = said.min(now).max(bracket.last);
    let usage = Usage {
        started: bracket.started,
        ended,
        nodes: bracket.nodes,
        cores: bracket.cores,
        gpus: job.wish.gpus,
        cpu_time: None,
        peak_memory_mib: None,
        evidence: Evidence::Bracket,
        run: 0,
    };
    Some(Seen::Ended { exit: Exit { how, started: Some(bracket.started), ended }, usage: Some(usage), evidence: Evidence::Bracket })
}

fn how(end: End, state: &str, reason: Option<&str>, exit: Option<(i32, i32)>, ran: bool) -> How {
    let word = || reason.map_or_else(|| state.to_owned(), |reason| format!("{state} ({reason})"));
    match end {
        End::Canceled => How::Canceled,
        End::TimedOut => How::TimedOut,
        End::OutOfMemory => How::OutOfMemory,
        End::NodeFailed => How::NodeFailed,
        End::Other => How::Other(word()),
        End::ByItself if state.starts_with("COMPLETED") => How::Code(0),
        // Refused after it was queued, or its nodes could not start it: the exit code is Slurm's own and no program's.
        End::ByItself if !ran => How::Other(word()),
        End::ByItself => match exit {
            Some((_, signal @ 1..)) => How::Signal(signal),
            Some((0, _)) | None => How::Other(word()),
            Some((code, _)) => How::Code(code),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_model::job::AttemptKey;
    use tieline_model::{Id, JobId, Resources, Seconds};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_795_210_000 + seconds)
    }

    fn watched() -> Watched {
        Watched {
            key: AttemptKey { job: JobId::from_bytes([7; 16]), number: 1 },
            native: "5".parse().unwrap(),
            user: "siteu".parse().unwrap(),
            folder: "/x".to_owned(),
            submitted: at(0),
            started: None,
            wish: Resources { gpus: 2, ..Resources::one_core(Seconds(60)) },
        }
    }

    fn record(state: &str, exit: (i32, i32)) -> Record {
        Record {
            native: "5".parse().unwrap(),
            user: "siteu".parse().unwrap(),
            state: state.to_owned(),
            meaning: crate::io::slurm::state::meaning(state, "").unwrap(),
            exit,
            submitted: at(0),
            started: Some(at(1)),
            ended: Some(at(9)),
            nodes: 1,
            cores: 1,
            gpus: None,
            cpu_time: None,
            peak_memory_mib: None,
            tag: watched().key.tag(),
        }
    }

    fn how_of(record: &Record, job: &Watched) -> How {
        match by_record(record, None, job).unwrap() {
            Seen::Ended { exit, .. } => exit.how,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_a_record_whose_tag_user_and_time_fit_is_the_jobs() {
        let job = watched();
        let good = record("COMPLETED", (0, 0));
        assert!(is_record_of(&good, &job));
        assert!(is_record_of(&Record { submitted: at(-86_400), ..good.clone() }, &job), "clocks may be wrong by hours");
        for wrong in [
            Record { submitted: at(-86_401), ..good.clone() },
            Record { tag: "tl-x-1".to_owned(), ..good.clone() },
            Record { user: "sitev".parse().unwrap(), ..good.clone() },
            Record { native: "6".parse().unwrap(), ..good },
        ] {
            assert!(!is_record_of(&wrong, &job), "{wrong:?}");
        }
    }

    #[test]
    fn every_end_is_told_for_what_it_is() {
        let job = watched();
        assert_eq!(how_of(&record("COMPLETED", (0, 0)), &job), How::Code(0));
        assert_eq!(how_of(&record("FAILED", (3, 0)), &job), How::Code(3));
        assert_eq!(how_of(&record("FAILED", (0, 11)), &job), How::Signal(11));
        assert_eq!(how_of(&record("CANCELLED by 1001", (0, 0)), &job), How::Canceled);
        assert_eq!(how_of(&record("TIMEOUT", (0, 1)), &job), How::TimedOut);
        assert_eq!(how_of(&record("OUT_OF_MEMORY", (0, 125)), &job), How::OutOfMemory);
        assert_eq!(how_of(&record("NODE_FAIL", (1, 0)), &job), How::NodeFailed);
        assert_eq!(how_of(&record("PREEMPTED", (0, 0)), &job), How::Other("PREEMPTED".to_owned()));
        let refused = Record { started: None, ..record("FAILED", (1, 0)) };
        assert_eq!(how_of(&refused, &job), How::Other("FAILED".to_owned()), "no program ended with 1");
        assert_eq!(by_record(&record("RUNNING", (0, 0)), None, &job), None);
    }

    #[test]
    fn the_users_own_files_never_move_the_end_out_of_what_the_gateway_saw() {
        let bracket = Bracket { started: at(1), last: at(50), nodes: 1, cores: 4 };
        for (said, counted) in [(at(2), at(50)), (at(55), at(55)), (at(9999), at(60))] {
            let left = Left { started: None, ended: Some((0, said)) };
            let Some(Seen::Ended { exit, usage: Some(usage), evidence }) = by_files(left, Some(bracket), &watched(), at(60)) else {
                panic!("ended with usage")
            };
            assert_eq!((usage.ended, exit.ended, evidence), (counted, counted, Evidence::Bracket));
        }
        let left = Left { started: Some(at(1)), ended: Some((0, at(2))) };
        let seen = by_files(left, None, &watched(), at(60)).unwrap();
        assert!(matches!(seen, Seen::Ended { usage: None, evidence: Evidence::Sentinel, .. }), "files alone prove no usage");
        assert_eq!(by_files(Left::default(), Some(bracket), &watched(), at(60)), None);
    }
}
