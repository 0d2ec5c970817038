//! The hub's configuration: one TOML file, every value also from the environment, and for each value where it came from.
//!
//! `TIELINE_HUB__HTTP__LISTEN` overrides `[http] listen`. Secrets are never in the file, only paths of files that hold them.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tieline_model::{Error, Result};

/// What the environment's variables for this file start with.
pub const PREFIX: &str = "TIELINE_HUB__";

/// Everything an operator can set.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The folder that holds the database (with SQLite), files, keys and the authority.
    pub state: PathBuf,
    /// Where people and programs come in.
    pub http: Http,
    /// Where gateways come in.
    pub gateways: Gateways,
    /// Where the hub remembers.
    pub database: Database,
    /// Limits on what people bring.
    pub limits: Limits,
}

/// Where people and programs come in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// Address and port. Without a certificate it must be a loopback address, unless a proxy is named.
    pub listen: SocketAddr,
    /// The address people type, for links and cookies.
    pub public_url: String,
    /// The certificate chain in PEM.
    pub certificate: Option<PathBuf>,
    /// The certificate's key in PEM.
    pub key: Option<PathBuf>,
    /// Proxies whose `X-Forwarded-For` is believed. Without a certificate, plain HTTP is served to them and to this machine alone.
    pub trusted_proxies: Vec<IpAddr>,
}

/// Where gateways come in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Gateways {
    /// Address and port of the mutually authenticated listener.
    pub listen: SocketAddr,
    /// The address gateways dial, if it is another than `listen`.
    pub public_url: Option<String>,
}

/// Where the hub remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`; without it, `hub.sqlite` in the state folder.
    pub url: Option<String>,
    /// A file that holds the address, where it contains a password.
    pub url_file: Option<PathBuf>,
}

/// Limits on what people bring.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Bytes of one JSON request.
    pub request_bytes: usize,
    /// Bytes of one uploaded file.
    pub file_bytes: u64,
    /// Bytes of all files of one person.
    pub space_bytes: u64,
    /// Bytes of declared outputs brought back by themselves for one job.
    pub output_bytes: u64,
    /// Uploads are refused when the disk is this full, in percent.
    pub disk_percent: u8,
    /// Days a job's folder stays on its machine after the job ended.
    pub folder_days: u64,
    /// Days a session or an API token is still kept after it ended.
    pub ended_session_days: u64,
    /// Days after which a new key signs access tokens. The one before it stays good until its last token has ended.
    pub signing_key_days: u64,
    /// Failed sign-ins of one name or one address in a quarter of an hour before the next must wait.
    pub sign_in_failures: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            state: PathBuf::from("hub"),
            http: Http::default(),
            gateways: Gateways::default(),
            database: Database::default(),
            limits: Limits::default(),
        }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7480)),
            public_url: "http://127.0.0.1:7480".to_owned(),
            certificate: None,
            key: None,
            trusted_proxies: Vec::new(),
        }
    }
}

impl Default for Gateways {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 7481)), public_url: None }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_bytes: 1 << 20,
            file_bytes: 1 << 40,
            space_bytes: 1 << 41,
            output_bytes: 1 << 30,
            disk_percent: 90,
            folder_days: 30,
            ended_session_days: 30,
            signing_key_days: 30,
            sign_in_failures: 10,
        }
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The file.
    File,
    /// This variable of the environment.
    Environment(String),
}

/// One value with its origin, for `tieline hub config`.
#[derive(Clone, Debug, Serialize)]
pub struct Setting {
    /// Dotted name, such as `http.listen`.
    pub name: String,
    /// The value as JSON; null where there is none.
    pub value: serde_json::Value,
    /// Who set it.
    pub origin: Origin,
}

