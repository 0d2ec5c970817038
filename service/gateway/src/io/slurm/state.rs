//! Slurm's words for a job's state, and what each means to us. One table; a word that is not in it proves nothing.

/// What a state of Slurm means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It waits.
    Queued,
    /// It waits until somebody releases it.
    Held,
    /// It occupies its nodes.
    Running,
    /// It is stopped and may go on.
    Suspended,
    /// It was taken back into the queue.
    Requeued,
    /// It is over.
    Over(End),
}

/// The ways a job of Slurm ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// As its exit code says.
    ByItself,
    /// Somebody canceled it.
    Canceled,
    /// Its time was over.
    TimedOut,
    /// It took more memory than it asked for.
    OutOfMemory,
    /// Its node failed or did not start.
    NodeFailed,
    /// Another end; the word itself says which.
    Other,
}

/// From Slurm's `job_states` (squeue(1) and sacct(1), "JOB STATE CODES").
const TABLE: [(&str, Meaning); 24] = [
    ("PENDING", Meaning::Queued),
    // Nodes are being made ready: it does not run yet.
    ("CONFIGURING", Meaning::Queued),
    ("REQUEUE_HOLD", Meaning::Held),
    ("RESV_DEL_HOLD", Meaning::Held),
    // Requeued with a special exit status: held until an operator looks at it.
    ("SPECIAL_EXIT", Meaning::Held),
    ("RUNNING", Meaning::Running),
    // The program ended, its nodes are still being cleaned up: the end is told when it is whole.
    ("COMPLETING", Meaning::Running),
    ("STAGE_OUT", Meaning::Running),
    ("SIGNALING", Meaning::Running),
    ("RESIZING", Meaning::Running),
    ("SUSPENDED", Meaning::Suspended),
    ("STOPPED", Meaning::Suspended),
    ("REQUEUED", Meaning::Requeued),
    ("REQUEUE_FED", Meaning::Requeued),
    ("COMPLETED", Meaning::Over(End::ByItself)),
    ("FAILED", Meaning::Over(End::ByItself)),
    ("CANCELLED", Meaning::Over(End::Canceled)),
    ("TIMEOUT", Meaning::Over(End::TimedOut)),
    ("OUT_OF_MEMORY", Meaning::Over(End::OutOfMemory)),
    ("NODE_FAIL", Meaning::Over(End::NodeFailed)),
    ("BOOT_FAIL", Meaning::Over(End::NodeFailed)),
    ("DEADLINE", Meaning::Over(End::Other)),
    ("PREEMPTED", Meaning::Over(End::Other)),
    ("REVOKED", Meaning::Over(End::Other)),
];

/// What a state and its reason mean. `CANCELLED by 1001` and `RUNNING+` are read as their first word.
pub fn meaning(state: &str, reason: &str) -> Option<Meaning> {
    let word = state.split([' ', '+']).next().unwrap_or_default();
    let found = TABLE.iter().find(|(name, _)| *name == word).map(|(_, meaning)| *meaning)?;
    let held = matches!(reason, "JobHeldUser" | "JobHeldAdmin" | "launch_failed_requeued_held" | "job_requeued_in_held_state");
    Some(if found == Meaning::Queued && held { Meaning::Held } else { found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_slurm_has_one_meaning() {
        assert_eq!(meaning("PENDING", "Resources"), Some(Meaning::Queued));
        assert_eq!(meaning("PENDING", "JobHeldUser"), Some(Meaning::Held));
        assert_eq!(meaning("PENDING", "JobHeldAdmin"), Some(Meaning::Held));
        assert_eq!(meaning("CANCELLED by 1001", "None"), Some(Meaning::Over(End::Canceled)));
        assert_eq!(meaning("COMPLETING", "None"), Some(Meaning::Running));
        let mut words: Vec<_> = TABLE.iter().map(|(word, _)| word).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), TABLE.len(), "a word is listed once");
    }

    #[test]
    fn a_word_we_do_not_know_proves_nothing() {
        assert_eq!(meaning("SOMETHING_NEW", ""), None);
        assert_eq!(meaning("", ""), None);
    }
}
