//! How full the disk is.

use std::path::Path;

use tieline_model::{Error, Result};

use super::blobs::fault;

/// Refuses when `more` bytes would fill the disk that holds `folder` beyond `percent`. Blocks reserved for root count as used,
/// as `df` counts them.
pub(super) fn must_have_room(folder: &Path, more: u64, percent: u8) -> Result<()> {
    let stat = rustix::fs::statvfs(folder).map_err(|error| fault("the disk cannot be asked how full it is", folder, error.into()))?;
    let block = u128::from(stat.f_frsize.max(1));
    let used = u128::from(stat.f_blocks.saturating_sub(stat.f_bfree)) * block;
    let usable = used + u128::from(stat.f_bavail) * block;
    let after = used + u128::from(more);
    if after * 100 <= usable * u128::from(percent) {
        return Ok(());
    }
    Err(Error::full(format!(
        "no room for {more} more bytes: {used} of {usable} bytes of the platform's disk are in use, and files are taken up to {percent} %"
    ))
    .code("disk_full")
    .hint("the operator has to make room; try again later"))
}
