//! A platform that has been in use for years, written in a minute: for measurements only, and only on SQLite.
//!
//! What is written is what the hub's own rows look like, many at once, by statements instead of one by one. Jobs have their
//! latest attempt; those that are over have neither facts nor transitions.

use sea_orm::ConnectionTrait;
use tieline_model::job::{Actor, Exit, How, Phase, State};
use tieline_model::{Error, GatewayId, Id, JobId, MachineId, Result, Timestamp, UserName};

use crate::error::fault;
use crate::{Store, users};

/// How many jobs are written in one transaction.
const BATCH: u64 = 50_000;
/// How far apart jobs were made: a million of them fill two years.
const APART_MS: i64 = 63_000;

/// How much there is to be.
#[derive(Clone, Debug)]
pub struct Seed {
    /// People; each has a personal account and the password of `template`. They are called `p1`, `p2` and so on.
    pub people: u64,
    /// Jobs, the same number for each person, the latest made just before `now`.
    pub jobs: u64,
    /// How many of these, the latest ones, are placed and wait for their gateway; the others are over.
    pub open: u64,
    /// A person that is there already.
    pub template: UserName,
    /// Through which gateway the machine is reached.
    pub gateway: GatewayId,
    /// Where all jobs ran.
    pub machine: MachineId,
    /// The present moment.
    pub now: Timestamp,
}

impl Seed {
    /// The job with this number, from 1.
    pub fn job(&self, number: u64) -> JobId {
        let made = self.now.micros() / 1000 - self.age(number);
        let bits = (u128::from(made.unsigned_abs()) << 80) | (0x7000_8000 << 48) | u128::from(number);
        JobId::from_bytes(bits.to_be_bytes())
    }

    fn age(&self, number: u64) -> i64 {
        i64::try_from(self.jobs.saturating_sub(number)).unwrap_or(i64::MAX / APART_MS) * APART_MS
    }
}

/// Writes all of it.
///
/// # Errors
/// Where the template is not there, or the database fails: then the file is of no use.
pub async fn fill(store: &Store, seed: &Seed, mut told: impl FnMut(u64)) -> Result<()> {
    let missing = || Error::not_found(format!("there is no user '{}'", seed.template));
    users::by_name(store.read(), &seed.template).await?.ok_or_else(missing)?;
    // A crash costs nothing but another minute.
    plain(store, "PRAGMA synchronous = OFF").await?;
    plain(store, "PRAGMA cache_size = -1048576").await?;
    plain(store, &people(seed)).await?;
    for statement in belongings(seed) {
        plain(store, &statement).await?;
    }
    let mut first = 1;
    while first <= seed.jobs {
        let last = seed.jobs.min(first + BATCH - 1);
        plain(store, &jobs(seed, first, last)).await?;
        plain(store, &attempts(seed, first, last)?).await?;
        told(last);
        first = last + 1;
    }
    plain(store, "PRAGMA wal_checkpoint(TRUNCATE)").await
}

async fn plain(store: &Store, statement: &str) -> Result<()> {
    store.writer().execute_unprepared(statement).await.map(drop).map_err(fault)
}

/// What each person has: a personal account that they own, and a password.
fn belongings(seed: &Seed) -> [String; 3] {
    let template = &seed.template;
    [
        "INSERT INTO account (id, tenant_id, name, personal_of, created_at) \
         SELECT id, tenant_id, name, id, created_at FROM \"user\" WHERE display_name LIKE 'Seeded %'"
            .to_owned(),
        "INSERT INTO account_member (account_id, user_id, role, since) \
         SELECT id, id, 'owner', created_at FROM \"user\" WHERE display_name LIKE 'Seeded %'"
            .to_owned(),
        format!(
            "INSERT INTO credential (user_id, hash, changed_at) SELECT u.id, c.hash, u.created_at FROM \"user\" u, \"user\" t, credential c \
             WHERE u.display_name LIKE 'Seeded %' AND t.name = '{template}' AND c.user_id = t.id"
        ),
    ]
}

fn people(seed: &Seed) -> String {
    format!(
        "INSERT INTO \"user\" (id, tenant_id, name, display_name, roles, blocked, created_at) \
         WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < {people}) \
         SELECT {id}, t.tenant_id, 'p' || k, 'Seeded ' || k, t.roles, 0, {now} FROM n, \"user\" t WHERE t.name = '{template}'",
        people = seed.people,
        id = person("k"),
        now = seed.now.micros(),
        template = seed.template,
    )
}

