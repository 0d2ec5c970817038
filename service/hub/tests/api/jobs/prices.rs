//! Which edition of a price a job is placed under.

use tieline_model::Seconds;

use crate::play::{CORE_HOUR, Play};

#[tokio::test]
async fn the_price_named_last_is_in_force_whatever_the_clock_was_when_it_was_named() {
    let mut play = Play::start().await;
    let now = play.hub.clock.now();
    play.placed_as("first").await;
    let held = play.funds().await.1;
    assert_eq!(held, "10.00 CNY");
    // The clock was an hour ahead when the second price was named, and was put right since.
    play.hub.clock.set(now + Seconds::hours(1));
    play.price("fast", 2 * CORE_HOUR).await;
    play.hub.clock.set(now);
    play.placed_as("second").await;
    assert_eq!(play.funds().await.1, "30.00 CNY");
    play.price("fast", 3 * CORE_HOUR).await;
    play.placed_as("third").await;
    assert_eq!(play.funds().await.1, "60.00 CNY");
}
