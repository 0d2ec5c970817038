//! What a center says about its Slurm, and the commands that follow from it and from a wish.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tieline_model::{MachineName, Seconds};

use crate::io::driver::Batch;
use crate::io::site::Command;

/// Under these every command prints moments in UTC and words in English.
const ASKING: [&str; 3] = ["TZ=UTC", "LC_ALL=C", "SLURM_TIME_FORMAT=standard"];

/// How Slurm's commands are called on the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SlurmConfig {
    /// The folder of Slurm's commands, where a login without terminal does not find them by itself.
    pub bin: Option<String>,
    /// The value of `SLURM_CONF`, where it is not the usual one.
    pub conf: Option<String>,
}

/// What the center tells people about the machine; Slurm knows the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its name within the center.
    pub name: MachineName,
    /// A line for people.
    pub title: String,
    /// A paragraph for people.
    pub description: String,
    /// Whose it is.
    pub organisation: String,
    /// Peak performance in GFlop/s, as the owner states it.
    pub peak_gflops: Option<u64>,
}

impl SlurmConfig {
    /// A command that asks.
    pub(super) fn ask<I, S>(&self, program: &str, args: I) -> Command
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.command(&ASKING, program, args)
    }

    /// A command that acts. What it finds in its environment a job inherits, so nothing is added that a job should not see.
    pub(super) fn act<I, S>(&self, program: &str, args: I) -> Command
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.command(&[], program, args)
    }

    /// `program` once for each argument. It counts only what was printed; the status is that of the loop.
    pub(super) fn ask_each<I, S>(&self, program: &str, words: &'static str, each: I) -> Command
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        const SCRIPT: &str = r#"program=$1 words=$2
shift 2
for each; do "$program" $words "$each"; done
exit 0"#;
        let mut argv = self.environment(&ASKING);
        argv.extend(["sh", "-c", SCRIPT, "sh", &self.program(program), words].map(str::to_owned));
        argv.extend(each.into_iter().map(Into::into));
        Command::new(argv)
    }

    fn command<I, S>(&self, settings: &[&str], program: &str, args: I) -> Command
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        let mut argv = self.environment(settings);
        argv.push(self.program(program));
        argv.extend(args.into_iter().map(Into::into));
        Command::new(argv)
    }

    fn environment(&self, settings: &[&str]) -> Vec<String> {
        let settings = settings.iter().map(|&setting| setting.to_owned());
        std::iter::once("env".to_owned()).chain(settings).chain(self.conf.iter().map(|conf| format!("SLURM_CONF={conf}"))).collect()
    }

    fn program(&self, name: &str) -> String {
        self.bin.as_ref().map_or_else(|| name.to_owned(), |bin| format!("{}/{name}", bin.trim_end_matches('/')))
    }
}

/// The arguments of `sbatch` for a batch.
pub(super) fn submission(batch: &Batch) -> Vec<String> {
    let wish = &batch.wish;
    let mut args = vec![
        "--parsable".to_owned(),
        format!("--job-name={}", batch.tag),
        format!("--chdir={}", batch.folder),
        // Below the folder just named: a '%' in the folder's own path would be taken for a pattern.
        "--output=.tieline/scheduler.log".to_owned(),
        "--error=.tieline/scheduler.log".to_owned(),
        "--open-mode=append".to_owned(),
        format!("--nodes={}", wish.nodes),
        format!("--ntasks={}", wish.cores),
        format!("--ntasks-per-node={}", wish.cores_per_node()),
        format!("--time={}", minutes(wish.time)),
    ];
    args.extend(wish.memory_mib.map(|mib| format!("--mem={mib}M")));
    args.extend((wish.gpus > 0).then(|| format!("--gres=gpu:{}", wish.gpus_per_node())));
    args.extend(batch.queue.iter().map(|queue| format!("--partition={queue}")));
    args.push(format!("{}/.tieline/run.sh", batch.folder));
    args
}

/// Slurm counts in minutes; a job gets no less than it asked for.
fn minutes(time: Seconds) -> u64 {
    time.0.div_ceil(60).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_model::Resources;

    #[test]
    fn a_wish_becomes_options_that_mean_the_same() {
        let wish = Resources { nodes: 2, cores: 8, memory_mib: Some(1500), gpus: 2, time: Seconds(61) };
        let batch = Batch {
            tag: "tl-x-1".to_owned(),
            user: "alice".parse().unwrap(),
            queue: Some("gpu".parse().unwrap()),
            wish,
            folder: "/home/alice/50% x".to_owned(),
        };
        let args = submission(&batch);
        for expected in [
            "--nodes=2",
            "--ntasks=8",
            "--ntasks-per-node=4",
            "--time=2",
            "--mem=1500M",
            "--gres=gpu:1",
            "--partition=gpu",
            "--chdir=/home/alice/50% x",
        ] {
            assert!(args.iter().any(|arg| arg == expected), "{expected} in {args:?}");
        }
        assert_eq!(args.last().map(String::as_str), Some("/home/alice/50% x/.tieline/run.sh"));
    }
}
