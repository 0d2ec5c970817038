//! The operations by name, one method each.

use tieline_model::Result;

use super::Client;
use crate::meta::Version;

impl Client {
    /// Which hub answers.
    ///
    /// # Errors
    /// `Unavailable` where none does.
    pub async fn version(&self) -> Result<Version> {
        self.get(&["version"], &[]).await
    }
}
