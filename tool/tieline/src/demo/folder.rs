//! What lies in the demonstration's folder, and who may use it.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tieline_model::{Error, Result};

/// How many ports after the hub's are tried for the gateways' listener.
const NEIGHBOURS: u16 = 50;

/// The demonstration's folder, held for as long as this lives.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    _lock: File,
}

/// What is remembered between starts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ports {
    /// Where people and programs come in.
    pub hub: u16,
    /// Where gateways come in. Enrolled gateways know it, so it stays.
    pub gateways: u16,
}

impl Folder {
    /// Opens the folder, making it where it is missing.
    ///
    /// # Errors
    /// `Conflict` where another demonstration uses it.
    pub fn open(root: &Path) -> Result<Self> {
        let root = std::path::absolute(root).map_err(|error| Error::invalid(format!("{}: {error}", root.display())).field("dir"))?;
        for folder in ["", "log"] {
            let path = root.join(folder);
            DirBuilder::new().recursive(true).mode(0o700).create(&path).map_err(|error| fault(&path, &error))?;
        }
        let path = root.join("lock");
        let lock = OpenOptions::new().create(true).append(true).open(&path).map_err(|error| fault(&path, &error))?;
        if lock.try_lock().is_err() {
            return Err(Error::conflict(format!("another demonstration runs in {}", root.display()))
                .field("dir")
                .hint("stop it with Ctrl-C, or choose another folder with --dir"));
        }
        Ok(Self { root, _lock: lock })
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The ports: those of the last start, with the hub's as it is asked for now.
    ///
    /// # Errors
    /// `Conflict` where one is taken.
    pub fn ports(&self, hub: u16) -> Result<Ports> {
        let known: Option<Ports> = self.read("ports.json")?;
        must_be_free(hub, "choose another with --port")?;
        let gateways = match known {
            Some(known) if known.gateways != hub => {
                must_be_free(known.gateways, "stop the program that listens there: the enrolled gateway knows this port")?;
                known.gateways
            }
            _ => (1..=NEIGHBOURS)
                .filter_map(|step| hub.checked_add(step))
                .find(|port| bind(*port).is_ok())
                .ok_or_else(|| Error::conflict(format!("none of the {NEIGHBOURS} ports after {hub} is free")).field("port"))?,
        };
        let ports = Ports { hub, gateways };
        self.write("ports.json", &ports)?;
        Ok(ports)
    }

    /// What was written under this name; nothing where nothing was.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let path = self.path(name);
        match std::fs::read(&path) {
            Ok(text) => {
                serde_json::from_slice(&text).map(Some).map_err(|error| Error::conflict(format!("{} is damaged: {error}", path.display())))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(fault(&path, &error)),
        }
    }

    /// Writes JSON under this name, readable by the owner only.
    ///
    /// # Errors
    /// Where the folder cannot be written to.
    pub fn write(&self, name: &str, value: &impl Serialize) -> Result<()> {
        let text = serde_json::to_vec_pretty(value).map_err(|error| Error::internal(error.to_string()))?;
        write(&self.path(name), &text)
    }

    /// Writes text under this name, readable by the owner only.
    ///
    /// # Errors
    /// Where the folder cannot be written to.
    pub fn write_text(&self, name: &str, text: &str) -> Result<()> {
        write(&self.path(name), text.as_bytes())
    }
}

/// Writes a file anew, readable by the owner only: a reader sees the old or the new one, never half of it.
///
/// # Errors
/// Where its folder cannot be written to.
pub fn write(path: &Path, data: &[u8]) -> Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside).and_then(|mut file| {
        file.write_all(data)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    });
    written.map_err(|error| fault(path, &error))
}

fn must_be_free(port: u16, advice: &str) -> Result<()> {
    bind(port).map_err(|error| Error::conflict(format!("port {port} of 127.0.0.1 cannot be used: {error}")).field("port").hint(advice))
}

fn bind(port: u16) -> std::io::Result<()> {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).map(drop)
}

fn fault(path: &Path, error: &std::io::Error) -> Error {
    Error::unavailable(format!("{}: {error}", path.display()))
}
