//! What the gateway must not forget: which life this is, intents it keeps, attempts, and facts on their way to the hub.
//!
//! One transaction changes attempts and appends their facts; a commit returns only once the disk has it. A ballast file
//! keeps room for the last facts: it is given up when the disk is full.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use redb::{Database, Durability, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use serde::{Deserialize, Serialize};
use tieline_fault::around_now;
use tieline_model::job::{AttemptKey, JobFact};
use tieline_model::{Error, Id, IncarnationId, IntentId, JobId, Result, Seconds, Timestamp};

use super::{clock, disk};
use crate::core::Attempt;
use crate::points;

const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");
const INTENTS: TableDefinition<[u8; 16], i64> = TableDefinition::new("intents");
const ATTEMPTS: TableDefinition<[u8; 20], &[u8]> = TableDefinition::new("attempts");
const FACTS: TableDefinition<u64, &[u8]> = TableDefinition::new("facts");

const INCARNATION: &str = "incarnation";
const NEXT_FACT: &str = "next_fact";
const APPLIED: &str = "applied";

/// How long facts stay after the hub has them, so that a hub restored from a backup can ask again.
pub const KEPT: Seconds = Seconds::days(7);

/// A fact with its number in the spool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spooled {
    /// Its number: 1 for the first, never reused.
    #[serde(skip)]
    pub number: u64,
    /// When it happened, by the gateway's clock.
    pub at: Timestamp,
    /// To which attempt.
    pub key: AttemptKey,
    /// What.
    pub fact: JobFact,
}

/// What one transaction writes.
#[derive(Debug, Default)]
pub struct Batch {
    /// Intents that count as kept from now on.
    pub intents: Vec<IntentId>,
    /// Attempts as they are now.
    pub attempts: Vec<Attempt>,
    /// What happened, in this order.
    pub facts: Vec<(Timestamp, AttemptKey, JobFact)>,
}

impl Batch {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.intents.is_empty() && self.attempts.is_empty() && self.facts.is_empty()
    }
}

/// The spool's ends and its cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spool {
    /// The oldest fact that still lies there; 0 without.
    pub oldest: u64,
    /// The newest; 0 without.
    pub newest: u64,
    /// All facts up to this one are in the hub's store.
    pub applied: u64,
}

/// The journal on disk.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    ballast: Ballast,
    database: Mutex<Option<Database>>,
    incarnation: IncarnationId,
}

#[derive(Debug)]
struct Ballast {
    path: PathBuf,
    bytes: u64,
}

impl Journal {
    /// Opens the journal in this folder, or begins a new life there.
    ///
    /// # Errors
    /// `Conflict` where another gateway has it open; `Unavailable` and `Internal` where the disk refuses.
    pub fn open(folder: &Path, ballast_bytes: u64) -> Result<Self> {
        disk::folder(folder)?;
        let path = folder.join("journal.redb");
        let ballast = Ballast { path: folder.join("ballast"), bytes: ballast_bytes };
        let database = open(&path)?;
        let incarnation = prepare(&database).map_err(fault)?;
        let journal = Self { path, ballast, database: Mutex::new(Some(database)), incarnation };
        journal.restore_ballast();
        Ok(journal)
    }

    /// Which life of the local state this is.
    pub fn incarnation(&self) -> IncarnationId {
        self.incarnation
    }

    /// Writes all of it or nothing. When this returns, the disk has it.
    ///
    /// # Errors
    /// `Unavailable` where no room is left even after the ballast was given up; `Internal` for another fault. Nothing was written then.
    pub fn commit(&self, batch: &Batch) -> Result<()> {
        let write = || self.write(|transaction| fill(transaction, batch));
        around_now(points::JOURNAL_COMMIT, || match write() {
            Err(_) if self.ballast.give_up() => write(),
            done => done,
        })
    }

    /// Whether this intent is kept already.
    ///
    /// # Errors
    /// Where the disk cannot be read.
    pub fn keeps(&self, intent: IntentId) -> Result<bool> {
        self.read(|transaction| Ok(transaction.open_table(INTENTS)?.get(intent.bytes())?.is_some()))
    }

    /// All attempts, as they were written last.
    ///
    /// # Errors
    /// Where the disk cannot be read or holds a record this version does not understand.
    pub fn attempts(&self) -> Result<Vec<Attempt>> {
        let records = self.read(|transaction| {
            let table = transaction.open_table(ATTEMPTS)?;
            table.iter()?.map(|entry| Ok(entry?.1.value().to_vec())).collect::<Result<Vec<_>, redb::Error>>()
        })?;
        let read = |bytes: &Vec<u8>| {
            serde_json::from_slice(bytes).map_err(|error| Error::internal(format!("a kept attempt is unreadable: {error}")))
        };
        records.iter().map(read).collect()
    }

