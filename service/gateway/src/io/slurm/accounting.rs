//! Records of `sacct`: the strongest proof of how a job ended and what it occupied.

use tieline_model::job::{Evidence, NativeId, Usage};
use tieline_model::{LocalUser, Seconds, Timestamp};

use super::state::{Meaning, meaning};
use super::text::{mebibytes, moment, processor_time};

/// The fields we ask for, in this order. A name may hold the separator: it stands last.
pub const FORMAT: &str = "JobID,User,State,ExitCode,Submit,Start,End,NNodes,AllocCPUS,AllocTRES,TotalCPU,MaxRSS,NodeList,JobName";

/// A job as accounting has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The scheduler's number.
    pub native: NativeId,
    /// Whose it was.
    pub user: LocalUser,
    /// Slurm's word.
    pub state: String,
    /// What the word means.
    pub meaning: Meaning,
    /// The exit code and the signal.
    pub exit: (i32, i32),
    /// When it was submitted.
    pub submitted: Timestamp,
    /// When it got its nodes, if it ever did.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// How many nodes.
    pub nodes: u32,
    /// How many cores over all nodes.
    pub cores: u32,
    /// GPUs over all nodes, where Slurm accounts for them.
    pub gpus: Option<u32>,
    /// Processor time used.
    pub cpu_time: Option<Seconds>,
    /// Largest resident memory of a task, in MiB.
    pub peak_memory_mib: Option<u64>,
    /// Its name: our tag.
    pub tag: String,
}

/// Reads what `sacct --noheader --parsable2 --format FORMAT` printed. Steps add what they measured to their job.
pub fn parse(printed: &str) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    for line in printed.lines() {
        let columns: Vec<_> = line.splitn(14, '|').collect();
        let Some((number, None)) = columns.first().map(|id| split_step(id)) else {
            add_step(&mut records, &columns);
            continue;
        };
        records.extend(record(number, &columns));
    }
    records
}

fn split_step(id: &str) -> (&str, Option<&str>) {
    id.split_once('.').map_or((id, None), |(number, step)| (number, Some(step)))
}

fn record(number: &str, columns: &[&str]) -> Option<Record> {
    let [_, user, state, exit, submit, start, end, nodes, cores, tres, cpu, rss, list, name] = columns else { return None };
    let (code, signal) = exit.split_once(':')?;
    // A job that was refused after it was queued has a start and an end in accounting, and never had a node.
    let ran = !matches!(*list, "" | "None assigned" | "None");
    Some(Record {
        native: number.parse().ok()?,
        user: user.parse().ok()?,
        state: (*state).to_owned(),
        meaning: meaning(state, "")?,
        exit: (code.parse().ok()?, signal.parse().ok()?),
        submitted: moment(submit)?,
        started: if ran { moment(start) } else { None },
        ended: moment(end),
        nodes: nodes.parse().ok()?,
        cores: cores.parse().ok()?,
        gpus: tres.split(',').find_map(|part| part.strip_prefix("gres/gpu=")?.parse().ok()),
        cpu_time: processor_time(cpu),
        peak_memory_mib: mebibytes(rss),
        tag: (*name).to_owned(),
    })
}

fn add_step(records: &mut [Record], columns: &[&str]) {
    let (Some(id), Some(rss)) = (columns.first(), columns.get(11)) else { return };
    if let Some(last) = records.last_mut()
        && split_step(id).0 == last.native.as_str()
    {
        last.peak_memory_mib = last.peak_memory_mib.max(mebibytes(rss));
    }
}

impl Record {
    /// What it occupied; `None` if it never had nodes. `wished` are the GPUs it asked for, which it got if it ran.
    pub fn usage(&self, wished: u32) -> Option<Usage> {
        let (started, ended) = (self.started?, self.ended?);
        Some(Usage {
            started,
            ended,
            nodes: self.nodes,
            cores: self.cores,
            gpus: self.gpus.unwrap_or(wished),
            cpu_time: self.cpu_time,
            peak_memory_mib: self.peak_memory_mib,
            evidence: Evidence::Accounting,
            run: 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::slurm::state::End;

    /// Printed by Slurm 22.05.8 with slurmdbd.
    const PRINTED: &str = "\
1|siteu|FAILED|3:0|2026-11-20T21:31:36|2026-11-20T21:31:36|2026-11-20T21:31:37|1|2|billing=2,cpu=2,mem=4000M,node=1|00:00.002||node1|tl-x-1
1.batch||FAILED|3:0|2026-11-20T21:31:36|2026-11-20T21:31:36|2026-11-20T21:31:37|1|2|cpu=2,mem=4000M,node=1|00:00.002|2980K|node1|batch
2|siteu|RUNNING|0:0|2026-11-20T21:36:03|2026-11-20T21:36:03|Unknown|2|4|billing=4,cpu=4,gres/gpu=2,mem=200M,node=2|00:00:00||node[1-2]|tl-a-1
4|siteu|FAILED|0:11|2026-11-20T21:36:03|2026-11-20T21:36:03|2026-11-20T21:36:03|1|1|billing=1,cpu=1,mem=4000M,node=1|00:00.001||node3|tl|c
7|siteu|CANCELLED by 1001|0:0|2026-11-20T21:36:03|Unknown|2026-11-20T21:37:03|1|24||00:00:00||None assigned|tl-f-1
12|siteu|FAILED|1:0|2026-11-20T21:36:03|2026-11-20T21:36:03|2026-11-20T21:36:03|1|1||00:00:00||None assigned|tl-h-1
";

    #[test]
    fn records_of_real_accounting_are_read() {
        let records = parse(PRINTED);
        assert_eq!(records.iter().map(|record| record.native.as_str()).collect::<Vec<_>>(), ["1", "2", "4", "7", "12"]);
        assert_eq!(records[0].exit, (3, 0));
        assert_eq!(records[0].peak_memory_mib, Some(3), "what the step measured");
        assert_eq!(records[1].gpus, Some(2));
        assert_eq!(records[2].exit, (0, 11));
        assert_eq!(records[2].tag, "tl|c");
        assert_eq!(records[3].meaning, Meaning::Over(End::Canceled));
    }

    #[test]
    fn a_job_that_never_had_nodes_used_nothing() {
        let records = parse(PRINTED);
        assert_eq!(records[3].usage(0), None);
        assert_eq!(records[4].usage(0), None);
        let usage = records[0].usage(4).unwrap();
        assert_eq!((usage.nodes, usage.cores, usage.gpus, usage.elapsed_micros()), (1, 2, 4, 1_000_000));
    }
}
