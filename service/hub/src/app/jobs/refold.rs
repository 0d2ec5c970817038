//! Everything that is folded from facts, folded anew and compared with what is stored: attempts, their transitions, the
//! state of jobs, the files they left, and the balances.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tieline_model::job::{AttemptKey, JobFact};
use tieline_model::{JobId, Result};
use tieline_store_hub::attempts::{Attempt, Transition};
use tieline_store_hub::facts::Fact;
use tieline_store_hub::job_files::JobFile;
use tieline_store_hub::jobs::Job;
use tieline_store_hub::{ConnectionTrait, Tx, attempts, books, facts, job_files, jobs};

use super::fold::{apply, begin, file, follow};
use crate::App;

/// How many jobs are read at once.
const BATCH: u64 = 200;
/// How many differences are told.
const TOLD: usize = 100;
/// How many of the newest facts about unknown jobs are looked at.
const ASIDE: u64 = 10_000;

/// What a refold found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Jobs that were looked at.
    pub jobs: u64,
    /// Facts that were folded.
    pub facts: u64,
    /// Attempts of jobs that this hub does not know, of which gateways tell: they were made after the copy it was restored from.
    pub unknown: Vec<AttemptKey>,
    /// A sentence for each row that is not what the facts make of it; the first hundred.
    pub differences: Vec<String>,
}

/// Compares every folded row with its facts, and every balance with its postings, at one moment. Nothing is changed.
///
/// # Errors
/// Where the database fails.
pub async fn check(app: &App) -> Result<Report> {
    let tx = app.store.begin().await?;
    let mut report = each(&tx, false).await?;
    if let Err(error) = books::audit(&tx).await {
        report.tell(format!("the books: {}", error.operator_detail().unwrap_or(error.message())));
    }
    Ok(report)
}

/// Writes every folded row anew from its facts, and every balance from its postings. Tells what was different before.
///
/// # Errors
/// Where the database fails; then everything is as it was.
pub async fn rebuild(app: &App) -> Result<Report> {
    let tx = app.store.begin().await?;
    let mut report = each(&tx, true).await?;
    if let Err(error) = books::audit(&tx).await {
        report.tell(format!("the books: {}", error.operator_detail().unwrap_or(error.message())));
    }
    books::refold(&tx).await?;
    tx.commit().await?;
    Ok(report)
}

async fn each(tx: &Tx, write: bool) -> Result<Report> {
    let aside = facts::kept_aside(tx, ASIDE).await?;
    let unknown = aside.iter().map(|fact| fact.key).collect::<BTreeSet<_>>().into_iter().collect();
    let mut report = Report { unknown, ..Report::default() };
    let mut after = None;
    loop {
        let page = jobs::page(tx, after, BATCH).await?;
        let Some(last) = page.last() else { return Ok(report) };
        after = Some(last.id);
        for job in page {
            let stored = Rows::read(tx, job).await?;
            let facts = facts::of_job(tx, stored.job.id).await?;
            report.jobs += 1;
            report.facts += facts.len() as u64;
            let folded = stored.folded(&facts, &mut report);
            if folded == stored {
                continue;
            }
            stored.tell(&folded, &mut report);
            if write {
                folded.write(tx).await?;
            }
        }
    }
}

/// A job with everything that is folded from its facts.
#[derive(Clone, Debug, PartialEq)]
struct Rows {
    job: Job,
    attempts: BTreeMap<u32, Attempt>,
    transitions: BTreeMap<u32, Vec<Transition>>,
    files: BTreeMap<u32, Vec<JobFile>>,
}

impl Rows {
    async fn read(db: &impl ConnectionTrait, job: Job) -> Result<Self> {
        let mut rows = Self { attempts: BTreeMap::new(), transitions: BTreeMap::new(), files: BTreeMap::new(), job };
        for attempt in attempts::of_job(db, rows.job.id).await? {
            let number = attempt.key.number;
            rows.transitions.insert(number, attempts::transitions(db, attempt.key).await?);
            let mut files = job_files::of(db, attempt.key).await?;
            // Databases sort texts by rules of their own.
            files.sort_by(by_path);
            rows.files.insert(number, files);
            rows.attempts.insert(number, attempt);
        }
        Ok(rows)
    }