    /// At most `limit` facts after this number.
    ///
    /// # Errors
    /// Where the disk cannot be read.
    pub fn facts_after(&self, number: u64, limit: usize) -> Result<Vec<Spooled>> {
        let rows = self.read(|transaction| {
            let table = transaction.open_table(FACTS)?;
            let rows = table.range(number.saturating_add(1)..)?.take(limit);
            rows.map(|entry| entry.map(|(number, bytes)| (number.value(), bytes.value().to_vec())).map_err(Into::into))
                .collect::<Result<Vec<_>, redb::Error>>()
        })?;
        let read = |(number, bytes): &(u64, Vec<u8>)| {
            let spooled: Spooled = serde_json::from_slice(bytes).map_err(|error| Error::internal(format!("fact {number}: {error}")))?;
            Ok(Spooled { number: *number, ..spooled })
        };
        rows.iter().map(read).collect()
    }

    /// The spool's ends and its cursor.
    ///
    /// # Errors
    /// Where the disk cannot be read.
    pub fn spool(&self) -> Result<Spool> {
        self.read(|transaction| {
            let table = transaction.open_table(FACTS)?;
            let oldest = table.first()?.map_or(0, |(number, _)| number.value());
            let newest = table.last()?.map_or(0, |(number, _)| number.value());
            Ok(Spool { oldest, newest, applied: number_of(&transaction.open_table(META)?, APPLIED)? })
        })
    }

    /// The hub has all facts up to this one.
    ///
    /// # Errors
    /// As [`Journal::commit`].
    pub fn applied(&self, number: u64) -> Result<()> {
        let write = |transaction: &WriteTransaction| {
            let mut meta = transaction.open_table(META)?;
            meta.insert(APPLIED, number.to_be_bytes().as_slice())?;
            Ok(())
        };
        around_now(points::JOURNAL_APPLIED, || self.write(write))
    }

    /// Forgets facts the hub has had for [`KEPT`], intents of that age, and attempts that are over, purged and as old.
    ///
    /// # Errors
    /// As [`Journal::commit`].
    pub fn prune(&self, now: Timestamp) -> Result<Vec<AttemptKey>> {
        let applied = self.spool()?.applied;
        let old = now - KEPT;
        let is_old = |fact: &Spooled| fact.at < old && fact.number <= applied;
        let facts: Vec<_> = self.facts_after(0, 10_000)?.iter().take_while(|fact| is_old(fact)).map(|fact| fact.number).collect();
        let over = |attempt: &&Attempt| attempt.is_done() && !attempt.purge && attempt.folder.is_none() && attempt.since < old;
        let attempts: Vec<_> = self.attempts()?.iter().filter(over).map(|attempt| attempt.key).collect();
        let remove = |transaction: &WriteTransaction| {
            let mut table = transaction.open_table(FACTS)?;
            for number in &facts {
                table.remove(number)?;
            }
            let mut table = transaction.open_table(ATTEMPTS)?;
            for key in &attempts {
                table.remove(row(*key))?;
            }
            let mut table = transaction.open_table(INTENTS)?;
            table.retain(|_, kept| kept >= old.micros())?;
            Ok(())
        };
        around_now(points::JOURNAL_PRUNE, || self.write(remove))?;
        Ok(attempts)
    }

    /// Puts the ballast back once there is room for it again.
    pub fn restore_ballast(&self) {
        if let Err(error) = self.ballast.put_back() {
            tracing::warn!(%error, "no room for the ballast that keeps the last facts safe");
        }
    }

    /// Whether the disk was full not long ago or has no room for more than the last facts: who fails then may not be to blame.
    pub fn is_cramped(&self) -> bool {
        self.ballast.is_given_up() || self.ballast.free().is_ok_and(|free| free < self.ballast.bytes.max(1 << 20))
    }

    fn write(&self, work: impl Fn(&WriteTransaction) -> Result<(), redb::Error>) -> Result<()> {
        self.with(|database| {
            let mut transaction = database.begin_write()?;
            transaction.set_durability(Durability::Immediate)?;
            work(&transaction)?;
            Ok(transaction.commit()?)
        })
    }

    fn read<T>(&self, work: impl Fn(&redb::ReadTransaction) -> Result<T, redb::Error>) -> Result<T> {
        self.with(|database| work(&database.begin_read()?))
    }

