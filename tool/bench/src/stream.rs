//! One stream of a large output from the machine to the client: how fast, and how much memory it takes on its way.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use tieline_model::job::StateName;

use crate::figure::{Figure, say};
use crate::platform::{Platform, script, until, wish};
use crate::process::resident_mib;

const MIB: u64 = 1 << 20;
/// Bytes of the output.
const SIZE: u64 = 2048 * MIB;

/// Measures.
pub async fn run(program: &Path, rounds: usize) -> Result<()> {
    let platform = Platform::start(program)?;
    let alice = platform.person("alice").await?;
    // Its name is not among the declared outputs, so it stays on the machine.
    let text = format!("head -c {SIZE} /dev/zero >large.bin");
    let job = alice.create_job(&wish(script(&alice, platform.folder(), "large.sh", &text).await?, None)).await?.id;
    until(&alice, job, "completed", |state| state == StateName::Completed).await?;
    let path = "large.bin".parse()?;
    let processes = [platform.pid("hub")?, platform.pid("gateway")?];
    let (mut speeds, mut growths) = (Vec::new(), [Vec::new(), Vec::new()]);
    for round in 1..=rounds {
        let before = [resident_mib(processes[0])?, resident_mib(processes[1])?];
        let watch = Watch::start(processes);
        let begun = Instant::now();
        let mut response = alice.read_job_file(job, &path, None, 0).await?;
        let mut size = 0;
        while let Some(chunk) = response.chunk().await? {
            size += chunk.len() as u64;
        }
        let seconds = begun.elapsed().as_secs_f64();
        let most = watch.stop().await?;
        if size != SIZE {
            bail!("{size} bytes came instead of {SIZE}");
        }
        speeds.push(size as f64 / 1e6 / seconds);
        for ((growths, before), most) in growths.iter_mut().zip(before).zip(most) {
            growths.push((most - before).max(0.0));
        }
        say(format!(
            "stream, round {round}: {seconds:.1} s, hub {:.1} and gateway {:.1} MiB before, {most:?} at most",
            before[0], before[1]
        ));
    }
    Figure::of("stream", "one stream of 2 GiB", "MB/s", &speeds).print()?;
    Figure::of("stream", "growth of the hub", "MiB", &growths[0]).target(32.0).print()?;
    Figure::of("stream", "growth of the gateway", "MiB", &growths[1]).target(32.0).print()
}

/// Looks at two processes' memory, again and again, and remembers the most.
struct Watch {
    stop: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<Result<[f64; 2]>>,
}

impl Watch {
    fn start(processes: [u32; 2]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let mut most = [0.0_f64; 2];
            while !stopped.load(Ordering::Relaxed) {
                for (most, process) in most.iter_mut().zip(processes) {
                    *most = most.max(resident_mib(process)?);
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Ok(most)
        });
        Self { stop, task }
    }

    async fn stop(self) -> Result<[f64; 2]> {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await?
    }
}
