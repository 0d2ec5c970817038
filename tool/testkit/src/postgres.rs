//! PostgreSQL on a free port, quick and forgetful, with an empty database for each test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::OnceCell;

use crate::capsule::Capsule;
use crate::part::{need_postgres, text};
use crate::port::{self, Port};
use crate::wait_until;

/// An empty database on the one server that this test process shares, as a URL.
///
/// # Errors
/// As [`Server::start`].
pub async fn fresh_database() -> Result<String> {
    static SHARED: OnceCell<Server> = OnceCell::const_new();
    SHARED.get_or_try_init(Server::start).await?.fresh_database().await
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    capsule: Capsule,
    programs: PathBuf,
    port: Port,
    made: AtomicU32,
}

impl Server {
    /// Starts a server whose superuser `tieline` needs no password. It does not wait for the disk.
    ///
    /// # Errors
    /// Without root, or without the package postgresql.
    pub async fn start() -> Result<Self> {
        let programs = need_postgres()?;
        let (capsule, port) = (Capsule::open("postgres").await?, port::take()?);
        let server = Self { capsule, programs, port, made: AtomicU32::new(0) };
        let (folder, programs) = (text(server.capsule.folder()), text(&server.programs));
        // Making a cluster takes a second; copying one, none. The template stays for the next test process.
        let template = std::env::temp_dir().join(format!("tieline-testkit-template{}", programs.replace('/', "-")));
        let template = text(&template);
        let initdb = format!("{programs}/initdb -U tieline -A trust -N --no-instructions -E UTF8 --locale=C.UTF-8");
        server
            .capsule
            .run(format!(
                "exec 9>{template}.lock && flock 9 && cd {folder} &&
                 if ! [ -e {template}/whole ]; then
                   rm -rf {template} && install -d -o postgres -g postgres -m 700 {template} &&
                   setpriv --reuid postgres --regid postgres --init-groups -- {initdb} -D {template}/data && touch {template}/whole
                 fi &&
                 install -d -o postgres -g postgres -m 755 {folder}/cluster {folder}/socket && cp -a {template}/data {folder}/cluster/data"
            ))
            .await?;
        server.open().await?;
        Ok(server)
    }

    /// The URL of the database that is always there.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// The folder of its unix socket.
    pub fn socket_folder(&self) -> PathBuf {
        self.capsule.folder().join("socket")
    }

    /// Makes an empty database and gives its URL.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn fresh_database(&self) -> Result<String> {
        let name = format!("test{}", self.made.fetch_add(1, Ordering::Relaxed) + 1);
        let (programs, socket, port) = (text(&self.programs), text(&self.socket_folder()), self.port());
        self.capsule.run(format!("{programs}/createdb -h {socket} -p {port} -U tieline -T template0 {name}")).await?;
        Ok(self.url_of(&name))
    }

    /// Ends the server, as when its machine goes down.
    ///
    /// # Errors
    /// If the capsule is gone.
    pub async fn close(&self) -> Result<()> {
        self.capsule.stop("postgres").await
    }

    /// Starts it again after [`Server::close`], with its data.
    ///
    /// # Errors
    /// If it does not answer within 30 s, with the end of its log.
    pub async fn open(&self) -> Result<()> {
        let (folder, programs, port) = (text(self.capsule.folder()), text(&self.programs), self.port());
        let (program, data) = (format!("{programs}/postgres"), format!("{folder}/cluster/data"));
        let settings = [
            format!("port={port}"),
            "listen_addresses=127.0.0.1".to_owned(),
            format!("unix_socket_directories={folder}/socket"),
            "fsync=off".to_owned(),
            "synchronous_commit=off".to_owned(),
            "full_page_writes=off".to_owned(),
            "shared_buffers=32MB".to_owned(),
            "max_connections=200".to_owned(),
            "autovacuum=off".to_owned(),
        ];
        let mut argv =
            vec!["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "--", program.as_str(), "-D", data.as_str()];
        for setting in &settings {
            argv.extend(["-c", setting]);
        }
        self.capsule.spawn("postgres", &argv).await?;
        wait_until("PostgreSQL answers", Duration::from_secs(30), async || {
            self.capsule.run(format!("{programs}/pg_isready -q -h 127.0.0.1 -p {port} -U tieline -d postgres")).await.is_ok()
        })
        .await
        .with_context(|| self.capsule.log("postgres"))
    }

    fn url_of(&self, database: &str) -> String {
        format!("postgres://tieline@127.0.0.1:{}/{database}", self.port())
    }
}
