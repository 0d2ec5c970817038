//! Where a test may kill the gateway or one of its supervisors: around every durable write and every call over a border.

use tieline_fault::Point;

/// A commit of attempts and facts.
pub const JOURNAL_COMMIT: Point = Point::named("journal.commit");
/// How far the hub is, kept.
pub const JOURNAL_APPLIED: Point = Point::named("journal.applied");
/// Old records removed.
pub const JOURNAL_PRUNE: Point = Point::named("journal.prune");
/// The key and certificate of the gateway, replaced.
pub const IDENTITY_WRITE: Point = Point::named("identity.write");
/// A package that was fetched, kept.
pub const PACKAGE_KEEP: Point = Point::named("package.keep");
/// A package's files, laid out for its scripts.
pub const PACKAGE_UNPACK: Point = Point::named("package.unpack");

/// A job the built-in scheduler takes.
pub const RECORD_TAKE: Point = Point::named("record.take");
/// The word that a job is to be ended.
pub const RECORD_CANCEL: Point = Point::named("record.cancel");
/// The start of a supervisor.
pub const SUPERVISOR_START: Point = Point::named("supervisor.start");

/// A supervisor that makes a job its own.
pub const RECORD_CLAIM: Point = Point::named("record.claim");
/// The start of a job, kept by its supervisor.
pub const RECORD_BEGIN: Point = Point::named("record.begin");
/// The start of the job's processes by its supervisor.
pub const JOB_START: Point = Point::named("job.start");
/// The end of a job, kept.
pub const RECORD_FINISH: Point = Point::named("record.finish");

/// A command on this machine as a local user.
pub const COMMAND_LOCAL: Point = Point::named("command.local");
/// A command on a machine behind ssh.
pub const COMMAND_SSH: Point = Point::named("command.ssh");
/// A key of the gateway's ssh authority.
pub const SSH_KEY: Point = Point::named("ssh.key");
/// A certificate of that authority.
pub const SSH_CERTIFICATE: Point = Point::named("ssh.certificate");
/// A job handed to Slurm.
pub const SBATCH: Point = Point::named("slurm.sbatch");
/// Slurm asked for its queue, its nodes or a job.
pub const SLURM_ASK: Point = Point::named("slurm.ask");
/// Slurm's accounting asked.
pub const SACCT: Point = Point::named("slurm.sacct");
/// A job ended through Slurm.
pub const SCANCEL: Point = Point::named("slurm.scancel");
/// The start of a package's script.
pub const SCRIPT_START: Point = Point::named("script.start");

/// A control connection dialled.
pub const HUB_DIAL: Point = Point::named("hub.dial");
/// Facts sent.
pub const FACTS_SEND: Point = Point::named("facts.send");
/// An answer, or the word that an intent is kept, sent.
pub const ANSWER_SEND: Point = Point::named("answer.send");
/// A description or a reading sent.
pub const READING_SEND: Point = Point::named("reading.send");
/// A content fetched from the hub.
pub const CONTENT_FETCH: Point = Point::named("content.fetch");
/// Bytes brought to the hub.
pub const BYTES_DELIVER: Point = Point::named("bytes.deliver");
/// A fresh certificate asked for.
pub const CERTIFICATE_RENEW: Point = Point::named("certificate.renew");

/// Those of a gateway on any machine, in the order in which a job meets them.
pub const GATEWAY: &[Point] = &[
    JOURNAL_PRUNE,
    HUB_DIAL,
    READING_SEND,
    ANSWER_SEND,
    JOURNAL_COMMIT,
    CONTENT_FETCH,
    PACKAGE_KEEP,
    FACTS_SEND,
    JOURNAL_APPLIED,
    BYTES_DELIVER,
];
/// Those of a gateway whose machine is its own, run by the built-in scheduler.
pub const FORK: &[Point] = &[COMMAND_LOCAL, RECORD_TAKE, SUPERVISOR_START, RECORD_CANCEL];
/// Those of a job's supervisor. Whoever dies there takes the job along, as the loss of a node does.
pub const SUPERVISOR: &[Point] = &[RECORD_CLAIM, RECORD_BEGIN, JOB_START, RECORD_FINISH];
/// Those of a gateway whose machine is a Slurm behind ssh.
pub const SLURM: &[Point] = &[SSH_KEY, SSH_CERTIFICATE, COMMAND_SSH, SBATCH, SLURM_ASK, SACCT, SCANCEL];
/// Those of packages with scripts of their own.
pub const SCRIPTS: &[Point] = &[PACKAGE_UNPACK, SCRIPT_START];
/// Those of a gateway that becomes known to a hub, or stays so.
pub const IDENTITY: &[Point] = &[IDENTITY_WRITE, CERTIFICATE_RENEW];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_is_on_one_list_and_no_two_share_a_name() {
        let mut listed = [GATEWAY, FORK, SUPERVISOR, SLURM, SCRIPTS, IDENTITY].concat();
        listed.sort_unstable();
        listed.dedup();
        assert_eq!(
            listed.len(),
            include_str!("points.rs").lines().filter(|line| line.starts_with("pub const") && line.contains("Point::named")).count()
        );
        assert_eq!(listed.len(), [GATEWAY, FORK, SUPERVISOR, SLURM, SCRIPTS, IDENTITY].iter().map(|list| list.len()).sum::<usize>());
    }
}