    /// The same job as its facts make it. To which gateway an attempt was given, and the evaluation that decided, are no
    /// folds: they stay as they are stored.
    fn folded(&self, facts: &[Fact], report: &mut Report) -> Self {
        let mut rows = Self { attempts: BTreeMap::new(), transitions: BTreeMap::new(), files: BTreeMap::new(), job: self.job.clone() };
        for fact in facts.iter().filter(|fact| fact.user.is_some()) {
            let number = fact.key.number;
            let attempt = rows.attempts.entry(number).or_insert_with(|| {
                begin(&mut rows.job, number, fact.at);
                rows.transitions.insert(number, Vec::new());
                rows.files.insert(number, Vec::new());
                let stored = self.attempts.get(&number);
                Attempt {
                    gateway: stored.and_then(|stored| stored.gateway),
                    evaluation: stored.and_then(|stored| stored.evaluation.clone()),
                    ..Attempt::created(fact.key, fact.at)
                }
            });
            let files = rows.files.entry(number).or_default();
            match apply(attempt, fact) {
                Err(_) if fact.refused.is_some() => {}
                Err(refused) => report.tell(format!("fact {} was taken, and now it is refused: {refused}", fact.number)),
                Ok(_) if fact.refused.is_some() => report.tell(format!("fact {} was refused, and now it is taken", fact.number)),
                Ok(steps) => {
                    if rows.job.attempt == number && !steps.is_empty() {
                        follow(&mut rows.job, attempt, fact);
                    }
                    rows.transitions.entry(number).or_default().extend(steps);
                }
            }
            if let Some(left) = file(&fact.body) {
                files.retain(|file| file.path != left.path);
                files.push(left);
                files.sort_by(by_path);
            }
            if attempt.purged && fact.body == JobFact::Purged {
                files.iter_mut().for_each(|file| file.gone = true);
            }
        }
        rows
    }

    fn tell(&self, folded: &Self, report: &mut Report) {
        let id = self.job.id;
        if self.job != folded.job {
            report.tell(format!("job {id} is stored as {:?}, its facts make {:?}", self.job, folded.job));
        }
        let mut compare = |what: &str, number: u32, stored: String, folded: String| {
            if stored != folded {
                report.tell(format!("{what} of {id}/{number}: stored {stored}, its facts make {folded}"));
            }
        };
        let numbers = self.attempts.keys().chain(folded.attempts.keys());
        for number in numbers.copied().collect::<BTreeSet<_>>() {
            compare("attempt", number, text(self.attempts.get(&number)), text(folded.attempts.get(&number)));
            compare("transitions", number, text(self.transitions.get(&number)), text(folded.transitions.get(&number)));
            compare("files", number, text(self.files.get(&number)), text(folded.files.get(&number)));
        }
    }

    async fn write(&self, tx: &Tx) -> Result<()> {
        forget(tx, self.job.id).await?;
        jobs::update(tx, &self.job).await?;
        for (number, attempt) in &self.attempts {
            let key = AttemptKey { job: self.job.id, number: *number };
            attempts::save(tx, attempt).await?;
            for (ordinal, step) in (1..).zip(self.transitions.get(number).into_iter().flatten()) {
                attempts::add_transition(tx, key, ordinal, step).await?;
            }
            for file in self.files.get(number).into_iter().flatten() {
                job_files::save(tx, key, file).await?;
            }
        }
        Ok(())
    }
}

fn by_path(one: &JobFile, other: &JobFile) -> std::cmp::Ordering {
    one.path.as_str().cmp(other.path.as_str())
}

async fn forget(tx: &Tx, job: JobId) -> Result<()> {
    attempts::forget(tx, job).await?;
    job_files::forget(tx, job).await
}

fn text(value: Option<&impl std::fmt::Debug>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| format!("{value:?}"))
}

impl Report {
    fn tell(&mut self, difference: String) {
        if self.differences.len() < TOLD {
            self.differences.push(difference);
        }
    }
}