/// The id of the person with this number, in SQL.
fn person(number: &str) -> String {
    format!("unhex(printf('00000000000170008000%012x', {number}))")
}

fn jobs(seed: &Seed, first: u64, last: u64) -> String {
    // About as long as requests are; lists do not read it.
    let request = r#"{"given":{"arguments":"--steps 20000 --temperature 300"},"files":{"script":["fil_00000000000000000000000001"]},"wish":{"nodes":1,"cores":8,"memory_mib":16384,"gpus":0,"time":3600},"machine":null,"queue":null}"#;
    format!(
        "INSERT INTO job (id, user_id, account_id, app_version_id, app, name, remark, request, client_key, attempt, state, base, \
         machine_id, created_at, changed_at, ended_at, deleted) \
         WITH RECURSIVE n(k) AS (SELECT {first} UNION ALL SELECT k + 1 FROM n WHERE k < {last}) \
         SELECT {id}, {owner}, {owner}, v.id, v.app, 'run-' || k, '', '{request}', NULL, 1, {state}, {base}, {machine}, \
         1000 * {made}, 1000 * {made} + 3600000000, CASE WHEN {open} THEN NULL ELSE 1000 * {made} + 3600000000 END, 0 \
         FROM n, (SELECT id, app FROM app_version WHERE app = 'shell' LIMIT 1) v",
        id = job(seed),
        owner = person(&format!("1 + k * 7919 % {}", seed.people)),
        state = by_fate(seed, |state| state.name().word().to_owned()),
        base = by_fate(seed, |state| state.name().base().word().to_owned()),
        machine = blob(seed.machine),
        made = made(seed),
        open = open(seed),
    )
}

fn attempts(seed: &Seed, first: u64, last: u64) -> Result<String> {
    let mut fault = None;
    let state = by_fate(seed, |state| serde_json::to_string(state).unwrap_or_else(|error| fault.insert(error.to_string()).clone()));
    if let Some(fault) = fault {
        return Err(Error::internal(fault));
    }
    Ok(format!(
        "INSERT INTO attempt (job_id, number, gateway_id, machine_id, queue, folder, native_id, state_name, state, transitions, \
         created_at, changed_at, started_at, ended_at, purged) \
         WITH RECURSIVE n(k) AS (SELECT {first} UNION ALL SELECT k + 1 FROM n WHERE k < {last}) \
         SELECT {id}, 1, {gateway}, {machine}, 'main', '/jobs/' || k, CASE WHEN {open} THEN NULL ELSE k END, {name}, {state}, \
         CASE WHEN {open} THEN 2 ELSE 10 END, 1000 * {made}, 1000 * {made} + 3600000000, NULL, \
         CASE WHEN {open} THEN NULL ELSE 1000 * {made} + 3600000000 END, NOT {open} FROM n",
        id = job(seed),
        gateway = blob(seed.gateway),
        machine = blob(seed.machine),
        name = by_fate(seed, |state| state.name().word().to_owned()),
        open = open(seed),
        made = made(seed),
    ))
}

/// The id of job `k`, in SQL: what [`Seed::job`] says.
fn job(seed: &Seed) -> String {
    format!("unhex(printf('%012x70008000%012x', {}, k))", made(seed))
}

/// When job `k` was made, in milliseconds.
fn made(seed: &Seed) -> String {
    format!("({} - ({} - k) * {APART_MS})", seed.now.micros() / 1000, seed.jobs)
}

fn open(seed: &Seed) -> String {
    format!("(k > {})", seed.jobs.saturating_sub(seed.open))
}

/// Most jobs end well, seven in a hundred fail, three are canceled.
fn by_fate(seed: &Seed, mut show: impl FnMut(&State) -> String) -> String {
    let ended = Exit { how: How::Code(0), started: None, ended: seed.now };
    let failed = State::Failed { phase: Phase::Run, reason: "the program ended with exit code 1".to_owned() };
    let canceled = State::Canceled { by: Actor::Center };
    let completed = State::Completed { exit: ended };
    format!(
        "CASE WHEN {} THEN '{}' WHEN k % 100 < 7 THEN '{}' WHEN k % 100 < 10 THEN '{}' ELSE '{}' END",
        open(seed),
        show(&State::Placed),
        show(&failed),
        show(&canceled),
        show(&completed)
    )
}

fn blob(id: impl Id) -> String {
    format!("x'{}'", id.bytes().map(|byte| format!("{byte:02x}")).concat())
}
