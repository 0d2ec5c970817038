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

use crate::io::disk;
use crate::points;

/// How long a certificate is good, and how long before its end a new one is signed.
const GOOD: Duration = Duration::from_secs(600);
const RENEW_BEFORE: Duration = Duration::from_secs(240);

/// Below the authority's folder: where keys and certificates are made before they get their names.
const MAKING: &str = "making";

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
        let making = folder.join(MAKING);
        let _alone = alone(&folder).await?;
        // What a killed gateway left.
        match std::fs::remove_dir_all(&making) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(trouble(&making, error)),
            Ok(()) | Err(_) => private_folder(&making)?,
        }
        if !key.exists() {
            around(points::SSH_KEY, make_key(&making, &key, "tieline")).await?;
        }
        let public = tokio::fs::read_to_string(key.with_extension("pub")).await.map_err(|error| trouble(&key, error))?;
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
                around(points::SSH_KEY, make_key(&self.folder.join(MAKING), &key, &format!("tieline {user}"))).await?;
            }
            around(points::SSH_CERTIFICATE, self.sign(user, &key)).await?;
            signed.insert(user.clone(), Instant::now());
        }
        Ok(Credentials { key, certificate: Some(certificate) })
    }

    async fn sign(&self, user: &LocalUser, key: &Path) -> Result<()> {
        let authority = self.folder.join("key");
        // Signed elsewhere and renamed: an ssh that starts at this moment reads a whole certificate.
        let making = work_folder(&self.folder.join(MAKING))?;
        let next = making.path().join("key.pub");
        std::fs::copy(key.with_extension("pub"), &next).map_err(|error| trouble(&next, error))?;
        // No extension is granted: a certificate lets commands run and nothing be forwarded, and gives no terminal.
        let mut command = keygen();
        command.arg("-s").arg(authority).args(["-I", &format!("tieline {user}"), "-n", &principal(user)]);
        command.args(["-V", "-1m:+10m", "-O", "clear"]).arg(&next);
        run(command).await?;
        put(&making, "key-cert.pub", &key.with_file_name("key-cert.pub"))
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
    locked.map_err(|error| trouble(&folder.join("lock"), error))
}

/// A folder that only we can read.
pub(super) fn private_folder(folder: &Path) -> Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| trouble(folder, error))?;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(|error| trouble(folder, error))
}

/// Makes a key elsewhere and renames it: one that was cut off half-way would be taken for a whole one.
async fn make_key(making: &Path, key: &Path, comment: &str) -> Result<()> {
    let making = work_folder(making)?;
    let mut command = keygen();
    command.args(["-t", "ed25519", "-N", "", "-C", comment, "-f"]).arg(making.path().join("key"));
    run(command).await?;
    put(&making, "key.pub", &key.with_extension("pub"))?;
    put(&making, "key", key)
}

/// A folder of its own for one `ssh-keygen`, which may outlive a killed gateway: what it still writes is nobody's key.
fn work_folder(making: &Path) -> Result<tempfile::TempDir> {
    tempfile::tempdir_in(making).map_err(|error| trouble(making, error))
}

fn put(making: &tempfile::TempDir, name: &str, to: &Path) -> Result<()> {
    std::fs::rename(making.path().join(name), to).map_err(|error| trouble(to, error))
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
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Error::unavailable("the gateway could not make a key or a certificate for ssh").detail(format!("ssh-keygen failed: {said}")))
}

fn trouble(path: &Path, error: std::io::Error) -> Error {
    disk::fault(&format!("keep {}", path.display()), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn public(key: &Path) -> String {
        let output = Command::new("ssh-keygen").arg("-y").arg("-f").arg(key).output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().split_whitespace().take(2).collect::<Vec<_>>().join(" ")
    }

    fn left(making: &Path) -> usize {
        std::fs::read_dir(making).unwrap().count()
    }

    #[tokio::test]
    async fn as_root_a_full_disk_may_have_room_again_and_is_no_fault_of_ours() {
        let folder = tempfile::tempdir().unwrap();
        let disk = tieline_testkit::disk::SmallDisk::mount(folder.path(), 4).unwrap();
        let authority = SshAuthority::open(folder.path()).await.unwrap();
        let user = "siteu".parse().unwrap();
        disk.fill().unwrap();
        let refused = authority.credentials(&user).await.unwrap_err();
        assert_eq!(refused.kind(), tieline_model::ErrorKind::Unavailable, "{refused}");
        disk.free();
        assert!(authority.credentials(&user).await.unwrap().certificate.unwrap().is_file());
    }

    #[tokio::test]
    async fn what_a_killed_gateways_ssh_keygen_still_writes_is_nobodys_key_and_goes_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let authority = SshAuthority::open(folder.path()).await.unwrap();
        let making = authority.folder.join(MAKING);
        // Two at once, as where one of them outlived its gateway.
        let key = authority.folder.join("other");
        let (one, two) = tokio::join!(make_key(&making, &key, "one"), make_key(&making, &key, "two"));
        one.and(two).unwrap();
        assert!(std::fs::read_to_string(key.with_extension("pub")).unwrap().starts_with(&public(&key).await));
        assert_eq!(left(&making), 0);

        let orphan = work_folder(&making).unwrap().keep();
        std::fs::write(orphan.join("key"), "half a key").unwrap();
        let again = SshAuthority::open(folder.path()).await.unwrap();
        assert_eq!((left(&making), &again.public), (0, &authority.public));
        assert_eq!(public(&authority.folder.join("key")).await, again.public);
        let user = "siteu".parse().unwrap();
        let credentials = again.credentials(&user).await.unwrap();
        assert!(credentials.certificate.unwrap().is_file());
        assert_eq!(left(&making), 0);
    }
}
