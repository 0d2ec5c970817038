//! One's own jobs, listed by a hub with a million of them; beside it what `squeue --json` takes on a real Slurm.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::figure::{Figure, say};
use crate::load::Load;
use crate::seeded::{Hub, Wanted};
use crate::slurm::Queue;

/// People who ask, in turns.
const PEOPLE: u64 = 256;
const CONNECTIONS: usize = 64;
/// The steady pace, and the facts that arrive meanwhile, in a second.
const PACE: u32 = 1000;
const FACTS: u32 = 100;
/// How often `squeue` is asked in each round, by how many at once.
const PAGES: usize = 4;

/// Measures.
pub async fn run(wanted: &Wanted, rounds: usize, time: Duration, queued: usize) -> Result<()> {
    let hub = Hub::start(wanted).await?;
    let queue = if queued > 0 { Some(Queue::fill(queued).await?) } else { None };
    let load =
        Load { address: hub.address(), path: "/api/v1/jobs".to_owned(), tokens: hub.people(PEOPLE).await?, connections: CONNECTIONS };
    let mut gateway = hub.gateway().await?;
    let mut jobs = hub.open_jobs();
    let mut said = 0;
    // The first requests fill the caches.
    load.run(Duration::from_secs(2), None).await?;
    let (mut rates, mut medians, mut tails, mut paces, mut facts, mut pages, mut page_times) =
        (vec![], vec![], vec![], vec![], vec![], vec![], vec![]);
    for round in 1..=rounds {
        let fast = load.run(time, None).await?;
        let lives: Vec<_> = jobs.by_ref().take(usize::try_from(time.as_secs() * u64::from(FACTS) / 8 + 2)?).collect();
        let (steady, lived) = tokio::join!(load.run(time, Some(PACE)), gateway.live(lives.into_iter(), said, FACTS, time));
        let (steady, (applied, told)) = (steady?, lived?);
        said += told;
        gateway.settled(said).await?;
        say(format!(
            "hub-list, round {round}: {:.0} requests/s of {} bytes (p50 {:.1} ms, p99 {:.1} ms); at {:.0}/s p50 {:.1} ms, p99 {:.1} ms, \
             longest {:.1} ms, {applied} of {told} facts applied",
            fast.rate,
            fast.bytes,
            fast.within(0.5),
            fast.within(0.99),
            steady.rate,
            steady.within(0.5),
            steady.within(0.99),
            steady.within(1.0)
        ));
        rates.push(fast.rate);
        medians.push(steady.within(0.5));
        tails.push(steady.within(0.99));
        paces.push(steady.rate);
        facts.push(applied as f64 / time.as_secs_f64());
        if let Some(queue) = &queue {
            let begun = Instant::now();
            let times = queue.pages(PAGES).await?;
            pages.push(times.len() as f64 / begun.elapsed().as_secs_f64());
            page_times.extend(times);
            say(format!("hub-list, round {round}: {:.2} pages/s by squeue --json", pages[pages.len() - 1]));
        }
    }
    let resident = crate::process::resident_mib(hub.pid())?;
    Figure::of("hub-list", "own jobs, 64 connections", "requests/s", &rates).target(2000.0).print()?;
    if !pages.is_empty() {
        Figure::of("hub-list", "own jobs, 64 connections", "requests/s", &rates).against("squeue --json", &pages).print()?;
        Figure::of("hub-list", "own jobs, p50 at 1,000 requests/s", "ms", &medians).against("squeue --json", &page_times).print()?;
    }
    Figure::of("hub-list", "own jobs, p99 at 1,000 requests/s and 100 facts/s", "ms", &tails).target(25.0).print()?;
    Figure::of("hub-list", "requests answered at that pace", "requests/s", &paces).target(f64::from(PACE)).print()?;
    Figure::of("hub-list", "facts applied at that pace", "facts/s", &facts).target(f64::from(FACTS)).print()?;
    Figure::of("hub-list", "hub after it", "MiB", &[resident]).print()
}
