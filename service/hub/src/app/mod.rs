//! The use cases: what the platform does for people, apart from how they ask for it.

pub mod apps;
pub mod centers;
pub mod files;
pub mod jobs;
pub mod money;
pub mod people;
pub mod signals;

use std::fs::DirBuilder;
use std::ops::Deref;
use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;

use tieline_model::Result;
use tieline_store_hub::Store;

use self::files::{BLOBS, Blobs, Logs, Running};
use self::signals::Signals;

use crate::authority::Authority;
use crate::clock::Clock;
use crate::config::Config;
use crate::link::Links;

/// Everything a use case needs; cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

/// What [`App`] points to.
#[derive(Debug)]
pub struct Inner {
    /// What the operator set.
    pub config: Config,
    /// The time and randomness.
    pub clock: Clock,
    /// The hub's memory.
    pub store: Store,
    /// How rooms wake each other.
    pub signals: Signals,
    /// Contents of files.
    pub blobs: Blobs,
    /// Vouches for gateways.
    pub authority: Authority,
    /// Which gateways are connected, and the way to ask them.
    pub links: Links,
    /// Keys, passwords and failed sign-ins.
    pub people: people::People,
    /// Uploads that somebody is sending to.
    pub running: Running,
    /// How far steps of jobs are.
    pub progress: jobs::progress::Progresses,
    /// What jobs print, where somebody follows it.
    pub logs: Logs,
    /// Where lines begin in files of jobs.
    pub lines: files::lines::Marks,
    /// The names of machines.
    pub labels: centers::labels::Remembered,
}

impl App {
    /// Opens the store and makes what is missing in the state folder.
    ///
    /// # Errors
    /// Where the state folder or the database cannot be used.
    pub async fn open(config: Config, clock: Clock) -> Result<Self> {
        // Nobody else on this machine may read it: it holds keys, hashes and people's files.
        DirBuilder::new().recursive(true).mode(0o700).create(&config.state).map_err(|error| {
            tieline_model::Error::unavailable(format!("the state folder {} cannot be made: {error}", config.state.display()))
        })?;
        let store = Store::open(&config.database_url()?).await?;
        let blobs = Blobs::at(config.state.join(BLOBS))?;
        let people = people::People::open(&config, &clock, &store).await?;
        let signals = Signals::default();
        let running = Running::default();
        let logs = Logs::default();
        let progress = jobs::progress::Progresses::default();
        let authority = Authority::open(&config.state.join("authority"), &clock)?;
        let links = Links::new(u64::from_le_bytes(clock.bytes()));
        let lines = files::lines::Marks::default();
        let labels = centers::labels::Remembered::default();
        let inner = Inner { config, clock, store, signals, blobs, authority, links, people, running, progress, logs, lines, labels };
        let app = Self(Arc::new(inner));
        apps::publish_shipped(&app).await?;
        Ok(app)
    }
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}
