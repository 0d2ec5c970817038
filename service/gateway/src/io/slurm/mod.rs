//! Slurm, driven through its ordinary commands on a site.

pub mod accounting;
pub mod config;
pub mod queue;
pub mod resources;
pub mod sentinel;
pub mod show;
pub mod state;
pub mod text;
pub mod verdict;
pub mod words;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tieline_fault::around;
use tieline_model::job::{Evidence, NativeId, Sight};
use tieline_model::machine::{Description, Reading};
use tieline_model::{Error, LocalUser, Result, Seconds, Timestamp};

pub use config::{About, SlurmConfig};

use super::clock::now;
use super::driver::{Batch, Driver, Seen, Watched};
use super::output::output;
use super::site::{Command, Site};
use crate::points;
use queue::Row;
use verdict::Bracket;

/// How many jobs one question names: a single argument may hold 128 KiB.
const ASKED_AT_ONCE: usize = 2000;

/// How long a machine without accounting is believed to have none.
const NO_ACCOUNTING_FOR: Duration = Duration::from_secs(600);

/// Accounting learns of an end a moment after the queue does. For ends this fresh it is asked again, a few times.
const ACCOUNTING_LAGS: Seconds = Seconds(30);
const ACCOUNTING_TRIES: u32 = 4;

/// A machine whose scheduler is Slurm.
#[derive(Debug)]
pub struct Slurm {
    site: Arc<dyn Site>,
    config: SlurmConfig,
    about: About,
    no_accounting_since: Mutex<Option<Instant>>,
    brackets: Mutex<HashMap<NativeId, Bracket>>,
}

/// What accounting answered.
enum Accounts {
    /// The latest record of each number.
    Records(HashMap<NativeId, accounting::Record>),
    /// The machine has none.
    Off,
    /// It has, and it does not answer now.
    Silent,
}

impl Slurm {
    /// Drives the Slurm of this site.
    pub fn new(site: Arc<dyn Site>, config: SlurmConfig, about: About) -> Self {
        Self { site, config, about, no_accounting_since: Mutex::default(), brackets: Mutex::default() }
    }

    /// Asks and gives what was printed; a complaint of Slurm becomes an error.
    async fn ask(&self, user: Option<&LocalUser>, program: &str, args: Vec<String>) -> Result<String> {
        let output = around(points::SLURM_ASK, output(self.site.as_ref(), user, self.config.ask(program, args))).await?;
        if output.done.status == 0 {
            return Ok(output.stdout);
        }
        let complaint = words::complaint(program, output.done.status, &output.done.stderr);
        // A question cannot be refused for what the person did: whatever it is, nothing is known now.
        Err(Error::unavailable(complaint.message()).detail(output.done.stderr))
    }

    async fn rows(&self, jobs: &[Watched]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for some in jobs.chunks(ASKED_AT_ONCE) {
            let tags = some.iter().map(|job| job.key.tag()).collect::<Vec<_>>().join(",");
            let args = ["--noheader", "--all", "--states=all", "-o", queue::FORMAT].map(str::to_owned);
            let args = args.into_iter().chain([format!("--name={tags}")]).collect();
            rows.extend(queue::parse(&self.ask(None, "squeue", args).await?));
        }
        Ok(rows)
    }

    async fn records(&self, jobs: &[&Watched]) -> Result<Accounts> {
        let mut all = HashMap::new();
        let jobs: Vec<_> = jobs.iter().filter(|job| is_number(&job.native)).collect();
        for some in jobs.chunks(ASKED_AT_ONCE) {
            let ids = some.iter().map(|job| job.native.as_str()).collect::<Vec<_>>().join(",");
            let args = vec!["--allusers".to_owned(), format!("--jobs={ids}")];
            match self.sacct(None, args).await? {
                Accounts::Records(records) => all.extend(records),
                other => return Ok(other),
            }
        }
        Ok(Accounts::Records(all))
    }

    async fn sacct(&self, user: Option<&LocalUser>, mut args: Vec<String>) -> Result<Accounts> {
        let since = *self.no_accounting_since.lock().unwrap_or_else(PoisonError::into_inner);
        if since.is_some_and(|since| since.elapsed() < NO_ACCOUNTING_FOR) {
            return Ok(Accounts::Off);
        }
        args.extend(["--noheader".to_owned(), "--parsable2".to_owned(), format!("--format={}", accounting::FORMAT)]);
        let output = around(points::SACCT, output(self.site.as_ref(), user, self.config.ask("sacct", args))).await?;
        if output.done.status == 0 {
            let records = accounting::parse(&output.stdout).into_iter().map(|record| (record.native.clone(), record));
            return Ok(Accounts::Records(records.collect()));
        }
        let stderr = &output.done.stderr;
        if stderr.contains("accounting storage is disabled") || output.done.status == 127 {
            *self.no_accounting_since.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
            return Ok(Accounts::Off);
        }
        tracing::warn!(machine = %self.about.name, stderr = stderr.trim(), "Slurm's accounting does not answer");
        Ok(Accounts::Silent)
    }

