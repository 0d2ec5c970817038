//! Measures the platform and what it is compared with. Each figure is one JSON line on stdout; docs/benchmarks.md keeps them
//! with the machine they came from.

mod figure;
mod list;
mod load;
mod memory;
mod platform;
mod play;
mod process;
mod seeded;
mod slurm;
mod stream;
mod submit;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};

use figure::say;
use seeded::Wanted;

/// Measures the platform. Figures go to stdout, one JSON line each.
#[derive(Parser, Debug)]
struct Args {
    /// What to measure
    #[arg(default_value = "all")]
    name: Name,
    /// The program that is measured
    #[arg(long, value_name = "FILE", default_value = "target/release/tieline")]
    tieline: PathBuf,
    /// The folder where seeded databases are kept between runs
    #[arg(long, value_name = "DIR", default_value = "target/bench")]
    cache: PathBuf,
    /// How many rounds the medians are of
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How many seconds each round of load lasts
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How many people the seeded hub knows
    #[arg(long, default_value_t = 10_000)]
    people: u64,
    /// How many jobs the seeded hub knows
    #[arg(long, default_value_t = 1_000_000)]
    jobs: u64,
    /// How many jobs the Slurm holds whose squeue is measured beside; 0 for no Slurm
    #[arg(long, default_value_t = 10_000)]
    queued: usize,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    All,
    HubList,
    Memory,
    SubmitFork,
    SubmitSlurm,
    Stream,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let program = args.tieline.canonicalize()?;
    std::fs::create_dir_all(&args.cache)?;
    let wanted = Wanted { program: program.clone(), cache: args.cache.canonicalize()?, people: args.people, jobs: args.jobs };
    let is = |name| args.name == name || args.name == Name::All;
    if is(Name::HubList) {
        loaded("hub-list");
        list::run(&wanted, args.rounds, Duration::from_secs(args.seconds), args.queued).await?;
    }
    if is(Name::Memory) {
        loaded("memory");
        memory::run(&program).await?;
    }
    if is(Name::SubmitFork) {
        loaded("submit-fork");
        submit::fork(&program, args.rounds * 5).await?;
    }
    if is(Name::SubmitSlurm) {
        loaded("submit-slurm");
        submit::slurm(&program, args.rounds * 5).await?;
    }
    if is(Name::Stream) {
        loaded("stream");
        stream::run(&program, args.rounds).await?;
    }
    Ok(())
}

/// Says how busy the machine is already: a figure from a busy machine is not worth much.
fn loaded(name: &str) {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    say(format!("{name}: the machine's load before it is {}", load.split(' ').take(3).collect::<Vec<_>>().join(" ")));
}
