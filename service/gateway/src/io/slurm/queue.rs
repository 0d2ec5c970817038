//! Rows of `squeue`. The question names our tags, so that no other job's name, which may hold a newline, is ever printed.

use tieline_model::job::{NativeId, Sight};
use tieline_model::{LocalUser, Timestamp};

use super::state::{Meaning, meaning};
use super::text::{moment, node_names};

/// The columns we ask for: number, user, state, start, submission, end, time used, nodes, node count, cores, name, reason. No column but the last can hold the separator.
pub const FORMAT: &str = "%i|%u|%T|%S|%V|%e|%M|%N|%D|%C|%j|%r";

/// A job as the queue shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The scheduler's number.
    pub native: NativeId,
    /// Whose it is.
    pub user: LocalUser,
    /// Slurm's word.
    pub state: String,
    /// What the word means.
    pub meaning: Meaning,
    /// When it started; while it waits, when Slurm expects it to.
    pub start: Option<Timestamp>,
    /// When it was submitted.
    pub submitted: Option<Timestamp>,
    /// When it ended; before, when it must end.
    pub end: Option<Timestamp>,
    /// Whether it has used no time at all.
    pub unused: bool,
    /// Its nodes, as Slurm abbreviates them.
    pub nodes: String,
    /// How many nodes.
    pub node_count: u32,
    /// How many cores over all nodes.
    pub cores: u32,
    /// Its name: our tag.
    pub tag: String,
    /// Slurm's word for why it waits or why it failed.
    pub reason: Option<String>,
}

/// Reads what `squeue --noheader -o FORMAT` printed. Lines that are not such rows say nothing.
pub fn parse(printed: &str) -> Vec<Row> {
    printed.lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let mut columns = line.trim_end().splitn(12, '|');
    let mut next = || columns.next();
    let (native, user, state) = (next()?.parse().ok()?, next()?.parse().ok()?, next()?.to_owned());
    let (start, submitted, end) = (moment(next()?), moment(next()?), moment(next()?));
    let unused = next()? == "0:00";
    let (nodes, node_count, cores) = (next()?.to_owned(), next()?.parse().ok()?, next()?.parse().ok()?);
    let (tag, reason) = (next()?.to_owned(), next()?);
    let meaning = meaning(&state, reason)?;
    let reason = (!matches!(reason, "" | "None")).then(|| reason.to_owned());
    Some(Row { native, user, state, meaning, start, submitted, end, unused, nodes, node_count, cores, tag, reason })
}

impl Row {
    /// Tells it since when the job was seen to run. While the nodes of a job that was taken back are cleaned up, Slurm shows it
    /// completing, with no time used and the moment it was taken back as its start: as if another run had begun.
    pub fn recall(&mut self, started: Option<Timestamp>) {
        if self.state == "COMPLETING" && self.unused {
            self.start = started.or(self.start);
        }
    }

    /// What to tell of a job that is not over; `None` of one that is.
    pub fn sight(&self) -> Option<Sight> {
        let started = || self.start.or(self.submitted).unwrap_or_default();
        match self.meaning {
            Meaning::Queued => Some(Sight::Queued { reason: self.reason.clone(), expected: self.start }),
            Meaning::Held => Some(Sight::Held { reason: self.reason.clone() }),
            Meaning::Running => Some(Sight::Running { started: started(), nodes: node_names(&self.nodes) }),
            Meaning::Suspended => Some(Sight::Suspended { started: started() }),
            Meaning::Requeued => Some(Sight::Requeued),
            Meaning::Over(_) => None,
        }
    }

    /// Whether it ended, and later than this.
    pub fn ended_after(&self, moment: Timestamp) -> bool {
        matches!(self.meaning, Meaning::Over(_)) && self.end.is_none_or(|end| end > moment)
    }

    /// Whether it ever had nodes.
    pub fn ran(&self) -> bool {
        !self.nodes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::slurm::state::End;

    /// Printed by Slurm 22.05.8; the names of jobs 8 and 9 are what somebody else may choose.
    const PRINTED: &str = "\
3|siteu|FAILED|2026-11-20T21:36:03|2026-11-20T21:36:03|2026-11-20T21:36:03|0:00|node3|1|1|tl-b-1|NonZeroExitCode
12|siteu|FAILED|2026-11-20T21:36:03|2026-11-20T21:36:03|2026-11-20T21:36:03|0:00||1|1|tl-h-1|BadConstraints
8|siteu|PENDING|2026-11-20T22:36:03|2026-11-20T21:36:03|2026-11-20T22:46:03|0:00||1|1|a
b|c|BeginTime
7|siteu|PENDING|2026-11-20T21:41:03|2026-11-20T21:36:03|2026-11-20T21:48:03|0:00||3|24|tl-f-1|Resources
9|siteu|PENDING|N/A|2026-11-20T21:36:03|N/A|0:00||13|100|tl-g-1|PartitionConfig
5|siteu|PENDING|N/A|2026-11-20T21:36:03|N/A|0:00||1|1|tl-d-1|JobHeldUser
2|siteu|RUNNING|2026-11-20T21:36:03|2026-11-20T21:36:03|2026-11-20T21:41:03|0:12|node[1-2]|2|4|tl-a-1|None
";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn rows_of_a_real_queue_are_read() {
        let rows = parse(PRINTED);
        let find = |id: &str| rows.iter().find(|row| row.native.as_str() == id).unwrap();
        assert_eq!(rows.len(), 6, "lines that are no rows are left out");
        assert_eq!(find("3").meaning, Meaning::Over(End::ByItself));
        assert!(find("3").ran() && !find("12").ran());
        assert_eq!(find("7").sight(), Some(Sight::Queued { reason: Some("Resources".into()), expected: Some(at("2026-11-20T21:41:03Z")) }));
        assert_eq!(find("5").sight(), Some(Sight::Held { reason: Some("JobHeldUser".into()) }));
        assert_eq!(
            find("2").sight(),
            Some(Sight::Running { started: at("2026-11-20T21:36:03Z"), nodes: vec!["node1".into(), "node2".into()] })
        );
        assert_eq!(find("3").sight(), None);
    }

    #[test]
    fn a_job_that_is_taken_back_has_no_run_between_its_runs() {
        let row = |used: &str| {
            parse(&format!("1|siteu|COMPLETING|2026-11-27T13:30:33|2026-11-27T13:30:31|2026-11-27T13:40:33|{used}|node1|1|1|tl-a-1|None\n"))
                .remove(0)
        };
        let [shown, known] = ["2026-11-27T13:30:33Z", "2026-11-27T13:30:31Z"].map(at);
        for (used, started, told) in [("0:00", Some(known), known), ("0:00", None, shown), ("1:40", Some(known), shown)] {
            let mut row = row(used);
            row.recall(started);
            assert_eq!(row.sight(), Some(Sight::Running { started: told, nodes: vec!["node1".into()] }), "{used} {started:?}");
        }
    }
}
