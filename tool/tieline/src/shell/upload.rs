//! Bringing a file from here to the hub.

use tieline_model::{Error, FileId, Result};
use tieline_wire_api::Client;

/// A file for a job: `tl:PATH` names one that is at the hub already.
pub async fn for_job(_client: &Client, path: &str) -> Result<FileId> {
    Err(Error::invalid(format!("'{path}' cannot be brought")))
}
