//! What a package's own finalize returned: files it brought to its folder at the gateway, and its word on what lies on the machine.
//! Sizes and checksums are taken from the files themselves; of a script's word only the names count.

use std::fs::File;
use std::io::{Read, Seek};

use rustix::fs::{Mode, OFlags, ResolveFlags};
use sha2::{Digest, Sha256 as Hasher};
use tieline_model::job::{AttemptKey, JobFact, Script};
use tieline_model::{Error, ErrorKind, RelPath, Result, Sha256};
use tieline_pack::contract::Finalized;

use super::center::Center;
use super::disk;
use super::files::Files;
use super::own_scripts::WorkFolder;

/// The answer, and the folder with what was brought.
#[derive(Debug)]
pub struct Returned {
    pub(super) answer: Finalized,
    pub(super) work: WorkFolder,
}

/// A result that lies at the gateway.
#[derive(Debug)]
pub struct Given {
    /// Its path among the job's outputs.
    pub path: RelPath,
    /// Bytes.
    pub size: u64,
    sha256: Sha256,
    file: File,
}

impl Returned {
    /// The results at the gateway that may be outputs, at most so many.
    ///
    /// # Errors
    /// `Unavailable` where one does not hash to what the script said of it: another run may bring it whole.
    pub fn files(&self, may: impl Fn(&RelPath) -> bool, most: usize) -> Result<Vec<Given>> {
        let mut found: Vec<Given> = Vec::new();
        for output in self.answer.outputs.iter().filter(|output| may(&output.path)).take(most) {
            if found.iter().any(|given| given.path == output.path) {
                continue;
            }
            let Some(file) = self.open(&output.path)? else { continue };
            let given = Given::read(output.path.clone(), file).map_err(|error| disk::fault("read a result", error))?;
            if output.sha256.is_some_and(|said| said != given.sha256) {
                return Err(Error::unavailable(format!("'{}' is not what the package's finalize says it brought", output.path)));
            }
            found.push(given);
        }
        Ok(found)
    }

    /// All outputs it names.
    pub fn named(&self) -> impl Iterator<Item = &RelPath> {
        self.answer.outputs.iter().map(|output| &output.path)
    }

    /// Whether it wants a file that lies on the machine brought; `None` where it says nothing of it.
    pub fn wants(&self, path: &RelPath) -> Option<bool> {
        if self.named().any(|named| named == path) {
            return Some(true);
        }
        self.answer.leftover.contains(path).then_some(false)
    }

    /// Adds to the script's log which of its outputs are nowhere.
    pub fn complain<'a>(&self, nowhere: impl Iterator<Item = &'a RelPath>, ran: &mut [JobFact]) {
        let Some(JobFact::ScriptRan { script: Script::Finalize, log, .. }) = ran.last_mut() else { return };
        for path in nowhere.take(20) {
            log.push_str(&format!("tieline: '{path}' is named as an output and is neither on the machine nor was it brought\n"));
        }
    }

    /// A plain file below the folder; whatever a script made a link of is not there.
    fn open(&self, path: &RelPath) -> Result<Option<File>> {
        let fault = |error: rustix::io::Errno| disk::fault("read a result", error.into());
        let folder = File::open(self.work.path()).map_err(|error| disk::fault("read a result", error))?;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let inside = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match rustix::fs::openat2(&folder, path.as_str(), flags, Mode::empty(), inside) {
            Ok(file) => {
                let file = File::from(file);
                let plain = file.metadata().is_ok_and(|about| about.is_file());
                Ok(plain.then_some(file))
            }
            Err(rustix::io::Errno::NOENT | rustix::io::Errno::LOOP | rustix::io::Errno::XDEV | rustix::io::Errno::NOTDIR) => Ok(None),
            Err(error) => Err(fault(error)),
        }
    }
}

impl Given {
    fn read(path: RelPath, mut file: File) -> std::io::Result<Self> {
        let mut hasher = Hasher::new();
        let mut piece = vec![0; 128 << 10];
        let mut size = 0;
        loop {
            let read = file.read(&mut piece)?;
            if read == 0 {
                break;
            }
            hasher.update(&piece[..read]);
            size += read as u64;
        }
        file.rewind()?;
        Ok(Self { path, size, sha256: Sha256(hasher.finalize().into()), file })
    }

    /// Brings it to the hub; `None` where the hub does not want it.
    ///
    /// # Errors
    /// `Unavailable` where the hub does not answer.
    pub async fn bring(&self, center: &Center, key: AttemptKey) -> Result<Option<Sha256>> {
        match center.bulk.bring(key, &self.path, self.size, self.sha256, self.reader()?).await {
            Ok(kept) => Ok(kept.then_some(self.sha256)),
            Err(error) if error.kind() == ErrorKind::Unavailable => Err(error),
            Err(error) => {
                tracing::info!(attempt = %key, path = %self.path, %error, "a result goes to the machine");
                Ok(None)
            }
        }
    }

    /// Writes it into the job's folder on the machine.
    ///
    /// # Errors
    /// As [`Files::put`].
    pub async fn put(&self, files: &Files<'_>, folder: &str) -> Result<()> {
        files.put(folder, &self.path, self.reader()?, self.sha256).await.map(drop)
    }

    fn reader(&self) -> Result<tokio::fs::File> {
        let fault = |error| disk::fault("read a result", error);
        let mut file = self.file.try_clone().map_err(fault)?;
        file.rewind().map_err(fault)?;
        Ok(tokio::fs::File::from_std(file))
    }
}
