//! The gateway as a small certificate authority of OpenSSH. A person puts one line into the own `authorized_keys`; from
//! then on the gateway signs itself certificates of ten minutes for that login name and no other.

use std::collections::HashMap;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tieline_fault::around;
use tieline_model::{Error, LocalUser, Result};
use tokio::process::Command;
use tokio::sync::Mutex;

use crate::points;

/// How long a certificate is good, and how long before its end a new one is signed.
const GOOD: Duration = Duration::from_secs(600);
const RENEW_BEFORE: Duration = Duration::from_secs(240);

/// The authority and the keys it signs, in a folder only the gateway can read.
#[derive(Debug)]
pub struct SshAuthority {
    folder: PathBuf,
    public: String,
    signed: Mutex<HashMap<LocalUser, Instant>>,
}

/// What ssh shows a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The private key's file.
    pub key: PathBuf,
    /// The certificate's file, where there is one.
    pub certificate: Option<PathBuf>,
}

impl SshAuthority {
    /// Opens the authority that lies in `_authority` below this folder, a name no machine has; makes it if it is not there.
    /// Several machines may each open it.
    ///
    /// # Errors
    /// `Internal` where the folder cannot be made or `ssh-keygen` fails.
    pub async fn open(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into().join("_authority");
        private_folder(&folder)?;
        private_folder(&folder.join("users"))?;
        let key = folder.join("key");
        let _alone = alone(&folder).await?;
        if !key.exists() {
            around(points::SSH_KEY, make_key(&key, "tieline")).await?;
        }
        let public = tokio::fs::read_to_string(key.with_extension("pub")).await.map_err(|error| trouble(&key, &error))?;
        let public = public.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        Ok(Self { folder, public, signed: Mutex::default() })
    }

    /// The line a person puts into the own `authorized_keys` on a machine. It lets the gateway in as this login name only.
    pub fn authority_line(&self, user: &LocalUser) -> String {
        format!("cert-authority,principals=\"{}\" {} tieline", principal(user), self.public)
    }

    /// A key with a certificate for this login name that is good for at least four more minutes.
    ///
    /// # Errors
    /// `Internal` where `ssh-keygen` fails.
    pub async fn credentials(&self, user: &LocalUser) -> Result<Credentials> {
        let folder = self.folder.join("users").join(user.as_str());
        let (key, certificate) = (folder.join("key"), folder.join("key-cert.pub"));
        let mut signed = self.signed.lock().await;
        let fresh = signed.get(user).is_some_and(|at| at.elapsed() + RENEW_BEFORE < GOOD);
        if !fresh {
            let _alone = alone(&self.folder).await?;
            if !key.exists() {
                private_folder(&folder)?;
                around(points::SSH_KEY, make_key(&key, &format!("tieline {user}"))).await?;
            }
            around(points::SSH_CERTIFICATE, self.sign(user, &key)).await?;
            signed.insert(user.clone(), Instant::now());
        }
        Ok(Credentials { key, certificate: Some(certificate) })
    }

    async fn sign(&self, user: &LocalUser, key: &Path) -> Result<()> {
        let authority = self.folder.join("key");
        // Signed under another name and renamed: an ssh that starts at this moment reads a whole certificate.
        let next = key.with_file_name("next.pub");
        std::fs::copy(key.with_extension("pub"), &next).map_err(|error| trouble(&next, &error))?;
        // No extension is granted: a certificate lets commands run and nothing be forwarded, and gives no terminal.
        let mut command = keygen();
        command.arg("-s").arg(authority).args(["-I", &format!("tieline {user}"), "-n", &principal(user)]);
        command.args(["-V", "-1m:+10m", "-O", "clear"]).arg(&next);
        run(command).await?;
        let certificate = key.with_file_name("key-cert.pub");
        std::fs::rename(key.with_file_name("next-cert.pub"), &certificate).map_err(|error| trouble(&certificate, &error))
    }
}

/// What a certificate proves: that the gateway acts as this login name.
fn principal(user: &LocalUser) -> String {
    format!("tieline:{user}")
}

/// Waits until nobody else makes or signs keys in this folder, for as long as the result lives.
async fn alone(folder: &Path) -> Result<std::fs::File> {
    let path = folder.join("lock");
    let locked = tokio::task::spawn_blocking(move || {
        let file = std::fs::File::create(&path)?;
        file.lock()?;
        Ok::<_, std::io::Error>(file)
    });
    let locked = locked.await.map_err(|error| Error::internal(error.to_string()))?;
    locked.map_err(|error| trouble(&folder.join("lock"), &error))
}

/// A folder that only we can read.
pub(super) fn private_folder(folder: &Path) -> Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| trouble(folder, &error))?;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(|error| trouble(folder, &error))
}

async fn make_key(path: &Path, comment: &str) -> Result<()> {
    // Made under another name first: a key that was cut off half-way would be taken for a whole one.
    let half = path.with_extension("new");
    let half_public = path.with_extension("new.pub");
    let public = path.with_extension("pub");
    for old in [&half, &half_public] {
        if let Err(error) = std::fs::remove_file(old)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(trouble(old, &error));
        }
    }
    let mut command = keygen();
    command.args(["-t", "ed25519", "-N", "", "-C", comment, "-f"]).arg(&half);
    run(command).await?;
    std::fs::rename(&half_public, &public).map_err(|error| trouble(&public, &error))?;
    std::fs::rename(&half, path).map_err(|error| trouble(path, &error))
}

fn keygen() -> Command {
    let mut command = Command::new("ssh-keygen");
    command.arg("-q").env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LANG", "C.UTF-8");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

async fn run(mut command: Command) -> Result<()> {
    let output = command.output().await.map_err(|error| Error::internal(format!("ssh-keygen cannot be started: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::internal(format!("ssh-keygen failed: {}", String::from_utf8_lossy(&output.stderr).trim())))
}

fn trouble(path: &Path, error: &std::io::Error) -> Error {
    Error::internal(format!("{}: {error}", path.display()))
}
