//! How rooms wake each other after a transaction was committed. A signal carries no truth: whoever wakes reads the store.

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The hub's signals.
#[derive(Debug)]
pub struct Signals {
    /// The newest fact's number: wakes live events.
    pub facts: watch::Sender<u64>,
    /// Grows when a gateway has something new to do: wakes the links.
    pub intents: watch::Sender<u64>,
    /// Grows when something may be placed: wakes the placing reconciler.
    pub placing: watch::Sender<u64>,
    /// Grows when folders may have to go, as after the limits changed: wakes the expiry reconciler.
    pub expiry: watch::Sender<u64>,
    /// The hub is about to end: answers that would go on for ever end now.
    pub stopping: CancellationToken,
}

impl Default for Signals {
    fn default() -> Self {
        let none = || watch::Sender::new(0);
        Self { facts: none(), intents: none(), placing: none(), expiry: none(), stopping: CancellationToken::new() }
    }
}

/// Wakes everybody who listens.
pub fn ring(signal: &watch::Sender<u64>) {
    signal.send_modify(|count| *count = count.wrapping_add(1));
}