    /// Exit codes of jobs that ended a moment ago, as the controller still knows them.
    async fn exits(&self, jobs: &[&Watched]) -> Result<HashMap<String, (i32, i32)>> {
        if jobs.is_empty() {
            return Ok(HashMap::new());
        }
        let ids = jobs.iter().map(|job| job.native.as_str());
        let command = self.config.ask_each("scontrol", "--oneliner show job", ids);
        let output = around(points::SLURM_ASK, output(self.site.as_ref(), None, command)).await?;
        Ok(show::exits(&output.stdout).into_iter().collect())
    }

    /// What the wrappers left, asked as each user for all the user's jobs.
    async fn left(&self, jobs: &[&Watched]) -> HashMap<NativeId, sentinel::Left> {
        let mut by_user: BTreeMap<&LocalUser, Vec<&Watched>> = BTreeMap::new();
        for job in jobs {
            by_user.entry(&job.user).or_default().push(job);
        }
        let mut found = HashMap::new();
        for (user, jobs) in by_user {
            for some in jobs.chunks(ASKED_AT_ONCE / 10) {
                let command = Command::shell(sentinel::SCRIPT, some.iter().map(|job| job.folder.as_str()));
                match output(self.site.as_ref(), Some(user), command).await {
                    Ok(output) => {
                        let numbers: Vec<_> = some.iter().map(|job| &job.native).collect();
                        let left = sentinel::parse(&output.stdout, &numbers);
                        found.extend(some.iter().map(|job| job.native.clone()).zip(left));
                    }
                    // One user's shut door must not hide the others' jobs: this one's show no evidence.
                    Err(error) => tracing::warn!(machine = %self.about.name, %user, %error, "job folders cannot be read"),
                }
            }
        }
        found
    }

    fn remember(&self, jobs: &[Watched], rows: &HashMap<&NativeId, &Row>, now: Timestamp) {
        let mut brackets = self.brackets.lock().unwrap_or_else(PoisonError::into_inner);
        let watched: HashSet<_> = jobs.iter().map(|job| &job.native).collect();
        brackets.retain(|native, _| watched.contains(native));
        for (native, row) in rows {
            if let Some(Sight::Running { started, .. } | Sight::Suspended { started }) = row.sight() {
                let bracket = Bracket { started, last: now, nodes: row.node_count, cores: row.cores };
                brackets.insert((*native).clone(), bracket);
            }
        }
    }

    fn bracket(&self, native: &NativeId) -> Option<Bracket> {
        self.brackets.lock().unwrap_or_else(PoisonError::into_inner).get(native).copied()
    }

    async fn judge(&self, jobs: &[Watched], rows: &HashMap<&NativeId, &Row>, now: Timestamp) -> Result<Vec<Seen>> {
        let sight = |job: &Watched| rows.get(&job.native).and_then(|row| row.sight());
        let mut seen: HashMap<&NativeId, Seen> = HashMap::new();
        for job in jobs {
            if let Some(sight) = sight(job) {
                seen.insert(&job.native, Seen::Sighted { sight, evidence: Evidence::QueueRow });
            }
        }
        let open: Vec<_> = jobs.iter().filter(|job| !seen.contains_key(&job.native)).collect();
        let mut silent = false;
        for attempt in 1..=ACCOUNTING_TRIES {
            let unproved: Vec<_> = open.iter().copied().filter(|job| !seen.contains_key(&job.native)).collect();
            let wanted = |job: &&Watched| attempt == 1 || rows.get(&job.native).is_some_and(|row| row.ended_after(now - ACCOUNTING_LAGS));
            let wanted: Vec<_> = unproved.into_iter().filter(wanted).collect();
            if wanted.is_empty() {
                break;
            }
            if attempt > 1 {
                tokio::time::sleep(Duration::from_millis(400)).await;
            }
            match self.records(&wanted).await? {
                Accounts::Records(records) => {
                    for job in wanted {
                        let record = records.get(&job.native).filter(|record| verdict::is_record_of(record, job));
                        let told = record.and_then(|record| verdict::by_record(record, rows.get(&job.native).copied(), job));
                        seen.extend(told.map(|told| (&job.native, told)));
                    }
                }
                Accounts::Off => break,
                Accounts::Silent => {
                    silent = true;
                    break;
                }
            }
        }
        let ended: Vec<_> = open.iter().copied().filter(|job| !seen.contains_key(&job.native) && rows.contains_key(&job.native)).collect();
        let exits = self.exits(&ended).await?;
        for job in ended {
            let told = rows.get(&job.native).and_then(|row| verdict::by_row(row, exits.get(job.native.as_str()).copied(), job, now));
            seen.extend(told.map(|told| (&job.native, told)));
        }
        // While accounting is only silent, a job whose usage nothing else proves waits for it.
        let gone = |job: &&Watched| !seen.contains_key(&job.native) && (!silent || self.bracket(&job.native).is_some());
        let gone: Vec<_> = open.into_iter().filter(gone).collect();
        let left = self.left(&gone).await;
        for job in gone {
            let told = left.get(&job.native).and_then(|left| verdict::by_files(*left, self.bracket(&job.native), job, now));
            seen.extend(told.map(|told| (&job.native, told)));
        }
        Ok(jobs.iter().map(|job| seen.get(&job.native).cloned().unwrap_or(Seen::Absent)).collect())
    }
}

