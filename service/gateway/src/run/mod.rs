//! The gateway as a running program: what its tasks are, and how they stop.
//!
//! `engine` carries attempts on, `link` speaks with the hub, `readings` looks at each machine, `questions` answers, and
//! `renewal` keeps the certificate good. Each has a name, is awaited here, and stops by the token.

mod board;
mod engine;
mod link;
mod not_taken;
mod polls;
mod questions;
mod readings;
mod renewal;

use std::sync::Arc;

use tieline_model::{Error, Result};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::io::center::{Center, PreSubmit};
use crate::io::identity::Identity;
use crate::io::own_scripts::PackagePreSubmit;
use crate::io::uplink::Bulk;
use board::Board;

/// What the tasks tell each other.
#[derive(Clone, Debug)]
struct Wires {
    center: Arc<Center>,
    /// Who the gateway is; changes when the certificate is renewed.
    identity: watch::Receiver<Arc<Identity>>,
    /// What each machine is and how.
    board: Arc<Board>,
    /// Facts were added to the spool.
    facts: Arc<Notify>,
    token: CancellationToken,
}

/// Runs the gateway until the token is canceled. Jobs on the machines go on after that.
///
/// # Errors
/// Where it has not joined, the configuration or a part of the state cannot be used, or a task died.
pub async fn run(config: Config, token: CancellationToken) -> Result<()> {
    run_with(config, Arc::new(PackagePreSubmit), token).await
}

/// Runs the gateway with another way to answer pre-submit.
///
/// # Errors
/// As [`run`].
pub async fn run_with(config: Config, pre_submit: Arc<dyn PreSubmit>, token: CancellationToken) -> Result<()> {
    let identity = Identity::load(&config.state)?;
    let address = config.control.clone().unwrap_or_else(|| identity.control.clone());
    let bulk = Bulk::new(&identity, &address)?;
    // Ending the gateway for whatever reason ends its tasks.
    let token = token.child_token();
    let _end = token.clone().drop_guard();
    tracing::info!(gateway = %identity.gateway, center = %identity.center, hub = %address, "the gateway starts");
    let center = Arc::new(Center::open(config, bulk, pre_submit, &token).await?);
    let (renewed, identity) = watch::channel(Arc::new(identity));
    let wires = Wires { center, identity, board: Arc::default(), facts: Arc::default(), token: token.clone() };
    let (intents, ordered) = mpsc::channel(256);
    let (kept, to_hub) = mpsc::channel(1_024);

    let mut tasks: JoinSet<(&'static str, Result<()>)> = JoinSet::new();
    let engine = engine::run(wires.clone(), ordered, kept.clone());
    tasks.spawn(async move { ("engine", engine.await) });
    let link = link::run(wires.clone(), address.clone(), intents, kept, to_hub);
    tasks.spawn(async move { ("link", link.await) });
    let renewal = renewal::run(wires.clone(), address, renewed);
    tasks.spawn(async move { ("renewal", renewal.await) });
    for machine in wires.center.machines.values() {
        let readings = readings::run(wires.clone(), Arc::clone(machine));
        tasks.spawn(async move { ("readings", readings.await) });
    }

    let mut first = Ok(());
    while let Some(ended) = tasks.join_next().await {
        let (name, result) = ended.unwrap_or_else(|error| ("a task", Err(Error::internal(format!("it panicked: {error}")))));
        if let Err(error) = result {
            tracing::error!(task = name, %error, detail = error.operator_detail(), "a task of the gateway ended");
            first = first.and(Err(error));
        }
        // None of them has a reason to end before the others.
        token.cancel();
    }
    first
}

#[cfg(test)]
mod tests;
