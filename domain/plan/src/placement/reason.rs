//! Why a machine cannot run a job, in words that stay.

use serde::{Deserialize, Serialize};
use tieline_model::ErrorKind;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $kind:ident, $field:expr;)*) => {
        /// Why a machine cannot run a job.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word on the wire and on disk.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// What kind of failure it is if it holds for every machine.
            pub fn kind(self) -> ErrorKind {
                match self {
                    $(Self::$name => ErrorKind::$kind,)*
                }
            }

            /// Whether it stays as long as the wish, the person's standing and the machine stay as they are. Any other reason
            /// passes by itself, and is worth waiting for.
            pub fn is_final(self) -> bool {
                self.kind() != ErrorKind::Unavailable
            }

            /// The field of the wish that is too much.
            pub fn field(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => $field,)*
                }
            }
        }
    };
}

reasons! {
    /// The person named another one.
    NotChosenByUser = "not_chosen_by_user", Invalid, Some("machine");
    /// The app's package names the machines it suits, and this is none of them.
    HostNotSuited = "host_not_suited", Invalid, Some("app");
    /// Somebody took it out of service.
    MachineDisabled = "machine_disabled", Unavailable, None;
    /// Its gateway is not connected.
    GatewayOffline = "gateway_offline", Unavailable, None;
    /// Its gateway has not told yet what it is.
    NotDescribed = "not_described", Unavailable, None;
    /// Nothing is known of its load.
    ReadingMissing = "reading_missing", Unavailable, None;
    /// What is known of its load is too old.
    ReadingStale = "reading_stale", Unavailable, None;
    /// The center does not let the person in.
    NoGrant = "no_grant", Forbidden, None;
    /// The center has not said whether it lets the person in.
    GrantUnknown = "grant_unknown", Unavailable, None;
    /// The center does not offer the app there.
    AppNotDeployed = "app_not_deployed", Unavailable, None;
    /// The center offers the app there, and something it needs is missing.
    AppNotReady = "app_not_ready", Unavailable, None;
    /// It has no queues.
    QueuesMissing = "queues_missing", Unavailable, None;
    /// It has no such queue.
    QueueUnknown = "queue_unknown", Invalid, Some("queue");
    /// The queue takes no jobs.
    QueueClosed = "queue_closed", Unavailable, None;
    /// More nodes than a job may have.
    NodesOverLimit = "nodes_over_limit", Invalid, Some("nodes");
    /// More cores than a job may have.
    CoresOverLimit = "cores_over_limit", Invalid, Some("cores");
    /// More cores on a node than the largest one has.
    CoresOverNode = "cores_over_node", Invalid, Some("cores");
    /// More memory than a job may have on a node.
    MemoryOverLimit = "memory_over_limit", Invalid, Some("memory");
    /// More GPUs than there are.
    GpusMissing = "gpus_missing", Invalid, Some("gpus");
    /// More GPUs on a node than any has.
    GpusOverNode = "gpus_over_node", Invalid, Some("gpus");
    /// Longer than a job may run.
    TimeOverLimit = "time_over_limit", Invalid, Some("time");
    /// No price is known.
    NoPrice = "no_price", Unavailable, None;
    /// The account cannot pay.
    NoBalance = "no_balance", Unpaid, None;
    /// The package's own check refused.
    PreSubmitRefused = "pre_submit_refused", Invalid, None;
    /// The package's own check did not answer.
    PreSubmitSilent = "pre_submit_silent", Unavailable, None;
}
