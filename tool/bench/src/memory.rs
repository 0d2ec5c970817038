//! How much memory an idle hub and an idle gateway take.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::figure::Figure;
use crate::platform::Platform;
use crate::process::resident_mib;

/// How long nobody asks anything before memory is read.
const IDLE: Duration = Duration::from_secs(30);

/// Measures.
pub async fn run(program: &Path) -> Result<()> {
    let platform = Platform::start(program)?;
    // What an idle hub has in memory after somebody has used it a little.
    let alice = platform.person("alice").await?;
    alice.list_apps().await?;
    alice.list_machines().await?;
    tokio::time::sleep(IDLE).await;
    Figure::of("memory", "idle hub", "MiB", &[resident_mib(platform.pid("hub")?)?]).target(100.0).print()?;
    Figure::of("memory", "idle gateway", "MiB", &[resident_mib(platform.pid("gateway")?)?]).target(60.0).print()
}
