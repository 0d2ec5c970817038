//! Waiting for something to become true, instead of sleeping and hoping.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

/// Asks again and again until the answer is yes.
///
/// # Errors
/// If the answer is still no after `within`; the error names `what`.
pub async fn wait_until(what: &str, within: Duration, mut check: impl AsyncFnMut() -> bool) -> Result<()> {
    let end = Instant::now() + within;
    loop {
        if check().await {
            return Ok(());
        }
        if Instant::now() >= end {
            bail!("waited {} s in vain: {what}", within.as_secs());
        }
        sleep(Duration::from_millis(50)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_ends_with_the_first_yes() {
        let mut asked = 0;
        wait_until("three questions", Duration::from_secs(60), async || {
            asked += 1;
            asked == 3
        })
        .await
        .unwrap();
        assert_eq!(asked, 3);
    }

    #[tokio::test]
    async fn waiting_in_vain_names_what_was_waited_for() {
        let error = wait_until("the moon is blue", Duration::ZERO, async || false).await.unwrap_err();
        assert_eq!(error.to_string(), "waited 0 s in vain: the moon is blue");
    }
}
