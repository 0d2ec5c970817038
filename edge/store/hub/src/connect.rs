//! Opening the store, and the unit of work.

use std::str::FromStr;
use std::time::Duration;

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, IsolationLevel, QueryResult,
    SqliteTransactionMode, SqlxPostgresConnector, SqlxSqliteConnector, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tieline_model::{Error, Result};

use crate::error::fault;
use crate::migrations::Migrator;

/// Any two programs that write to the same PostgreSQL database take turns on this number ("tieline" on a telephone's keys).
const WRITER_LOCK: i64 = 8_435_463;
const READERS: u32 = 8;
/// Rows that SQLite's thread may be ahead of the one that asked: the longest page and the row that tells of another.
const ROWS: usize = 1001;

/// The hub's store: one writer, several readers.
#[derive(Clone, Debug)]
pub struct Store {
    writer: DatabaseConnection,
    readers: DatabaseConnection,
}

impl Store {
    /// Opens `sqlite:PATH` (the file is made if it is missing) or `postgres://…`, and brings its schema up to date.
    ///
    /// # Errors
    /// `Invalid` for another kind of address, `Unavailable` where the database cannot be reached, `Conflict` where it was
    /// written by a newer version.
    pub async fn open(url: &str) -> Result<Self> {
        let store = Self::connect(url).await?;
        store.bring_up_to_date().await?;
        Ok(store)
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// `Conflict` (`newer_schema`) where it is one this program does not know.
    pub async fn bring_up_to_date(&self) -> Result<()> {
        must_be_known(&self.writer).await?;
        Migrator::up(&self.writer, None).await.map_err(fault)
    }

    /// The names of all schemas there have been, oldest first; the last one is what [`Store::open`] makes.
    pub fn schemas() -> Vec<String> {
        Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
    }

    /// Opens the store as it is, without touching its schema.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn connect(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return sqlite(path).await;
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return postgres(url).await;
        }
        Err(Error::invalid("the database's address must start with sqlite: or postgres://").field("database.url"))
    }

    /// For reading: every question sees a consistent moment of its own.
    pub fn read(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// For questions that must all see the same moment. It is over when it is dropped.
    ///
    /// # Errors
    /// `Unavailable` where the database does not answer.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction> {
        let options = match self.readers.get_database_backend() {
            // A transaction of SQLite sees the moment of its first question.
            DbBackend::Sqlite => TransactionOptions::default(),
            _ => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            },
        };
        self.readers.begin_with_options(options).await.map_err(fault)
    }

    /// For what is neither a question nor a unit of work, such as copying the whole.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Begins a unit of work. Nothing of it is seen before [`Tx::commit`]; dropping it undoes it.
    ///
    /// # Errors
    /// `Unavailable` where the database does not answer.
    pub async fn begin(&self) -> Result<Tx> {
        let options = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
        let inner = self.writer.begin_with_options(options).await.map_err(fault)?;
        if inner.get_database_backend() == DbBackend::Postgres {
            let lock = Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_advisory_xact_lock($1)", [WRITER_LOCK.into()]);
            inner.query_one_raw(lock).await.map_err(fault)?;
        }
        Ok(Tx { inner })
    }

    /// Closes all connections; on SQLite this also folds the write-ahead log into the file.
    ///
    /// # Errors
    /// Where the database cannot be closed.
    pub async fn close(self) -> Result<()> {
        self.readers.close().await.map_err(fault)?;
        self.writer.close().await.map_err(fault)
    }
}

/// A unit of work.
#[derive(Debug)]
pub struct Tx {
    inner: DatabaseTransaction,
}

impl Tx {
    /// Makes everything in it true at once, on the disk.
    ///
    /// # Errors
    /// Where the database cannot promise it; then nothing of it is true.
    pub async fn commit(self) -> Result<()> {
        self.inner.commit().await.map_err(fault)
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }
    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(statement).await
    }
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }
    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.inner.query_one_raw(statement).await
    }
    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.inner.query_all_raw(statement).await
    }
}

/// A database that a newer program has changed is left alone: this one would not know what its rows mean.
async fn must_be_known(db: &DatabaseConnection) -> Result<()> {
    Migrator::install(db).await.map_err(fault)?;
    let known = Store::schemas();
    let applied = Migrator::get_migration_models(db).await.map_err(fault)?;
    let Some(newer) = applied.iter().rev().find(|applied| !known.contains(&applied.version)) else { return Ok(()) };
    let newest = known.last().map_or("none", String::as_str);
    let message = format!(
        "the database has the schema '{}' of a newer Tieline; this program, {}, knows schemas up to '{newest}'",
        newer.version,
        env!("CARGO_PKG_VERSION")
    );
    Err(Error::conflict(message).code("newer_schema").hint("start the newer program, or restore a backup that this one made"))
}

async fn sqlite(path: &str) -> Result<Store> {
    let options = SqliteConnectOptions::from_str(&format!("sqlite:{path}"))
        .map_err(|error| Error::invalid(format!("'{path}' is not a path of a SQLite file: {error}")).field("database.url"))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        // A whole page fits: the thread that reads would else stop after every 50 rows for the one that takes them.
        .row_buffer_size(ROWS)
        .pragma("temp_store", "memory")
        .pragma("cache_size", "-16384");
    let failed = |error: sqlx::Error| Error::unavailable(format!("the database '{path}' cannot be opened: {error}"));
    // A file does not go away as a server does: asking each connection whether it still lives would double what a question costs.
    let pool = |connections| SqlitePoolOptions::new().max_connections(connections).test_before_acquire(false);
    let writer = pool(1).connect_with(options.clone()).await.map_err(failed)?;
    let readers = pool(READERS).connect_with(options.create_if_missing(false).pragma("query_only", "on")).await.map_err(failed)?;
    Ok(Store { writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer), readers: SqlxSqliteConnector::from_sqlx_sqlite_pool(readers) })
}

async fn postgres(url: &str) -> Result<Store> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| Error::invalid(format!("not a PostgreSQL address: {error}")).field("database.url"))?;
    let failed = |error: sqlx::Error| Error::unavailable(format!("the PostgreSQL database cannot be reached: {error}"));
    let writer = PgPoolOptions::new().max_connections(2).connect_with(options.clone()).await.map_err(failed)?;
    let readers = PgPoolOptions::new().max_connections(READERS).connect_with(options).await.map_err(failed)?;
    Ok(Store {
        writer: SqlxPostgresConnector::from_sqlx_postgres_pool(writer),
        readers: SqlxPostgresConnector::from_sqlx_postgres_pool(readers),
    })
}