impl Config {
    /// Reads the file (none means all defaults) and then the environment, and says for each value where it came from.
    ///
    /// # Errors
    /// Names the file, the key and what is wrong with it.
    pub fn load(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<(Self, Vec<Setting>)> {
        let mut table = match file {
            None => toml::Table::new(),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| Error::invalid(format!("{}: {error}", path.display())))?;
                text.parse::<toml::Table>().map_err(|error| Error::invalid(format!("{}: {error}", path.display())))?
            }
        };
        let mut origins: Vec<(String, Origin)> = Vec::new();
        leaves("", &json(&table)?, &mut |name, _| origins.push((name, Origin::File)));
        for (variable, text) in environment {
            let Some(rest) = variable.strip_prefix(PREFIX) else { continue };
            let name = rest.to_ascii_lowercase().replace("__", ".");
            set(&mut table, &name, value(&text));
            origins.push((name, Origin::Environment(variable)));
        }
        let config: Self = toml::Value::Table(table).try_into().map_err(|error| Error::invalid(format!("configuration: {error}")))?;
        config.check()?;
        let mut settings = Vec::new();
        leaves("", &json(&config)?, &mut |name, value| {
            let origin = origins.iter().rev().find(|(known, _)| *known == name).map_or(Origin::Default, |(_, origin)| origin.clone());
            settings.push(Setting { value: value.clone(), name, origin });
        });
        Ok((config, settings))
    }

    fn check(&self) -> Result<()> {
        let fault = |field: &str, message: &str| Err(Error::invalid(message).field(field));
        if self.http.certificate.is_some() != self.http.key.is_some() {
            return fault("http.key", "a certificate and its key belong together: set both or neither");
        }
        if self.http.certificate.is_none() && !self.http.listen.ip().is_loopback() && self.http.trusted_proxies.is_empty() {
            return fault(
                "http.listen",
                "plain HTTP is served on loopback only; set http.certificate and http.key, or name the proxy in http.trusted_proxies",
            );
        }
        if self.database.url.is_some() && self.database.url_file.is_some() {
            return fault("database.url_file", "set database.url or database.url_file, not both");
        }
        if !(1..=100).contains(&self.limits.disk_percent) {
            return fault("limits.disk_percent", "is out of range, 1 to 100");
        }
        if self.limits.signing_key_days == 0 {
            return fault("limits.signing_key_days", "is 0, it must be at least 1");
        }
        Ok(())
    }

    /// The database's address.
    ///
    /// # Errors
    /// Where the file that should hold it cannot be read.
    pub fn database_url(&self) -> Result<String> {
        if let Some(path) = &self.database.url_file {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Error::invalid(format!("{}: {error}", path.display())).field("database.url_file"))?;
            return Ok(text.trim().to_owned());
        }
        Ok(self.database.url.clone().unwrap_or_else(|| format!("sqlite:{}", self.state.join("hub.sqlite").display())))
    }

    /// Whether people reach the hub by HTTPS, so that cookies are marked for it.
    pub fn is_https(&self) -> bool {
        self.http.public_url.starts_with("https://")
    }
}

fn json(value: &impl Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|error| Error::internal(error.to_string()))
}

fn leaves(prefix: &str, value: &serde_json::Value, see: &mut impl FnMut(String, &serde_json::Value)) {
    match value {
        serde_json::Value::Object(table) => {
            for (key, inner) in table {
                let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                leaves(&name, inner, see);
            }
        }
        leaf => see(prefix.to_owned(), leaf),
    }
}

fn set(table: &mut toml::Table, name: &str, value: toml::Value) {
    match name.split_once('.') {
        None => {
            table.insert(name.to_owned(), value);
        }
        Some((head, rest)) => {
            let inner = table.entry(head.to_owned()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let toml::Value::Table(inner) = inner {
                set(inner, rest, value);
            }
        }
    }
}

/// A variable's text as TOML where it reads as a number, a boolean or a list, else as text.
fn value(text: &str) -> toml::Value {
    let plain = || toml::Value::String(text.to_owned());
    match format!("x = {text}").parse::<toml::Table>() {
        Ok(table) => table.get("x").filter(|value| !value.is_datetime()).cloned().unwrap_or_else(plain),
        Err(_) => plain(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: Option<&str>, environment: &[(&str, &str)]) -> Result<(Config, Vec<Setting>)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hub.toml");
        std::fs::write(&path, file.unwrap_or_default()).unwrap();
        Config::load(Some(&path), environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn every_value_says_where_it_came_from() {
        let (config, settings) =
            load(Some("[limits]\nfile_bytes = 5\n"), &[("TIELINE_HUB__HTTP__LISTEN", "127.0.0.1:1"), ("PATH", "x")]).unwrap();
        assert_eq!((config.limits.file_bytes, config.http.listen.port()), (5, 1));
        let origin = |name: &str| settings.iter().find(|setting| setting.name == name).unwrap().origin.clone();
        assert_eq!(origin("limits.file_bytes"), Origin::File);
        assert_eq!(origin("http.listen"), Origin::Environment("TIELINE_HUB__HTTP__LISTEN".to_owned()));
        assert_eq!(origin("limits.disk_percent"), Origin::Default);
    }

    #[test]
    fn plain_http_to_the_world_is_refused() {
        let error = load(Some("[http]\nlisten = \"0.0.0.0:80\"\n"), &[]).unwrap_err();
        assert_eq!(error.wrong_field(), Some("http.listen"));
    }

    #[test]
    fn an_unknown_key_is_named() {
        let error = load(Some("[http]\nlissten = 1\n"), &[]).unwrap_err();
        assert!(error.message().contains("lissten"), "{error}");
    }
}
