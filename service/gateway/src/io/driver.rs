//! How a gateway speaks to one kind of scheduler. A new kind is one file that implements [`Driver`].

use async_trait::async_trait;
use tieline_model::job::{AttemptKey, Evidence, Exit, NativeId, Sight, Usage};
use tieline_model::machine::{Description, Reading};
use tieline_model::{LocalUser, QueueName, Resources, Result, Timestamp};

/// What is handed to a scheduler.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The job's name in the scheduler: how it is found again.
    pub tag: String,
    /// Whose it is.
    pub user: LocalUser,
    /// Which queue; none for the default.
    pub queue: Option<QueueName>,
    /// What it asks for.
    pub wish: Resources,
    /// The job's folder as the machine sees it, absolute. It holds `.tieline/run.sh`, the wrapper that claims the job and runs the program.
    pub folder: String,
}

/// A job to ask about.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Which attempt.
    pub key: AttemptKey,
    /// The scheduler's number.
    pub native: NativeId,
    /// Whose it is.
    pub user: LocalUser,
    /// Its folder on the machine.
    pub folder: String,
    /// When it was submitted, by the gateway's clock: an older record with the same number is another job's.
    pub submitted: Timestamp,
    /// Since when it runs, as far as it was seen running.
    pub started: Option<Timestamp>,
    /// What it asked for, where the scheduler does not say what it got.
    pub wish: Resources,
}

/// What a scheduler says of one job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It has it.
    Sighted {
        /// In which state.
        sight: Sight,
        /// How we know.
        evidence: Evidence,
    },
    /// It is over.
    Ended {
        /// How.
        exit: Exit,
        /// What it occupied; `None` if it never ran or if nothing proves it.
        usage: Option<Usage>,
        /// How we know.
        evidence: Evidence,
    },
    /// There is no evidence of it. That proves nothing.
    Absent,
}

/// One kind of scheduler behind one machine.
#[async_trait]
pub trait Driver: Send + Sync + std::fmt::Debug {
    /// What the machine is. Deployments are filled in by the gateway.
    ///
    /// # Errors
    /// `Unavailable` where the scheduler does not answer.
    async fn describe(&self) -> Result<Description>;

    /// How the machine is.
    ///
    /// # Errors
    /// `Unavailable` where the scheduler does not answer.
    async fn read(&self) -> Result<Reading>;

    /// The numbers of this user's jobs that carry this tag, running or over. Asked before every submission but the first.
    ///
    /// # Errors
    /// `Unavailable` where the scheduler does not answer: then nothing may be submitted.
    async fn find(&self, user: &LocalUser, tag: &str, since: Timestamp) -> Result<Vec<NativeId>>;

    /// Hands a job over.
    ///
    /// # Errors
    /// `Unavailable` where it is not known whether the scheduler took it; every other kind is a refusal, with the scheduler's own words.
    async fn submit(&self, batch: &Batch) -> Result<NativeId>;

    /// How these jobs are, in one question for all of them. The answer has one entry for each job, in the same order.
    ///
    /// # Errors
    /// `Unavailable` where the scheduler does not answer: no job's state changes by that.
    async fn poll(&self, jobs: &[Watched]) -> Result<Vec<Seen>>;

    /// Ends a job. Success if it is over already or was never there.
    ///
    /// # Errors
    /// `Unavailable` where the scheduler does not answer.
    async fn cancel(&self, user: &LocalUser, native: &NativeId) -> Result<()>;

    /// Returns when something happened that a poll would show. A scheduler that cannot tell never returns: it is asked in
    /// its own rhythm.
    async fn changed(&self) {
        std::future::pending().await
    }
}
