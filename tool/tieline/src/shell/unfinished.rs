//! Uploads that were begun and not finished, remembered between commands so that the next one goes on where one broke off.

use serde::{Deserialize, Serialize};
use tieline_model::{RelPath, Result, Sha256, UploadId};
use tieline_wire_api::client::kept::KeptFile;

use crate::talk::say;

/// More than this are not remembered: the hub forgets an upload after a week anyway.
const MOST: usize = 100;

/// What is uploaded to where. The path belongs to it: an upload is announced for one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// The hub's address.
    pub hub: String,
    /// The path in one's space.
    pub path: RelPath,
    /// Bytes.
    pub size: u64,
    /// What they hash to.
    pub sha256: Sha256,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct All {
    uploads: Vec<Begun>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Begun {
    #[serde(flatten)]
    upload: Upload,
    id: UploadId,
}

/// The file in which they are remembered. It helps and is never needed: where it cannot be used, that is said and everything
/// else goes on.
#[derive(Clone, Debug)]
pub struct Unfinished(KeptFile);

impl Unfinished {
    /// In this file.
    pub fn new(file: KeptFile) -> Self {
        Self(file)
    }

    /// Under which id this upload was begun.
    pub fn find(&self, upload: &Upload) -> Option<UploadId> {
        let all: All = told(self.0.load())?;
        all.uploads.into_iter().find(|begun| begun.upload == *upload).map(|begun| begun.id)
    }

    /// Remembers that this upload was begun under this id.
    pub async fn remember(&self, upload: &Upload, id: UploadId) {
        told(self.change(upload, Some(id)).await);
    }

    /// Forgets this upload: it is finished, or the hub knows nothing of it.
    pub async fn forget(&self, upload: &Upload) {
        told(self.change(upload, None).await);
    }

    async fn change(&self, upload: &Upload, id: Option<UploadId>) -> Result<()> {
        let _lock = self.0.lock().await?;
        let mut all: All = self.0.load()?;
        let before = all.uploads.len();
        all.uploads.retain(|begun| begun.upload != *upload);
        if id.is_none() && all.uploads.len() == before {
            return Ok(());
        }
        all.uploads.extend(id.map(|id| Begun { upload: upload.clone(), id }));
        let surplus = all.uploads.len().saturating_sub(MOST);
        all.uploads.drain(..surplus);
        self.0.save(&all)
    }
}

fn told<T>(result: Result<T>) -> Option<T> {
    result.inspect_err(|error| say(format!("note: uploads that break off cannot be remembered: {error}"))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use tieline_model::Id;

    fn upload(path: &str) -> Upload {
        Upload { hub: "http://hub".to_owned(), path: path.parse().unwrap(), size: 7, sha256: Sha256([1; 32]) }
    }

    fn id(number: u8) -> UploadId {
        UploadId::from_bytes([number; 16])
    }

    #[tokio::test]
    async fn an_upload_is_remembered_for_its_owner_only_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/uploads.json");
        let unfinished = Unfinished::new(KeptFile::new("the list of uploads", path.clone()));
        assert_eq!(unfinished.find(&upload("a")), None);
        unfinished.remember(&upload("a"), id(1)).await;
        unfinished.remember(&upload("b"), id(2)).await;
        unfinished.remember(&upload("a"), id(3)).await;
        assert_eq!((unfinished.find(&upload("a")), unfinished.find(&upload("b"))), (Some(id(3)), Some(id(2))));
        assert_eq!(unfinished.find(&Upload { size: 8, ..upload("a") }), None);
        assert_eq!(unfinished.find(&Upload { hub: "http://other".to_owned(), ..upload("a") }), None);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        unfinished.forget(&upload("a")).await;
        assert_eq!((unfinished.find(&upload("a")), unfinished.find(&upload("b"))), (None, Some(id(2))));
    }

    #[tokio::test]
    async fn the_oldest_are_forgotten_first() {
        let folder = tempfile::tempdir().unwrap();
        let unfinished = Unfinished::new(KeptFile::new("the list of uploads", folder.path().join("uploads.json")));
        for number in 0..=MOST {
            unfinished.remember(&upload(&format!("f{number}")), id(1)).await;
        }
        assert_eq!((unfinished.find(&upload("f0")), unfinished.find(&upload("f1"))), (None, Some(id(1))));
    }
}