#[async_trait]
impl Driver for Slurm {
    async fn describe(&self) -> Result<Description> {
        let nodes = self.ask(None, "scontrol", words_of(&["--oneliner", "--details", "show", "node"])).await?;
        let partitions = self.ask(None, "scontrol", words_of(&["--oneliner", "show", "partition"])).await?;
        let version = self.ask(None, "scontrol", words_of(&["--version"])).await?;
        Ok(resources::description(&self.about, &nodes, &partitions, &version))
    }

    async fn read(&self) -> Result<Reading> {
        let nodes = self.ask(None, "scontrol", words_of(&["--oneliner", "--details", "show", "node"])).await?;
        let partitions = self.ask(None, "scontrol", words_of(&["--oneliner", "show", "partition"])).await?;
        let args =
            ["--noheader", "--all", "--array", "--states=PENDING,CONFIGURING,RUNNING,COMPLETING,SUSPENDED", "-o", resources::LOAD_FORMAT];
        let load = self.ask(None, "squeue", words_of(&args)).await?;
        resources::reading(now(), &nodes, &partitions, &load)
    }

    async fn find(&self, user: &LocalUser, tag: &str, since: Timestamp) -> Result<Vec<NativeId>> {
        let args = ["--noheader", "--all", "--states=all", "-o", queue::FORMAT].map(str::to_owned);
        let args = args.into_iter().chain([format!("--user={user}"), format!("--name={tag}")]).collect();
        let rows = queue::parse(&self.ask(Some(user), "squeue", args).await?);
        let mut found: Vec<_> = rows.into_iter().filter(|row| row.tag == tag && row.user == *user).map(|row| row.native).collect();
        // By the hub's clock; a day, for somebody may set one by hours.
        let from = (since - Seconds::days(1)).seconds();
        let from = Timestamp::from_seconds(from).to_string();
        let args = vec![format!("--user={user}"), format!("--name={tag}"), format!("--starttime={}", from.trim_end_matches('Z'))];
        match self.sacct(Some(user), args).await? {
            Accounts::Records(records) => {
                found.extend(records.into_values().filter(|record| record.tag == tag && record.user == *user).map(|record| record.native));
            }
            Accounts::Off => {}
            // A job that is over may lie only there: without the answer a second one could be submitted.
            Accounts::Silent => return Err(Error::unavailable("Slurm's accounting does not answer")),
        }
        found.sort();
        found.dedup();
        Ok(found)
    }

    async fn submit(&self, batch: &Batch) -> Result<NativeId> {
        let command = self.config.act("sbatch", config::submission(batch)).within(Duration::from_secs(120));
        let output = around(points::SBATCH, output(self.site.as_ref(), Some(&batch.user), command)).await?;
        if output.done.status != 0 {
            return Err(words::complaint("sbatch", output.done.status, &output.done.stderr));
        }
        // `--parsable` prints the number, and the cluster's name after a ';' where there are several.
        let number = output.stdout.lines().last().unwrap_or_default().split(';').next().unwrap_or_default().trim();
        number
            .parse()
            .map_err(|_| Error::unavailable("sbatch ended well and named no job").detail(format!("{:?} {:?}", output.stdout, output.done)))
    }

    async fn poll(&self, jobs: &[Watched]) -> Result<Vec<Seen>> {
        if jobs.is_empty() {
            return Ok(Vec::new());
        }
        let mut all = self.rows(jobs).await?;
        let now = now();
        let watched: HashMap<_, _> = jobs.iter().map(|job| (&job.native, job)).collect();
        all.retain_mut(|row| {
            let job = watched.get(&row.native).filter(|job| verdict::is_row_of(row, job));
            job.map(|job| row.recall(job.started)).is_some()
        });
        let rows: HashMap<_, _> = all.iter().map(|row| (&row.native, row)).collect();
        self.remember(jobs, &rows, now);
        self.judge(jobs, &rows, now).await
    }

    async fn cancel(&self, user: &LocalUser, native: &NativeId) -> Result<()> {
        let command = self.config.act("scancel", [native.as_str()]);
        let output = around(points::SCANCEL, output(self.site.as_ref(), Some(user), command)).await?;
        let stderr = &output.done.stderr;
        let over = ["Invalid job id", "already completing or completed"].iter().any(|words| stderr.contains(words));
        if over || (output.done.status == 0 && !words::is_doubt(0, stderr)) {
            return Ok(());
        }
        Err(words::complaint("scancel", output.done.status, stderr))
    }
}

/// Whether this is a number of Slurm's. What a package started itself may be called anything, and one such word in a list makes
/// Slurm refuse all of it.
fn is_number(native: &NativeId) -> bool {
    native.as_str().bytes().all(|byte| byte.is_ascii_digit() || b"_[]-".contains(&byte))
}

fn words_of(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}
