//! What Slurm's complaints mean: a refusal, or doubt. Doubt is never taken for a refusal, because a job may have been taken.

use tieline_model::{Error, ErrorKind};

/// Said where it is not known what the controller did, or where it cannot be asked.
const DOUBT: [&str; 22] = [
    "unable to contact slurm controller",
    "unable to contact the slurm controller",
    "socket timed out",
    "connection timed out",
    "connection refused",
    "connection reset",
    "connect failure",
    "communication connection failure",
    "communication shutdown failure",
    "zero bytes were transmitted",
    "transport endpoint",
    "slurm_receive_msg",
    "in standby mode",
    "temporarily unable to accept job",
    "resource temporarily unavailable",
    "unexpected message received",
    "protocol authentication error",
    "message receive failure",
    "message send failure",
    "invalid authentication credential",
    "munge",
    "problem talking to the database",
];

/// Said where the user lacks a right, which another machine or the center may give.
const FORBIDDEN: [&str; 8] = [
    "invalid account",
    "invalid qos",
    "access/permission denied",
    "permission denied",
    "user not in group",
    "violates accounting/qos policy",
    "not permitted to use this partition",
    "user's group not permitted",
];

/// Whether a command's failure leaves open what happened.
pub fn is_doubt(status: i32, stderr: &str) -> bool {
    let words = stderr.to_lowercase();
    // 124, 126, 127 and signals: the command did not say it itself.
    matches!(status, 124 | 126 | 127) || status > 128 || DOUBT.iter().any(|doubt| words.contains(doubt))
}

/// The error for a command that failed, with Slurm's own words.
pub fn complaint(command: &str, status: i32, stderr: &str) -> Error {
    let said = own_words(command, stderr);
    if status == 127 {
        return Error::unavailable(format!("{command} was not found on the machine"))
            .hint("the gateway's configuration can name the folder of Slurm's commands")
            .detail(stderr.trim());
    }
    if is_doubt(status, stderr) {
        let message = if said.is_empty() { format!("{command} did not answer (status {status})") } else { said };
        return Error::unavailable(format!("Slurm: {message}")).detail(stderr.trim());
    }
    let lower = said.to_lowercase();
    let kind = if FORBIDDEN.iter().any(|word| lower.contains(word)) { ErrorKind::Forbidden } else { ErrorKind::Invalid };
    let message = if said.is_empty() { format!("{command} ended with status {status}") } else { said };
    Error::new(kind, format!("Slurm: {message}")).detail(stderr.trim())
}

/// The lines Slurm printed, without its own prefixes.
fn own_words(command: &str, stderr: &str) -> String {
    let prefix = format!("{command}: ");
    let clean = |line: &str| line.trim().trim_start_matches(&prefix).trim_start_matches("error: ").trim().to_owned();
    let lines: Vec<_> = stderr.lines().map(clean).filter(|line| !line.is_empty()).collect();
    let from = lines.len().saturating_sub(4);
    lines[from..].join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_carries_slurms_words() {
        let error = complaint(
            "sbatch",
            1,
            "sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job submission failed: Invalid partition name specified\n",
        );
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert_eq!(
            error.message(),
            "Slurm: invalid partition specified: nope; Batch job submission failed: Invalid partition name specified"
        );
        let account = "sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified";
        assert_eq!(complaint("sbatch", 1, account).kind(), ErrorKind::Forbidden);
        let memory = "sbatch: error: Memory specification can not be satisfied\nsbatch: error: Batch job submission failed: Requested node configuration is not available";
        assert_eq!(complaint("sbatch", 1, memory).kind(), ErrorKind::Invalid);
    }

    #[test]
    fn whatever_leaves_doubt_is_unavailable() {
        for (status, words) in [
            (1, "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)"),
            (1, "slurm_load_jobs error: Unable to contact slurm controller (connect failure)"),
            (1, "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation"),
            (1, "sacct: error: Problem talking to the database: Connection refused"),
            (124, ""),
            (137, ""),
            (143, ""),
            (127, "sh: 1: sbatch: not found"),
        ] {
            assert_eq!(complaint("sbatch", status, words).kind(), ErrorKind::Unavailable, "{status} {words}");
        }
    }
}
