//! Reconcilers: each brings what is so nearer to what is wanted. They wake on a signal and from time to time, take no
//! input but the store, and may run at any moment any number of times.

mod expiry;
mod proofs;

use std::future::Future;
use std::time::Duration;

use tieline_model::Result;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::App;
use crate::app::jobs::place::place_all;

pub use expiry::expire;
pub use proofs::renew_proofs;

/// How often jobs that no machine could run are looked at again.
const PLACING: Duration = Duration::from_secs(5);
/// How often folders, sessions, tokens and keys whose time is over are looked for.
const EXPIRY: Duration = Duration::from_secs(600);

/// Starts all reconcilers; they stop by the token and are awaited through the tracker.
pub fn start(app: &App, tracker: &TaskTracker, stop: &CancellationToken) {
    let placing = app.clone();
    let signal = app.signals.placing.subscribe();
    tracker.spawn(every("placing", PLACING, signal, stop.clone(), move || {
        let app = placing.clone();
        async move { place_all(&app).await }
    }));
    let (expiring, signal) = (app.clone(), app.signals.expiry.subscribe());
    tracker.spawn(every("expiry", EXPIRY, signal, stop.clone(), move || {
        let app = expiring.clone();
        async move { expiry::expire(&app).await }
    }));
    let (renewing, signal) = (app.clone(), app.signals.expiry.subscribe());
    tracker.spawn(every("proofs", EXPIRY, signal, stop.clone(), move || {
        let app = renewing.clone();
        async move { proofs::renew_proofs(&app).await }
    }));
}

/// Runs `work` at the start, on every signal, and after every pause without one.
async fn every<F, W>(name: &'static str, pause: Duration, mut signal: watch::Receiver<u64>, stop: CancellationToken, work: W)
where
    F: Future<Output = Result<()>> + Send,
    W: Fn() -> F + Send,
{
    loop {
        signal.mark_unchanged();
        if let Err(error) = work().await {
            tracing::error!(reconciler = name, %error, detail = error.operator_detail(), "will try again");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
            changed = signal.changed() => if changed.is_err() { return },
        }
    }
}
