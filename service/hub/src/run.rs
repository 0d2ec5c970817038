//! Starts everything, and stops it in order.

use std::net::SocketAddr;

use axum::serve::ListenerExt;
use tieline_model::{Error, Result};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::files::sweep;
use crate::clock::Clock;
use crate::{App, Config, http, link, reconcile};

/// Serves until `stop` is cancelled.
///
/// # Errors
/// Where the store cannot be opened or an address cannot be bound.
pub async fn run(config: Config, stop: CancellationToken) -> Result<()> {
    let app = App::open(config, Clock::default()).await?;
    let tracker = TaskTracker::new();
    let door = http::Door::open(&app.config.http, &tracker, &stop).await?;
    let gate = link::Server::bind(&app).await?;
    tracing::info!(listen = %door.address(), gateways = %gate.address()?, "the hub serves");
    let (told, stopping) = (stop.clone(), app.signals.stopping.clone());
    let stopped = async move {
        told.cancelled().await;
        stopping.cancel();
    };
    reconcile::start(&app, &tracker, &stop);
    let sweep = sweep::run(app.clone(), stop.clone());
    tracker.close();
    let service = http::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let people = async {
        let served = axum::serve(door.tap_io(|_| {}), service).with_graceful_shutdown(stopped).await;
        // Where one of the two fails, the other stops too.
        stop.cancel();
        served.map_err(|error| Error::internal(error.to_string()))
    };
    let gateways = async {
        let served = gate.serve(stop.clone()).await;
        stop.cancel();
        served
    };
    let (people, gateways, (), ()) = tokio::join!(people, gateways, sweep, tracker.wait());
    people.and(gateways)
}
