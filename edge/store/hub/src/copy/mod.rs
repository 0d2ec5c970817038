//! The whole store as one SQLite file, whichever engine it is on, while it is in use; and a store made from such a file.
//!
//! SQLite writes the file itself. From PostgreSQL every row is read in one transaction that sees a single moment and keeps
//! nobody from writing. The file has the schema the store has; it is brought to the newest one where it is read.

mod table;

use std::path::Path;

use sea_orm::{AccessMode, ConnectionTrait, DbBackend, IsolationLevel, Statement, TransactionOptions, TransactionTrait};
use sea_orm_migration::{MigratorTrait, SchemaManager};
use tieline_model::{Error, Result};

use self::table::Table;
use crate::error::fault;
use crate::migrations::Migrator;
use crate::{Store, Tx};

impl Store {
    /// Writes the whole store as it is at one moment into a new SQLite file. Others may go on writing meanwhile.
    ///
    /// # Errors
    /// `Conflict` where the file is there already, `Full` without room for it.
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        if file.exists() {
            return Err(Error::conflict(format!("{} is there already", file.display())));
        }
        let path = file.to_str().ok_or_else(|| Error::invalid(format!("{} is not text", file.display())))?;
        if self.read().get_database_backend() == DbBackend::Sqlite {
            let copy = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [path.into()]);
            self.writer().execute_raw(copy).await.map_err(fault)?;
            return Ok(());
        }
        let target = Self::connect(&format!("sqlite:{path}")).await?;
        let filled = self.fill(&target).await;
        target.close().await?;
        filled
    }

    /// Fills an empty store of the newest schema with everything that is in this one, which must be a SQLite file's.
    ///
    /// # Errors
    /// `Conflict` where the other store holds something already.
    pub async fn move_to(&self, target: &Self) -> Result<()> {
        let source = self.read().begin().await.map_err(fault)?;
        let tables = Table::all(&source).await?;
        let tx = target.begin().await?;
        for table in &tables {
            if table.is_filled(&tx).await? {
                return Err(Error::conflict("the database holds something already").hint("name an empty one in database.url"));
            }
        }
        copy(&tables, &source, &tx).await?;
        tx.commit().await
    }

    /// Gives a new SQLite file the schema this store has, and all its rows as they are at one moment.
    async fn fill(&self, target: &Self) -> Result<()> {
        let options = TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        };
        let source = self.read().begin_with_options(options).await.map_err(fault)?;
        if !SchemaManager::new(&source).has_table("tenant").await.map_err(fault)? {
            return Err(Error::not_found("there is no hub in this database").field("database.url"));
        }
        let applied = Migrator::get_applied_migrations_read_only(&source).await.map_err(fault)?;
        let steps = u32::try_from(applied.len()).map_err(|error| Error::internal(error.to_string()))?;
        Migrator::up(target.writer(), Some(steps)).await.map_err(fault)?;
        let tx = target.begin().await?;
        let tables = Table::all(&tx).await?;
        copy(&tables, &source, &tx).await?;
        tx.commit().await
    }
}

/// Copies every row, in the order in which tables refer to each other.
async fn copy(tables: &[Table], source: &sea_orm::DatabaseTransaction, target: &Tx) -> Result<()> {
    for table in tables {
        table.copy(source, target).await?;
    }
    // PostgreSQL counts facts beside their table.
    if target.get_database_backend() == DbBackend::Postgres {
        let count = "SELECT setval(pg_get_serial_sequence('fact', 'number'), COALESCE(max(number), 1), max(number) IS NOT NULL) FROM fact";
        target.query_one_raw(Statement::from_string(DbBackend::Postgres, count)).await.map_err(fault)?;
    }
    Ok(())
}