    /// After any fault of the disk the database refuses everything: it is closed and opened again the next time.
    fn with<T>(&self, work: impl FnOnce(&Database) -> Result<T, redb::Error>) -> Result<T> {
        let mut slot = self.database.lock().map_err(|_| Error::internal("a thread died while it held the journal"))?;
        let database = match slot.take() {
            Some(database) => database,
            None => open(&self.path)?,
        };
        let result = work(&database);
        if result.is_ok() {
            *slot = Some(database);
        }
        result.map_err(fault)
    }
}

impl Ballast {
    fn give_up(&self) -> bool {
        let freed = std::fs::remove_file(&self.path).is_ok();
        if freed {
            tracing::error!(bytes = self.bytes, "the gateway's disk is full: the ballast is given up for the last facts. Make room");
        }
        freed
    }

    fn is_given_up(&self) -> bool {
        self.bytes > 0 && !self.path.exists()
    }

    /// Bytes of the disk it lies on that may still be used.
    fn free(&self) -> std::io::Result<u64> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        Ok(rustix::fs::statvfs(folder).map(|disk| disk.f_bavail * disk.f_frsize)?)
    }

    fn put_back(&self) -> std::io::Result<()> {
        if !self.is_given_up() {
            return Ok(());
        }
        let free = self.free()?;
        if free < self.bytes.saturating_mul(2) {
            return Err(std::io::Error::new(std::io::ErrorKind::StorageFull, format!("{free} bytes are free")));
        }
        let new = self.path.with_extension("new");
        let file = std::fs::File::create(&new)?;
        rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, self.bytes)?;
        std::fs::rename(new, &self.path)
    }
}

fn open(path: &Path) -> Result<Database> {
    let mut builder = Database::builder();
    builder.set_cache_size(8 << 20);
    let database = builder.create(path).map_err(|error| match error {
        redb::DatabaseError::DatabaseAlreadyOpen => Error::conflict(format!("another gateway already uses {}", path.display()))
            .hint("stop it first, or give this one another state folder"),
        other => fault(other.into()),
    })?;
    // It holds parameters of people's jobs.
    let private = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o600);
    std::fs::set_permissions(path, private).map_err(|error| disk::fault("protect the journal", error))?;
    Ok(database)
}

fn prepare(database: &Database) -> Result<IncarnationId, redb::Error> {
    let transaction = database.begin_write()?;
    let incarnation = {
        let mut meta = transaction.open_table(META)?;
        let known = meta.get(INCARNATION)?.and_then(|bytes| <[u8; 16]>::try_from(bytes.value()).ok());
        let incarnation = known.map_or_else(|| IncarnationId::fresh(clock::now(), clock::seed()), IncarnationId::from_bytes);
        meta.insert(INCARNATION, incarnation.bytes().as_slice())?;
        transaction.open_table(INTENTS)?;
        transaction.open_table(ATTEMPTS)?;
        transaction.open_table(FACTS)?;
        incarnation
    };
    transaction.commit()?;
    Ok(incarnation)
}

fn fill(transaction: &WriteTransaction, batch: &Batch) -> Result<(), redb::Error> {
    let mut intents = transaction.open_table(INTENTS)?;
    for intent in &batch.intents {
        intents.insert(intent.bytes(), clock::now().micros())?;
    }
    let mut attempts = transaction.open_table(ATTEMPTS)?;
    for attempt in &batch.attempts {
        attempts.insert(row(attempt.key), json(attempt)?.as_slice())?;
    }
    let mut meta = transaction.open_table(META)?;
    let mut number = number_of(&meta, NEXT_FACT)?.max(1);
    let mut facts = transaction.open_table(FACTS)?;
    for (at, key, fact) in &batch.facts {
        let spooled = Spooled { number, at: *at, key: *key, fact: fact.clone() };
        facts.insert(number, json(&spooled)?.as_slice())?;
        number += 1;
    }
    meta.insert(NEXT_FACT, number.to_be_bytes().as_slice())?;
    Ok(())
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, redb::Error> {
    serde_json::to_vec(value).map_err(|error| redb::Error::Io(std::io::Error::other(error)))
}

fn number_of(meta: &impl ReadableTable<&'static str, &'static [u8]>, name: &str) -> Result<u64, redb::Error> {
    let bytes = meta.get(name)?.and_then(|bytes| <[u8; 8]>::try_from(bytes.value()).ok());
    Ok(bytes.map_or(0, u64::from_be_bytes))
}

fn row(key: AttemptKey) -> [u8; 20] {
    let mut row = [0; 20];
    row[..16].copy_from_slice(&JobId::bytes(key.job));
    row[16..].copy_from_slice(&key.number.to_be_bytes());
    row
}

fn fault(error: redb::Error) -> Error {
    match error {
        redb::Error::Io(error) => disk::fault("write the journal", error),
        other => Error::internal(format!("the journal: {other}")),
    }
}

#[cfg(test)]
mod tests;
